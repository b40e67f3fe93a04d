// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Testing

@testable internal import Pool

/// Every event in every phase of a member: what is to be done, and the phase that follows.
@Suite struct PoolTransitionTableTests {
    typealias Phase = PoolStateMachine.Phase

    enum Event: CaseIterable {
        case returnedClean, returnedDirty, disposed
        case resetClean, resetFailed, probeAlive, probeFailed
        case dialSucceeded, dialFailed, memberClosed, shutdown, close
    }

    /// A row per phase; a cell says what is to be done and the next phase. An empty cell: nothing, and the same phase.
    static let table: [(Phase, [Event: (String, Phase)])] = [
        (.vacant, [:]),
        (
            .dialing,
            [
                .dialSucceeded: ("keep", .idle), .dialFailed: ("", .vacant), .memberClosed: ("", .hungUp),
            ]
        ),
        (.hungUp, [.dialSucceeded: ("close", .vacant), .dialFailed: ("", .vacant)]),
        (.idle, [.memberClosed: ("", .vacant), .shutdown: ("close", .vacant), .close: ("close", .vacant)]),
        (
            .probing,
            [
                .probeAlive: ("hand", .leased), .probeFailed: ("close", .vacant), .memberClosed: ("", .vacant),
                .shutdown: ("close", .vacant), .close: ("close", .vacant),
            ]
        ),
        (
            .leased,
            [
                .returnedClean: ("keep", .idle), .returnedDirty: ("reset", .resetting),
                .disposed: ("close", .vacant), .memberClosed: ("", .vacant), .close: ("close", .vacant),
            ]
        ),
        (
            .resetting,
            [
                .resetClean: ("keep", .idle), .resetFailed: ("close", .vacant), .memberClosed: ("", .vacant),
                .shutdown: ("close", .vacant), .close: ("close", .vacant),
            ]
        ),
        (
            .sharing,
            [.memberClosed: ("", .vacant), .shutdown: ("retire", .retiring), .close: ("close", .vacant)]
        ),
        (.retiring, [.memberClosed: ("", .vacant), .close: ("close", .vacant)]),
    ]

    @Test func `every event in every phase does what the table says`() {
        for (phase, row) in Self.table {
            for event in Event.allCases {
                var (pool, member) = Self.pool(in: phase)
                #expect(pool.phase(of: member) ?? .vacant == phase)
                let opened = pool.status
                let done = Self.apply(event, to: member, of: &pool)
                let next = pool.phase(of: member) ?? .vacant
                let expected = row[event] ?? ("", phase)
                #expect(done == expected.0, "\(event) in \(phase)")
                #expect(next == expected.1, "\(event) in \(phase)")
                // What was opened is open or was closed for a reason.
                let open = pool.slots.count { $0.phase != .vacant && $0.phase != .dialing && $0.phase != .hungUp }
                #expect(pool.counters.opened == open + pool.counters.closed.values.reduce(0, +), "\(event) in \(phase)")
                if row[event] == nil, event != .shutdown, event != .close {
                    #expect(pool.status == opened, "\(event) in \(phase) changes nothing")
                }
            }
        }
    }

    static let start = PoolInstant(ContinuousClock.now)
    static let later = start + .seconds(100)

    /// A pool with a member in a phase, made by the events that lead there.
    static func pool(in phase: Phase) -> (PoolStateMachine, PoolMemberID) {
        var pool = PoolStateMachine(
            PoolConfiguration(maximumConnections: 1, idleTimeout: nil, lifetime: .seconds(50), probeAfter: .seconds(20))
        )
        switch phase {
        case .sharing, .retiring:
            _ = pool.acquireShared(deadline: .never, now: start)
            _ = pool.dialSucceeded(m(0), now: start, random: 0)
            if phase == .retiring {
                _ = pool.timerFired(now: later)
                _ = pool.dialSucceeded(m(-1), now: later, random: 0)
            }
            return (pool, m(0))
        case .vacant:
            return (pool, m(1))
        case .dialing, .hungUp:
            // Nobody waits any more, so that the connection lies idle when it comes.
            _ = pool.acquireExclusive(deadline: .never, now: start)
            _ = pool.cancel(w(1))
            if phase == .hungUp { _ = pool.memberClosed(m(1), now: start, random: 0) }
        case .leased, .resetting, .idle, .probing:
            _ = pool.acquireExclusive(deadline: .never, now: start)
            _ = pool.dialSucceeded(m(1), now: start, random: 0)
            if phase != .leased { _ = pool.returned(m(1), clean: phase != .resetting, now: start) }
            if phase == .probing { _ = pool.acquireExclusive(deadline: .never, now: start + .seconds(30)) }
        }
        return (pool, m(1))
    }

    /// The first word of what is to be done with the member.
    static func apply(_ event: Event, to member: PoolMemberID, of pool: inout PoolStateMachine) -> String {
        let now = start + .seconds(30)
        switch event {
        case .returnedClean: return word(pool.returned(member, clean: true, now: now))
        case .returnedDirty: return word(pool.returned(member, clean: false, now: now))
        case .disposed: return word(pool.disposed(member, now: now))
        case .resetClean: return word(pool.resetFinished(member, clean: true, now: now))
        case .resetFailed: return word(pool.resetFinished(member, clean: false, now: now))
        case .probeAlive: return word(pool.probeFinished(member, alive: true, now: now))
        case .probeFailed: return word(pool.probeFinished(member, alive: false, now: now))
        case .dialSucceeded:
            // A connection that the pool knows nothing of is closed at once.
            guard pool.phase(of: member) == .dialing || pool.phase(of: member) == .hungUp else {
                let before = pool.status
                return pool.dialSucceeded(member, now: now, random: 0) == .init(member: .close) && pool.status == before
                    ? "" : "accepted"
            }
            return switch pool.dialSucceeded(member, now: now, random: 0).member {
            case .keep: "keep"
            case .close: "close"
            case .hand: "hand"
            case .share: "share"
            }
        case .dialFailed:
            let action = pool.dialFailed(member, isPermanent: false, now: now, random: 0)
            return action.fail.isEmpty ? "" : "fail"
        case .memberClosed:
            _ = pool.memberClosed(member, now: now, random: 0)
            return ""
        case .shutdown: return word(pool.shutdown(deadline: later + .seconds(60), now: now), member)
        case .close: return word(pool.close(now: now), member)
        }
    }

    private static func word(_ action: PoolStateMachine.FreeAction) -> String {
        switch action.member {
        case .keep: "keep"
        case .hand: "hand"
        case .reset: "reset"
        case .close: "close"
        case .forget: ""
        }
    }

    private static func word(_ action: PoolStateMachine.EndAction, _ member: PoolMemberID) -> String {
        action.close.contains(member) ? "close" : action.retire.contains(member) ? "retire" : ""
    }
}
