// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pool
import RESPCodec
import Testing

@testable import Pipeline

@Suite struct RetryStateMachineTests {
    private static let start = Moment(nanoseconds: 1_000_000_000)

    private func machine(
        _ idempotency: CommandMetadata.Idempotency, _ scope: RetryPolicy.Scope = .harmless, name: String = "X",
        deadline: Moment? = nil, _ change: (inout RetryPolicy) -> Void = { _ in }
    ) -> RetryStateMachine {
        var policy = RetryPolicy(scope: scope)
        change(&policy)
        let metadata = CommandMetadata(name: name, flags: [], idempotency: idempotency)
        return RetryStateMachine(policy, .init(metadata), deadline: deadline)
    }

    /// A failure, and who is sent again after it: nobody's accumulating write, idempotent ones by choice, reads.
    struct Case: Sendable, CustomTestStringConvertible {
        var error: any Error
        var accumulating = false
        var idempotent = false
        var chosen = false
        var reading = false
        var testDescription: String { "\(error)" }

        static func all(_ error: any Error) -> Case {
            Case(error: error, accumulating: true, idempotent: true, chosen: true, reading: true)
        }
        static func safe(_ error: any Error) -> Case { Case(error: error, chosen: true, reading: true) }
        static func none(_ error: any Error) -> Case { Case(error: error) }
    }

    @Test(arguments: [
        Case.all(ConnectionError.closed(.endOfStream, .notSent)),
        .all(ConnectionError.closed(.unsolicitedReply("x"), .notSent)),
        .all(ConnectionError.handshakeBroken(.endOfStream)), .none(ConnectionError.handshakeBroken(.closedByOwner)),
        .safe(ConnectionError.closed(.endOfStream, .outcomeUnknown)),
        .none(ConnectionError.closed(.unsolicitedReply("x"), .outcomeUnknown)),
        .none(ConnectionError.closed(.closedByOwner, .notSent)),
        .none(ConnectionError.timedOut(.notSent)),
        .none(ConnectionError.timedOut(.outcomeUnknown)),
        .none(ConnectionError.overloaded(waiting: 1, unsentBytes: 1)),
        .none(PoolError.closed), .none(CancellationError()),
        .all(ServerError(message: "LOADING the dataset")), .all(ServerError(message: "BUSY a script")),
        .all(ServerError(message: "TRYAGAIN")), .all(ServerError(message: "CLUSTERDOWN x")),
        .all(ServerError(message: "MASTERDOWN x")), .all(ServerError(message: "NOREPLICAS x")),
        .all(ServerError(message: "READONLY x")),
        .none(ServerError(message: "OOM x")), .none(ServerError(message: "MISCONF x")),
        .none(ServerError(message: "NOPERM x")), .none(ServerError(message: "WRONGTYPE x")),
        .none(ServerError(message: "ERR x")), .none(ServerError(message: "MOVED 1 127.0.0.1:7000")),
    ])
    func `what is sent again depends on the failure and on what a second execution does`(failure: Case) {
        func isSentAgain(_ idempotency: CommandMetadata.Idempotency, _ scope: RetryPolicy.Scope = .harmless) -> Bool {
            var machine = machine(idempotency, scope)
            return machine.delay(after: failure.error, now: Self.start, random: 0) != nil
        }
        #expect(isSentAgain(.accumulating) == failure.accumulating)
        #expect(isSentAgain(.accumulating, .idempotentWrites) == failure.accumulating)
        #expect(isSentAgain(.idempotent) == failure.idempotent)
        #expect(isSentAgain(.idempotent, .idempotentWrites) == failure.chosen)
        #expect(isSentAgain(.readOnly) == failure.reading)
        #expect(!isSentAgain(.readOnly, .nothing))
    }

