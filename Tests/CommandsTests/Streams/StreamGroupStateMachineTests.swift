// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Commands

@Suite struct StreamGroupStateMachineTests {
    typealias Action = StreamGroupStateMachine.Action

    /// The machine, by reference: an expectation can't change a value.
    private final class Reader {
        private var machine: StreamGroupStateMachine
        let start = ContinuousClock.now

        init(creatingFrom from: StreamStart? = nil, claimingAfter idle: Duration? = nil) {
            machine = StreamGroupStateMachine(creatingFrom: from, claimingAfter: idle)
        }

        /// What it asks for, so many seconds after the beginning.
        func next(after seconds: Int = 0) -> Action { machine.next(at: start + .seconds(seconds)) }

        func created() { machine.created() }
        func readPending(last: StreamID?, needsCount: Bool = false) {
            machine.readPending(last: last, needsCount: needsCount)
        }
        func counted() { machine.counted() }
        func claimed(next: StreamID, needsCount: Bool = false, after seconds: Int = 0) {
            machine.claimed(next: next, needsCount: needsCount, at: start + .seconds(seconds))
        }
        func readNew(last: StreamID?) { machine.readNew(last: last) }
        func failed(_ failure: StreamGroupStateMachine.Failure) -> Bool { machine.failed(failure) }
    }

    private let longest = StreamGroupStateMachine.longestWait

    @Test func `pending entries come first, page by page and counted, and then new ones`() {
        let machine = Reader()
        #expect(machine.next() == .readPending(after: .zero))
        machine.readPending(last: StreamID(1, 2), needsCount: true)
        #expect(machine.next() == .count)
        machine.counted()
        #expect(machine.next() == .readPending(after: StreamID(1, 2)))
        // All of these were deleted meanwhile.
        machine.readPending(last: StreamID(1, 4))
        #expect(machine.next() == .readPending(after: StreamID(1, 4)))
        machine.readPending(last: nil)
        for _ in 0..<3 {
            #expect(machine.next() == .readNew(waiting: longest))
            machine.readNew(last: nil)
        }
    }

    @Test func `others' entries are taken over at the beginning and every half of the idle time`() {
        let machine = Reader(claimingAfter: .seconds(60))
        machine.readPending(last: nil)
        #expect(machine.next() == .claim(from: .zero))
        machine.claimed(next: StreamID(5, 0), needsCount: true)
        #expect(machine.next() == .count)
        machine.counted()
        #expect(machine.next() == .claim(from: StreamID(5, 0)))
        machine.claimed(next: .zero)
        #expect(machine.next() == .readNew(waiting: longest))
        #expect(machine.next(after: 25) == .readNew(waiting: .seconds(5)))
        // New entries that come all the time don't keep it from looking.
        machine.readNew(last: StreamID(9, 0))
        #expect(machine.next(after: 30) == .claim(from: .zero))
        machine.claimed(next: .zero, after: 30)
        #expect(machine.next(after: 59) == .readNew(waiting: .seconds(1)))
        #expect(machine.next(after: 60) == .claim(from: .zero))
    }

    @Test func `an idle time of nothing doesn't look without end`() {
        let machine = Reader(claimingAfter: .zero)
        machine.readPending(last: nil)
        #expect(machine.next() == .claim(from: .zero))
        machine.claimed(next: .zero)
        #expect(machine.next() == .readNew(waiting: .microseconds(500)))
    }

    @Test func `a missing group is made where it is to begin`() {
        for from in [StreamStart.beginning, .end, .after(StreamID(3, 1))] {
            let machine = Reader(creatingFrom: from)
            #expect(machine.next() == .readPending(after: .zero))
            #expect(machine.failed(.noGroup))
            #expect(machine.next() == .create(from: from))
            machine.created()
            #expect(machine.next() == .readNew(waiting: longest))
        }
    }

    @Test(arguments: [
        (StreamID(7, 5), StreamID(6, .max)), (StreamID(0, 3), StreamID.zero),
        (StreamID(.max, 0), StreamID(.max - 1, .max)),
    ])
    func `a group that was deleted meanwhile is made again before the millisecond of what came last`(
        last: StreamID, start: StreamID
    ) {
        let machine = Reader(creatingFrom: .end)
        machine.readPending(last: nil)
        machine.readNew(last: last)
        #expect(machine.failed(.noGroup))
        #expect(machine.next() == .create(from: .after(start)))
    }

    @Test func `without leave to make it, a missing group is the user's`() {
        let machine = Reader()
        #expect(!machine.failed(.noGroup))
        #expect(machine.next() == .readPending(after: .zero))
    }

    @Test func `a group that somebody deletes again and again is given up`() {
        let machine = Reader(creatingFrom: .beginning)
        var rounds = 0
        while machine.failed(.noGroup), rounds < 1000 {
            #expect(machine.next() == .create(from: .beginning))
            machine.created()
            rounds += 1
        }
        #expect(rounds == CallPatience.limit - 1)
    }

    @Test func `what a lost reply held is read again, and nothing else`() {
        let machine = Reader()
        machine.readPending(last: StreamID(1, 0))
        machine.readPending(last: nil)
        machine.readNew(last: StreamID(7, 0))
        #expect(machine.failed(.noReply(.retry)))
        #expect(machine.next() == .readPending(after: StreamID(7, 0)))
        machine.readPending(last: nil)
        #expect(machine.next() == .readNew(waiting: longest))
    }

    @Test func `entries that were read are counted however often that fails`() {
        let machine = Reader()
        machine.readPending(last: StreamID(1, 0), needsCount: true)
        for _ in 0..<5 {
            #expect(machine.failed(.noReply(.retry)))
            #expect(machine.next() == .count)
        }
        machine.counted()
        #expect(machine.next() == .readPending(after: StreamID(1, 0)))
    }

    @Test func `a server that has never answered is the user's error at once`() {
        let machine = Reader()
        #expect(!machine.failed(.noReply(.retry)))
        #expect(!machine.failed(.noReply(.waited)))
    }

    @Test func `an outage is waited out, a connection that breaks each time is not`() {
        let machine = Reader()
        machine.readPending(last: nil)
        for _ in 0..<1000 { #expect(machine.failed(.noReply(.waited))) }
        var losses = 0
        while machine.failed(.noReply(.retry)), losses < 1000 { losses += 1 }
        #expect(losses == CallPatience.limit - 1)
        machine.readPending(last: nil)
        #expect(machine.failed(.noReply(.retry)))
    }

    @Test func `after an error that the user sees, it goes on where it was`() {
        let machine = Reader()
        machine.readPending(last: nil)
        machine.readNew(last: StreamID(4, 4))
        #expect(!machine.failed(.other))
        #expect(machine.next() == .readPending(after: StreamID(4, 4)))
    }
}
