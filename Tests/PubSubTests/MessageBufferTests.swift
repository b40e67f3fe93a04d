// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Testing

@testable internal import PubSub

@Suite struct MessageBufferTests {
    @Test func `elements come out as they went in, and the end comes last`() {
        var buffer = MessageBuffer<Int>(BufferPolicy())
        for element in 0..<300 { buffer.append(element, bytes: 1) }
        buffer.finish(nil)
        buffer.append(999, bytes: 1)
        #expect(buffer.count == 300)
        #expect(drain(&buffer) == (0..<300).map(String.init) + ["finished"])
        #expect(drain(&buffer) == ["finished"], "it stays finished")
    }

    @Test func `the oldest give way and their number is told where they are missing`() {
        var buffer = MessageBuffer<Int>(BufferPolicy(maximumMessages: 3))
        for element in 0..<10 { buffer.append(element, bytes: 1) }
        #expect(drain(&buffer) == ["dropped 7", "7", "8", "9", "empty"])
        buffer.append(10, bytes: 1)
        #expect(drain(&buffer) == ["10", "empty"], "it is told once")
    }

    @Test func `the newest give way by that policy, and their number is told behind the others`() {
        var buffer = MessageBuffer<Int>(BufferPolicy(maximumMessages: 2, overflow: .dropNewest))
        for element in 0..<5 { buffer.append(element, bytes: 1) }
        #expect(text(buffer.next()) == "0")
        buffer.append(5, bytes: 1)
        buffer.append(6, bytes: 1)
        #expect(drain(&buffer) == ["1", "dropped 3", "5", "dropped 1", "empty"])
    }

    @Test func `failing by policy keeps what came before`() {
        var buffer = MessageBuffer<Int>(BufferPolicy(maximumMessages: 2, overflow: .fail))
        for element in 0..<5 { buffer.append(element, bytes: 1) }
        #expect(drain(&buffer) == ["0", "1", "failed bufferOverflow(limit: 2)"])
    }

    @Test func `bytes count too, but one message always finds room`() {
        var buffer = MessageBuffer<Int>(BufferPolicy(maximumMessages: 10, maximumBytes: 100))
        buffer.append(0, bytes: 60)
        buffer.append(1, bytes: 40)
        buffer.append(2, bytes: 1)
        #expect(drain(&buffer) == ["dropped 1", "1", "2", "empty"])
        buffer.append(3, bytes: 1_000)
        #expect(drain(&buffer) == ["3", "empty"])
        buffer.append(4, bytes: 10)
        buffer.append(5, bytes: 1_000)
        #expect(drain(&buffer) == ["dropped 1", "5", "empty"])
    }

    @Test func `what is no message is dropped without being counted, but its place is told`() {
        var buffer = MessageBuffer<Int>(BufferPolicy(maximumMessages: 1))
        buffer.append(0, bytes: 0, isMessage: false)
        buffer.append(1, bytes: 1)
        #expect(drain(&buffer) == ["dropped 0", "1", "empty"])
    }

    @Test func `the first end counts`() {
        var buffer = MessageBuffer<Int>(BufferPolicy())
        buffer.finish(PubSubError.closed)
        buffer.finish(nil)
        #expect(drain(&buffer) == ["failed closed"])
    }

    @Test(arguments: [BufferPolicy.Overflow.dropOldest, .dropNewest])
    func `over many random steps nothing is lost uncounted and order is kept`(overflow: BufferPolicy.Overflow) {
        var random: UInt64 = 42
        var buffer = MessageBuffer<Int>(BufferPolicy(maximumMessages: 50, overflow: overflow))
        var added = 0
        var seen = 0
        var last = -1
        for _ in 0..<20_000 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if (random >> 33) % 100 < 55 {
                buffer.append(added, bytes: 1)
                added += 1
            } else {
                switch buffer.next() {
                case .element(let element):
                    #expect(element == seen, "each is where the count says")
                    #expect(element > last)
                    last = element
                    seen += 1
                case .dropped(let count): seen += count
                case .empty: #expect(seen == added)
                case .finished: #expect(Bool(false))
                }
            }
            #expect(buffer.count <= 50)
        }
    }

    private func drain(_ buffer: inout MessageBuffer<Int>) -> [String] {
        var result: [String] = []
        while true {
            result.append(text(buffer.next()))
            if ["empty", "finished"].contains(result.last) || result.last?.hasPrefix("failed") == true {
                return result
            }
        }
    }

    private func text(_ next: MessageBuffer<Int>.Next) -> String {
        switch next {
        case .element(let element): "\(element)"
        case .dropped(let count): "dropped \(count)"
        case .empty: "empty"
        case .finished(nil): "finished"
        case .finished(.some(PubSubError.bufferOverflow(let limit))): "failed bufferOverflow(limit: \(limit))"
        case .finished(.some(PubSubError.closed)): "failed closed"
        case .finished(.some): "failed otherwise"
        }
    }
}