    @Test func `a server that talks nonsense on every connection is tried four times`() {
        var machine = machine(.readOnly)
        let nonsense = ConnectionError.closed(.unsolicitedReply("x"), .notSent)
        for _ in 1..<4 { #expect(machine.delay(after: nonsense, now: Self.start, random: 0) != nil) }
        #expect(machine.delay(after: nonsense, now: Self.start, random: 0) == nil)
    }

    @Test(arguments: ["EVAL", "EVALSHA", "FCALL"])
    func `no code proves that a script has not written`(name: String) {
        var machine = machine(.accumulating, name: name)
        #expect(machine.delay(after: ServerError(message: "LOADING x"), now: Self.start, random: 0) == nil)
    }

    @Test func `a lost connection is replaced at once, then ceilings double up to the largest, times a random number`()
    {
        var machine = machine(.readOnly) {
            $0.initialDelay = .nanoseconds(10)
            $0.maximumDelay = .nanoseconds(70)
        }
        let lost = ConnectionError.closed(.endOfStream, .notSent)
        let delays = (0..<6).map { _ in machine.delay(after: lost, now: Self.start, random: 1) }
        #expect(delays == [0, 20, 40, 70, 70, 70])
        #expect(machine.delay(after: lost, now: Self.start, random: 0.5) == 35)
        #expect(machine.delay(after: lost, now: Self.start, random: .nan) == 0)
    }

    @Test func `a refusal waits from the first time on`() {
        var machine = machine(.readOnly) { $0.initialDelay = .nanoseconds(10) }
        #expect(machine.delay(after: ServerError(message: "LOADING"), now: Self.start, random: 1) == 10)
    }

    @Test func `no attempt begins at or after the deadline`() {
        let refusal = ServerError(message: "LOADING")
        for (room, expected) in [(11, 10), (10, nil), (0, nil)] as [(Int64, Int64?)] {
            var machine = machine(.readOnly, deadline: Self.start + room) { $0.initialDelay = .nanoseconds(10) }
            #expect(machine.delay(after: refusal, now: Self.start, random: 1) == expected)
        }
    }

    @Test func `without a deadline the attempts are counted`() {
        var machine = machine(.readOnly) { $0.maximumAttempts = 5 }
        let refusal = ServerError(message: "LOADING")
        let delays = (0..<5).map { _ in machine.delay(after: refusal, now: Self.start, random: 0) }
        #expect(delays == [0, 0, 0, 0, nil])
    }

    @Test func `a command that always costs its connection is given up soon`() {
        var machine = machine(.readOnly)
        let lost = ConnectionError.closed(.endOfStream, .outcomeUnknown)
        let delays = (0..<4).map { _ in machine.delay(after: lost, now: Self.start, random: 0) }
        #expect(delays == [0, 0, 0, nil])
    }

    @Test func `once a write may have run, no later error says that it has not`() throws {
        var machine = machine(.idempotent, .idempotentWrites)
        #expect(
            machine.delay(after: ConnectionError.closed(.endOfStream, .outcomeUnknown), now: Self.start, random: 0) == 0
        )
        for later: any Error in [
            PoolError.closed, ServerError(message: "OOM"), ConnectionError.closed(.endOfStream, .notSent),
        ] {
            #expect(ExecutionCertainty(of: machine.verdict(on: later)) == .outcomeUnknown)
        }
        #expect(machine.verdict(on: ServerError(message: "WRONGTYPE")) is ServerError)
        // Of a command that only reads nothing has changed, however often it ran.
        var reading = self.machine(.readOnly)
        _ = reading.delay(after: ConnectionError.closed(.endOfStream, .outcomeUnknown), now: Self.start, random: 0)
        #expect(reading.verdict(on: PoolError.closed) is PoolError)
    }

    @Test func `numbers that make no sense do no harm`() {
        var machine = machine(.readOnly) {
            $0.initialDelay = .seconds(-5)
            $0.maximumDelay = .seconds(Int64.max)
        }
        let refusal = ServerError(message: "LOADING")
        for _ in 0..<31 { #expect(machine.delay(after: refusal, now: Self.start, random: 1) == 0) }
        #expect(machine.delay(after: refusal, now: Self.start, random: 1) == nil)
    }

    @Test func `a batch is as delicate as its most delicate command`() {
        func subject(_ classes: CommandMetadata.Idempotency...) -> RetryStateMachine.Subject {
            var subject = RetryStateMachine.Subject.reading
            for each in classes { subject.add(.init(.init(name: "X", flags: [], idempotency: each))) }
            return subject
        }
        #expect(subject(.readOnly, .readOnly).idempotency == .readOnly)
        #expect(subject(.readOnly, .idempotent).idempotency == .idempotent)
        #expect(subject(.idempotent, .accumulating, .readOnly).idempotency == .accumulating)
    }
}
