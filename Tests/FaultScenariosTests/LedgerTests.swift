// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import fault_scenarios

/// The checker finds what it is there to find: each test plants one thing that must not be.
@Suite struct LedgerTests {
    private var ledger = Ledger(tasks: 2)

    private func criteria(_ ledger: Ledger) -> [Criterion] { ledger.violations.map(\.criterion) }

    /// What the server should have when nothing was done.
    private let nothing = [Ledger.Final(), Ledger.Final()]

    @Test mutating func `a run in which all is well has no violations`() {
        let value = ledger.nextValue(of: 0)
        ledger.wrote(value, by: 0, .ok)
        ledger.read(1, by: 0, .ok)
        ledger.read(0, by: 1, .ok)
        ledger.incremented(to: 1, .ok)
        ledger.pushed(ledger.nextEntry(of: 0), by: 0, length: 1, .ok)
        ledger.paired(ledger.nextPair(of: 1), by: 1, counter: 1, length: 1, .ok)
        ledger.echoed("a", to: "a", .ok)
        ledger.read(nil, by: 0, .unknown)
        ledger.finish(
            counter: 1,
            tasks: [
                Ledger.Final(value: 1, entries: [1]), Ledger.Final(pairedCounter: 1, paired: [1]),
            ])
        #expect(ledger.violations.isEmpty)
        #expect(ledger.counts == OutcomeCounts(ok: 7, unknown: 1))
    }

    @Test(arguments: [0, 1, 4, nil])
    mutating func `a value older than the last acknowledged or newer than the last attempted is misdelivered`(
        found: Int?
    ) {
        for _ in 1...2 { ledger.wrote(ledger.nextValue(of: 0), by: 0, .ok) }
        ledger.wrote(ledger.nextValue(of: 0), by: 0, .unknown)
        for allowed in 2...3 { ledger.read(allowed, by: 0, .ok) }
        #expect(ledger.violations.isEmpty)
        ledger.read(found, by: 0, .ok)
        #expect(criteria(ledger) == [.misdelivery])
    }

    @Test mutating func `a number of the counter that two callers got is misdelivered`() {
        ledger.incremented(to: 7, .ok)
        ledger.incremented(to: 7, .ok)
        #expect(criteria(ledger) == [.misdelivery])
    }

    @Test mutating func `an echo of something else is misdelivered`() {
        ledger.echoed("b", to: "a", .ok)
        ledger.echoed(nil, to: "a", .ok)
        ledger.echoed(nil, to: "a", .unknown)
        #expect(criteria(ledger) == [.misdelivery, .misdelivery])
    }

    @Test mutating func `a list's length that this push can't have made is misdelivered`() {
        let (first, second) = (ledger.nextEntry(of: 0), ledger.nextEntry(of: 0))
        ledger.pushed(first, by: 0, length: 1, .ok)
        ledger.pushed(second, by: 0, length: 1, .ok)
        ledger.pushed(ledger.nextEntry(of: 0), by: 0, length: 4, .ok)
        #expect(criteria(ledger) == [.misdelivery, .misdelivery])
    }

    @Test mutating func `the replies of a transaction belong together`() {
        ledger.paired(ledger.nextPair(of: 0), by: 0, counter: 1, length: 2, .ok)
        ledger.paired(ledger.nextPair(of: 0), by: 0, counter: nil, length: nil, .ok)
        #expect(criteria(ledger) == [.misdelivery, .misdelivery])
    }

    @Test(arguments: [(1, true), (2, false), (3, false), (4, true)])
    mutating func `the counter is at least what was acknowledged, and at most by the unknown larger`(
        counter: Int, isViolated: Bool
    ) {
        ledger.incremented(to: 1, .ok)
        ledger.incremented(to: nil, .unknown)
        ledger.incremented(to: nil, .notExecuted)
        ledger.incremented(to: 2, .ok)
        ledger.finish(counter: counter, tasks: nothing)
        #expect(ledger.violations.contains { $0.criterion == .loss } == isViolated)
    }

    @Test(arguments: [
        (Outcome.ok, 0, true), (.ok, 1, false), (.ok, 2, true), (.unknown, 0, false), (.unknown, 1, false),
        (.unknown, 2, true), (.notExecuted, 0, false), (.notExecuted, 1, true), (.serverError, 0, false),
        (.serverError, 1, true),
    ])
    mutating func `an entry is there as often as its outcome allows`(outcome: Outcome, times: Int, isViolated: Bool) {
        ledger.pushed(ledger.nextEntry(of: 1), by: 1, length: 1, outcome)
        ledger.finish(
            counter: 0, tasks: [Ledger.Final(), Ledger.Final(entries: Array(repeating: 1, count: times))])
        #expect(criteria(ledger) == (isViolated ? [.loss] : []))
    }

    @Test mutating func `an entry of which nobody heard yet is one of unknown outcome`() {
        _ = ledger.nextEntry(of: 0)
        ledger.finish(counter: 0, tasks: [Ledger.Final(entries: [1]), Ledger.Final()])
        #expect(ledger.violations.isEmpty)
    }

    @Test mutating func `entries out of order, of nobody, and half transactions are losses`() {
        for _ in 1...2 { ledger.pushed(ledger.nextEntry(of: 0), by: 0, length: nil, .unknown) }
        var disordered = Ledger(tasks: 2)
        for length in 1...2 { disordered.pushed(disordered.nextEntry(of: 0), by: 0, length: length, .ok) }
        disordered.finish(counter: 0, tasks: [Ledger.Final(entries: [2, 1]), Ledger.Final()])
        #expect(criteria(disordered) == [.loss])
        ledger.finish(
            counter: 0, tasks: [Ledger.Final(entries: [3]), Ledger.Final(pairedCounter: 1, paired: [])])
        #expect(criteria(ledger) == [.loss, .loss])
    }

    @Test mutating func `a value that was acknowledged and is gone is lost`() {
        ledger.wrote(ledger.nextValue(of: 0), by: 0, .ok)
        ledger.finish(counter: 0, tasks: nothing)
        #expect(criteria(ledger) == [.loss])
    }
}
