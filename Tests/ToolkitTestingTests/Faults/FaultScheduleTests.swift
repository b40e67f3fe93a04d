// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting

@Suite struct FaultScheduleTests {
    @Test func `without faults all bytes pass`() {
        var schedule = FaultSchedule([], seed: 1)
        #expect(schedule.next(of: 5) == .pass(5))
        #expect(schedule.next(of: 0) == .pass(0))
        #expect(schedule.offset == 5)
    }

    @Test func `faults at places happen there, once, in the order of the list`() {
        var schedule = FaultSchedule(
            [.finish(.after(7)), .insert(.after(3), [1, 2]), .stall(.after(3), for: .seconds(1)), .reset(.now)], seed: 1
        )
        #expect(schedule.next(of: 0) == .fault(.reset(.now), .reset))
        #expect(schedule.next(of: 10) == .pass(3))
        #expect(schedule.next(of: 7) == .fault(.insert(.after(3), [1, 2]), .inserted(2)))
        #expect(schedule.next(of: 7) == .fault(.stall(.after(3), for: .seconds(1)), .stalled(for: .seconds(1))))
        #expect(schedule.next(of: 4) == .pass(4))
        // Behind the last byte at hand, and not only in front of the next one.
        #expect(schedule.next(of: 0) == .fault(.finish(.after(7)), .finished))
        #expect(schedule.next(of: 100) == .pass(100))
    }

    @Test func `places are counted from where the stream is when the faults are set`() {
        var schedule = FaultSchedule([.reset(.after(2))], seed: 1, offset: 100)
        #expect(schedule.next(of: 9) == .pass(2))
        #expect(schedule.next(of: 7) == .fault(.reset(.after(2)), .reset))
        #expect(schedule.offset == 102)
    }

    @Test(arguments: [Int.min, -1, .max]) func `a place out of range is the nearest there is`(place: Int) {
        var schedule = FaultSchedule([.reset(.after(place))], seed: 1, offset: 10)
        #expect(schedule.next(of: 1) == (place < 0 ? .fault(.reset(.after(place)), .reset) : .pass(1)))
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1000]) func `how bytes are cut changes nothing`(size: Int) {
        let faults: [Fault] = [
            .corrupt(.probability(0.02)), .drop(.probability(0.01), count: 1...5),
            .duplicate(.probability(0.01), count: 2...9), .insert(.after(500), [9]),
        ]
        let whole = occurrences(faults, seed: 42, size: 1000)
        #expect(whole.count > 10)
        #expect(occurrences(faults, seed: 42, size: size) == whole)
        #expect(occurrences(faults, seed: 43, size: size) != whole)
    }

    @Test func `adding a fault leaves those before it as they were`() {
        let corrupting: [Fault] = [.corrupt(.probability(0.05))]
        let both = corrupting + [.drop(.probability(0.05))]
        let kept = occurrences(both, seed: 5, size: 10).filter {
            if case .corrupted = $0.effect { true } else { false }
        }
        #expect(kept == occurrences(corrupting, seed: 5, size: 1000))
    }

    @Test func `probabilities are kept, and the impossible ones are never and always`() {
        for (probability, range) in [(0.0, 0...0), (-1, 0...0), (.nan, 0...0), (1, 1000...1000), (2, 1000...1000)] {
            #expect(range.contains(occurrences([.corrupt(.probability(probability))], seed: 1, size: 50).count))
        }
        #expect((60...140).contains(occurrences([.corrupt(.probability(0.1))], seed: 1, size: 50).count))
    }

    /// What happens to 1,000 bytes that come in pieces of a size.
    private func occurrences(_ faults: [Fault], seed: UInt64, size: Int) -> [FaultEvent] {
        var schedule = FaultSchedule(faults, seed: seed)
        var events: [FaultEvent] = []
        var left = 1000
        while left > 0 {
            var atHand = min(size, left)
            left -= atHand
            while true {
                switch schedule.next(of: atHand) {
                case .pass(let count): atHand -= count
                case .fault(_, let effect):
                    events.append(FaultEvent(at: schedule.offset, effect))
                    continue
                }
                if atHand == 0 { break }
            }
        }
        return events
    }
}
