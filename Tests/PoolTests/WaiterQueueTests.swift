// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Testing

@testable internal import Pool

@Suite struct WaiterQueueTests {
    @Test func `waiters leave in the order in which they came`() {
        var queue = queue(of: 1...3)
        #expect((0..<4).map { _ in queue.popFirst() } == [id(1), id(2), id(3), nil])
    }

    @Test func `one that left early is skipped and not found again`() {
        var queue = queue(of: 1...4)
        #expect(queue.remove(id(1)) == true)
        #expect(queue.remove(id(3)) == true)
        #expect(queue.remove(id(3)) == false)
        #expect(queue.remove(id(9)) == false)
        #expect(queue.count == 2)
        #expect(queue.removeAll() == [id(2), id(4)])
        #expect(queue.isEmpty)
    }

    @Test func `the queue agrees with a plain array over many random steps`() {
        var random = SplitMix64(seed: 7)
        var queue = WaiterQueue()
        var model: [UInt64] = []
        var last: UInt64 = 0
        for _ in 0..<20_000 {
            switch random.below(4) {
            case 0, 1:
                last += 1
                queue.append(id(last), deadline: .never)
                model.append(last)
            case 2:
                let expected = model.isEmpty ? nil : id(model.removeFirst())
                #expect(queue.popFirst() == expected)
            default:
                let candidate = UInt64(random.below(Int(last) + 2))
                let index = model.firstIndex(of: candidate)
                #expect(queue.remove(id(candidate)) == (index != nil))
                if let index { model.remove(at: index) }
            }
            #expect(queue.count == model.count)
        }
        #expect(queue.removeAll() == model.map(id))
    }

    @Test func `the heap hands out deadlines in order and forgets what a rebuild leaves out`() {
        var random = SplitMix64(seed: 3)
        var heap = DeadlineHeap()
        let start = PoolInstant(ContinuousClock.now)
        var deadlines: [Int] = []
        for number in 0..<500 {
            let offset = random.below(10_000)
            deadlines.append(offset)
            heap.insert(start + .milliseconds(offset), id(UInt64(number)))
        }
        var popped: [Int] = []
        while let waiter = heap.pop(notAfter: start + .milliseconds(5_000)) {
            popped.append(deadlines[Int(waiter.number)])
        }
        #expect(popped == deadlines.filter { $0 <= 5_000 }.sorted())
        #expect(heap.earliest == deadlines.filter { $0 > 5_000 }.min().map { start + .milliseconds($0) })
        heap.rebuild([.init(instant: start + .seconds(2), waiter: id(2)), .init(instant: start, waiter: id(1))])
        #expect(heap.count == 2)
        #expect(heap.pop(notAfter: start) == id(1))
        #expect(heap.pop(notAfter: start) == nil)
    }

    private func id(_ number: UInt64) -> PoolWaiterID { PoolWaiterID(number) }

    private func queue(of numbers: ClosedRange<UInt64>) -> WaiterQueue {
        var queue = WaiterQueue()
        for number in numbers { queue.append(id(number), deadline: .never) }
        return queue
    }
}
