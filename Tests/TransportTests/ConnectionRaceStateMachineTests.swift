// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Transport

@Suite struct ConnectionRaceStateMachineTests {
    typealias Step = ConnectionRaceStateMachine.Step

    enum Event {
        case begin
        case delayPassed(after: Int)
        case failed(Int, ConnectFailure)
        case succeeded(Int)
    }

    static let start0 = Step(start: 0, setsTimer: true)
    static let start1 = Step(start: 1, setsTimer: true)
    /// The last of three.
    static let start2 = Step(start: 2, setsTimer: false)
    static let nothing = Step()
    static let refused = ConnectFailure.refused(errno: 1)
    static let unreachable = ConnectFailure.unreachable(errno: 2)
    static let unable = ConnectFailure.unable(.system(errno: 3, operation: .open))

    static func won(by number: Int) -> Step { Step(outcome: .won(by: number)) }
    static func lost(_ failure: ConnectFailure) -> Step { Step(outcome: .failed(failure)) }

    static let races: [(String, [(Event, Step)])] = [
        ("the first success wins at once", [(.begin, start0), (.succeeded(0), won(by: 0))]),
        (
            "each delay starts the next, and those under way go on",
            [
                (.begin, start0), (.delayPassed(after: 0), start1), (.delayPassed(after: 1), start2),
                (.succeeded(1), won(by: 1)),
            ]
        ),
        (
            "a failure starts the next at once, and the delay counts anew from there",
            [
                (.begin, start0), (.failed(0, refused), start1), (.delayPassed(after: 0), nothing),
                (.delayPassed(after: 1), start2), (.succeeded(2), won(by: 2)),
            ]
        ),
        (
            "the failure of an early attempt starts the next too",
            [(.begin, start0), (.delayPassed(after: 0), start1), (.failed(0, refused), start2)]
        ),
        (
            "as long as one is under way the others' failures decide nothing",
            [
                (.begin, start0), (.delayPassed(after: 0), start1), (.delayPassed(after: 1), start2),
                (.failed(2, refused), nothing), (.failed(0, refused), nothing), (.succeeded(1), won(by: 1)),
            ]
        ),
        (
            "when all have failed the race is lost",
            [
                (.begin, start0), (.failed(0, refused), start1), (.failed(1, refused), start2),
                (.failed(2, refused), lost(refused)),
            ]
        ),
        (
            "a host that refused tells more than one without a way to it",
            [
                (.begin, start0), (.failed(0, unreachable), start1), (.failed(1, refused), start2),
                (.failed(2, unreachable), lost(refused)),
            ]
        ),
        (
            "of failures that tell as much the first is told",
            [
                (.begin, start0), (.failed(0, refused), start1), (.failed(1, .refused(errno: 9)), start2),
                (.failed(2, unreachable), lost(refused)),
            ]
        ),
        (
            "that this side could not try tells most",
            [
                (.begin, start0), (.failed(0, unable), start1), (.failed(1, refused), start2),
                (.failed(2, refused), lost(unable)),
            ]
        ),
        (
            "what comes after the decision changes nothing",
            [
                (.begin, start0), (.delayPassed(after: 0), start1), (.succeeded(1), won(by: 1)),
                (.delayPassed(after: 1), nothing), (.succeeded(0), nothing), (.failed(0, refused), nothing),
            ]
        ),
        (
            "an attempt ends once",
            [
                (.begin, start0), (.failed(0, refused), start1), (.failed(0, refused), nothing),
                (.succeeded(0), nothing), (.failed(2, refused), nothing),
            ]
        ),
        (
            "the last delay finds nothing to start",
            [
                (.begin, start0), (.delayPassed(after: 0), start1), (.delayPassed(after: 1), start2),
                (.delayPassed(after: 2), nothing),
            ]
        ),
    ]

    @Test(arguments: races)
    func `a race of three addresses runs by the table`(rule: String, events: [(Event, Step)]) {
        var machine = ConnectionRaceStateMachine(attempts: 3)
        for (number, (event, expected)) in events.enumerated() {
            #expect(apply(event, to: &machine) == expected, "event \(number): \(rule)")
        }
    }

    @Test func `a single address needs no timer`() {
        var machine = ConnectionRaceStateMachine(attempts: 1)
        #expect(machine.begin() == Step(start: 0, setsTimer: false))
        #expect(machine.failed(0, Self.unreachable) == Self.lost(Self.unreachable))
    }

    @Test func `whatever happens, each address is tried at most once, in order, and the race is decided once`() {
        var random = SplitMix(state: 17)
        for _ in 0..<2000 {
            let count = Int(random.next() % 6) + 1
            var machine = ConnectionRaceStateMachine(attempts: count)
            var (started, running, outcomes) = ([Int](), Set<Int>(), [ConnectionRaceStateMachine.Outcome]())
            func take(_ step: Step) {
                if let start = step.start {
                    started.append(start)
                    running.insert(start)
                }
                if let outcome = step.outcome { outcomes.append(outcome) }
            }
            take(machine.begin())
            while let attempt = running.sorted().dropFirst(Int(random.next() % UInt64(max(running.count, 1)))).first {
                switch random.next() % 4 {
                case 0: take(machine.delayPassed(after: started.count - 1))
                case 1:
                    running.remove(attempt)
                    take(machine.succeeded(attempt))
                default:
                    running.remove(attempt)
                    take(machine.failed(attempt, .refused(errno: 1)))
                }
                #expect(outcomes.isEmpty == false || !running.isEmpty, "an undecided race has an attempt under way")
            }
            #expect(started == Array(0..<started.count) && started.count <= count)
            #expect(outcomes.count == 1)
            if case .failed = outcomes.first { #expect(started.count == count) }
        }
    }

    private func apply(_ event: Event, to machine: inout ConnectionRaceStateMachine) -> Step {
        switch event {
        case .begin: machine.begin()
        case .delayPassed(let number): machine.delayPassed(after: number)
        case .failed(let number, let failure): machine.failed(number, failure)
        case .succeeded(let number): machine.succeeded(number)
        }
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
