// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Testing

@testable internal import Pool

/// The minimum, age, silence and the end.
@Suite struct PoolStateMachineTimeTests {
    let start = PoolInstant(ContinuousClock.now)

    private func at(_ seconds: Double) -> PoolInstant { start + .milliseconds(Int(seconds * 1000)) }

    private func pool(
        minimum: Int = 0, maximum: Int = 3, idleTimeout: Duration? = nil, lifetime: Duration? = nil,
        probeAfter: Duration? = nil
    ) -> PoolStateMachine {
        PoolStateMachine(
            PoolConfiguration(
                minimumConnections: minimum, maximumConnections: maximum, idleTimeout: idleTimeout,
                lifetime: lifetime, lifetimeJitter: 0.5, probeAfter: probeAfter, drainTimeout: .seconds(5),
                backoff: Backoff(initial: .seconds(1), maximum: .seconds(4), stableAfter: .seconds(1))))
    }

    /// Dials, and leases, and returns, `count` members at the start; their lifetimes are cut by `random`.
    private func filled(_ pool: PoolStateMachine, _ count: Int = 1, random: Double = 0) -> PoolStateMachine {
        var pool = pool
        for _ in 0..<count { _ = pool.acquireExclusive(deadline: .never, now: start) }
        for number in 1...count { _ = pool.dialSucceeded(m(number), now: start, random: random) }
        for number in 1...count { _ = pool.returned(m(number), clean: true, now: start) }
        return pool
    }

    // MARK: The minimum

    @Test func `the minimum is dialed with the first demand, and not before`() {
        var pool = pool(minimum: 2)
        #expect(pool.wakeUpAt == .never)
        #expect(pool.acquireShared(deadline: .never, now: start) == .wait(w(1), .dial(m(0), m(1), m(2))))
    }

    @Test func `the minimum can be dialed before anybody asks`() {
        var pool = pool(minimum: 2)
        #expect(pool.start(now: start) == .dial(m(1), m(2)))
        #expect(pool.start(now: start) == .nothing)
    }

    @Test func `members beyond the minimum are closed when they lay idle for too long, the minimum is kept`() {
        var pool = filled(pool(minimum: 1, idleTimeout: .seconds(60)), 3)
        #expect(pool.timerFired(now: at(60)) == .init(close: [m(1), m(2)]))
        #expect(pool.wakeUpAt == .never)
    }

    @Test func `what is lost of the minimum is dialed again, after a failure with a delay`() {
        var pool = filled(pool(minimum: 1))
        #expect(pool.memberClosed(m(1), now: at(10), random: 1) == .dial(m(1, 1)))
        _ = pool.dialFailed(m(1, 1), isPermanent: false, now: at(10), random: 1)
        #expect(pool.wakeUpAt == at(11))
        #expect(pool.timerFired(now: at(11)) == .init(start: .dial(m(1, 2))))
    }

    @Test func `a permanent failure ends the keeping of the minimum until somebody asks again`() {
        var pool = pool(minimum: 1)
        _ = pool.start(now: start)
        _ = pool.dialFailed(m(1), isPermanent: true, now: start, random: 1)
        #expect(pool.wakeUpAt == .never)
        #expect(pool.acquireShared(deadline: .never, now: at(5)) == .wait(w(1), .dial(m(0))), "the scout goes first")
        #expect(pool.dialSucceeded(m(0), now: at(5), random: 0).start == .dial(m(1, 1)))
    }

    // MARK: Age

    @Test func `a member that is too old is closed while it lies idle, those opened together not together`() {
        var pool = pool(lifetime: .seconds(100))
        for _ in 0..<3 { _ = pool.acquireExclusive(deadline: .never, now: start) }
        for number in 1...3 { _ = pool.dialSucceeded(m(number), now: start, random: Double(number - 1) / 2) }
        for number in 1...3 { _ = pool.returned(m(number), clean: true, now: start) }
        #expect(pool.wakeUpAt == at(50))
        #expect(pool.timerFired(now: at(50)) == .init(close: [m(3)]))
        #expect(pool.timerFired(now: at(75)) == .init(close: [m(2)]))
        #expect(pool.timerFired(now: at(100)) == .init(close: [m(1)]))
        #expect(pool.counters.closed == [.lifetime: 3])
        #expect(pool.wakeUpAt == .never)
    }

    @Test func `a lent member that is too old is closed when it comes back`() {
        var pool = filled(pool(lifetime: .seconds(100)))
        #expect(pool.acquireExclusive(deadline: .never, now: at(90)) == .take(m(1)))
        #expect(pool.timerFired(now: at(100)) == .init())
        #expect(pool.returned(m(1), clean: true, now: at(101)) == .init(member: .close))
    }

    @Test func `old members of the minimum are replaced one after the other`() {
        var pool = filled(pool(minimum: 3, lifetime: .seconds(100)), 3)
        #expect(pool.timerFired(now: at(100)) == .init(close: [m(1)], start: .dial(m(1, 1))))
        #expect(pool.wakeUpAt == .never)
        #expect(pool.dialSucceeded(m(1, 1), now: at(101), random: 0) == .init(member: .keep))
        #expect(pool.wakeUpAt == at(101))
        #expect(pool.timerFired(now: at(101)) == .init(close: [m(2)], start: .dial(m(2, 1))))
    }

    @Test func `while the server refuses an old member is kept rather than none`() {
        var pool = filled(pool(minimum: 2, lifetime: .seconds(100)), 2)
        #expect(pool.timerFired(now: at(100)) == .init(close: [m(1)], start: .dial(m(1, 1))))
        _ = pool.dialFailed(m(1, 1), isPermanent: false, now: at(100), random: 1)
        #expect(pool.timerFired(now: at(100.5)) == .init())
        #expect(pool.wakeUpAt == at(101))
        #expect(pool.timerFired(now: at(101)) == .init(start: .dial(m(1, 2))), "first what is missing")
        #expect(pool.acquireExclusive(deadline: .never, now: at(101)) == .take(m(2)), "it still works")
        _ = pool.dialSucceeded(m(1, 2), now: at(101), random: 0)
        #expect(pool.returned(m(2), clean: true, now: at(102)) == .init(member: .close, start: .dial(m(2, 1))))
    }

    @Test func `those who wait get an old member if another is on its way, else a new one`() {
        var pool = filled(pool(maximum: 2, lifetime: .seconds(100)), 2)
        for _ in 0..<4 { _ = pool.acquireExclusive(deadline: .never, now: at(99)) }
        let first = pool.returned(m(1), clean: true, now: at(101))
        #expect(first == .init(member: .close, start: .dial(m(1, 1))))
        #expect(pool.returned(m(2), clean: true, now: at(101)) == .init(member: .hand(to: w(3))))
    }

    @Test func `a shared member that is too old serves until another has taken its place, then finishes`() {
        var pool = pool(lifetime: .seconds(100))
        _ = pool.acquireShared(deadline: .never, now: start)
        _ = pool.dialSucceeded(m(0), now: start, random: 0)
        #expect(pool.wakeUpAt == at(100))
        #expect(pool.timerFired(now: at(100)) == .init(start: .dial(m(-1))))
        #expect(pool.acquireShared(deadline: .never, now: at(100)) == .take(m(0)))
        let action = pool.dialSucceeded(m(-1), now: at(101), random: 0)
        #expect(action == .init(member: .share(with: []), retire: m(0)))
        #expect(pool.acquireShared(deadline: .never, now: at(101)) == .take(m(-1)))
        #expect(pool.memberClosed(m(0), now: at(102), random: 0) == .nothing)
        #expect(pool.counters.closed == [.lifetime: 1])
        #expect(pool.timerFired(now: at(201)) == .init(start: .dial(m(0, 1))), "by turns")
    }

    @Test func `a retired member that doesn't finish is closed when its time is over`() {
        var pool = pool(lifetime: .seconds(100))
        _ = pool.acquireShared(deadline: .never, now: start)
        _ = pool.dialSucceeded(m(0), now: start, random: 0)
        _ = pool.timerFired(now: at(100))
        _ = pool.dialSucceeded(m(-1), now: at(101), random: 0)
        #expect(pool.wakeUpAt == at(106))
        #expect(pool.timerFired(now: at(106)) == .init(close: [m(0)]))
    }

    @Test func `a successor that can't be dialed leaves the old shared member in its place`() {
        var pool = pool(lifetime: .seconds(100))
        _ = pool.acquireShared(deadline: .never, now: start)
        _ = pool.dialSucceeded(m(0), now: start, random: 0)
        _ = pool.timerFired(now: at(100))
        _ = pool.dialFailed(m(-1), isPermanent: false, now: at(100), random: 1)
        #expect(pool.timerFired(now: at(101)) == .init(start: .dial(m(-1, 1))))
        _ = pool.dialFailed(m(-1, 1), isPermanent: true, now: at(101), random: 0)
        #expect(pool.acquireShared(deadline: .never, now: at(101)) == .take(m(0)))
        #expect(pool.wakeUpAt == at(201), "another lifetime")
    }

    @Test func `a shared member that leads to the wrong server serves until another is open; a young one stays`() {
        var pool = pool()
        #expect(pool.replaceShared(now: start) == .nothing)
        _ = pool.acquireShared(deadline: .never, now: start)
        _ = pool.dialSucceeded(m(0), now: start, random: 0)
        #expect(pool.replaceShared(now: at(0.125)) == .nothing)
        #expect(pool.replaceShared(now: at(0.25)) == .dial(m(-1)))
        #expect(pool.replaceShared(now: at(0.5)) == .nothing, "one dial at a time")
        #expect(pool.acquireShared(deadline: .never, now: at(0.5)) == .take(m(0)))
        let action = pool.dialSucceeded(m(-1), now: at(0.5), random: 0)
        #expect(action == .init(member: .share(with: []), retire: m(0)))
        #expect(pool.replaceShared(now: at(0.625)) == .nothing)
    }

    @Test func `a shared member whose users can't be left to finish has no age`() {
        var pool = PoolStateMachine(PoolConfiguration(lifetime: .seconds(100)), canRetire: false)
        _ = pool.acquireShared(deadline: .never, now: start)
        _ = pool.dialSucceeded(m(0), now: start, random: 0)
        #expect(pool.wakeUpAt == .never)
        #expect(pool.timerFired(now: at(1000)) == .init())
        #expect(pool.shutdown(deadline: .never, now: at(1000)) == .init(close: [m(0)]))
        #expect(pool.hasEnded)
    }

    // MARK: Probes

    @Test func `a member that was silent for long is probed before its waiter gets it`() {
        var pool = filled(pool(probeAfter: .seconds(30)))
        #expect(pool.acquireExclusive(deadline: .never, now: at(29)) == .take(m(1)))
        _ = pool.returned(m(1), clean: true, now: at(29))
        #expect(pool.acquireExclusive(deadline: .never, now: at(59)) == .wait(w(2), .probe(m(1))))
        #expect(pool.probeFinished(m(1), alive: true, now: at(60)) == .init(member: .hand(to: w(2))))
    }

    @Test func `when a probe fails the next member is tried, then a dial, and the waiter waits on`() {
        var pool = filled(pool(probeAfter: .seconds(30)), 2)
        #expect(pool.acquireExclusive(deadline: .never, now: at(40)) == .wait(w(3), .probe(m(2))))
        let second = pool.probeFinished(m(2), alive: false, now: at(41))
        #expect(second == .init(member: .close, start: .probe(m(1))))
        let third = pool.probeFinished(m(1), alive: false, now: at(42))
        #expect(third == .init(member: .close, start: .dial(m(1, 1))))
        #expect(pool.dialSucceeded(m(1, 1), now: at(43), random: 0).member == .hand(to: w(3)))
        #expect(pool.counters.closed == [.failedProbe: 2])
    }

    @Test func `a probed member whose waiter gave up counts as heard of`() {
        var pool = filled(pool(probeAfter: .seconds(30)))
        _ = pool.acquireExclusive(deadline: .never, now: at(40))
        #expect(pool.cancel(w(2)) == true)
        #expect(pool.probeFinished(m(1), alive: true, now: at(41)) == .init(member: .keep))
        #expect(pool.acquireExclusive(deadline: .never, now: at(70)) == .take(m(1)))
    }

    @Test func `as many are probed as wait`() {
        var pool = filled(pool(probeAfter: .seconds(30)), 3)
        #expect(pool.acquireExclusive(deadline: .never, now: at(40)) == .wait(w(4), .probe(m(3))))
        #expect(pool.acquireExclusive(deadline: .never, now: at(40)) == .wait(w(5), .probe(m(2))))
        #expect(pool.memberClosed(m(3), now: at(40), random: 0) == .probe(m(1)))
        #expect(pool.probeFinished(m(3), alive: true, now: at(41)) == .init(member: .forget))
    }

    // MARK: Recovery

    @Test func `after a failure dials start one by one, then two at once, then four`() {
        var pool = filled(pool(maximum: 8))
        _ = pool.acquireExclusive(deadline: .never, now: at(10))
        for _ in 0..<7 { _ = pool.acquireExclusive(deadline: .never, now: at(10)) }
        for number in 2...8 { _ = pool.dialFailed(m(number), isPermanent: false, now: at(10), random: 1) }
        #expect(pool.failures == 1)
        var dials = pool.timerFired(now: at(11)).start.dials
        var steps: [Int] = []
        while !dials.isEmpty {
            steps.append(dials.count)
            dials = dials.flatMap { pool.dialSucceeded($0, now: at(12), random: 0).start.dials }
        }
        #expect(steps == [1, 2, 4])
    }

    // MARK: The end

    @Test func `at a shutdown those who have a connection may finish, and nobody else gets one`() {
        var pool = filled(pool(), 2)
        _ = pool.acquireShared(deadline: .never, now: start)
        _ = pool.dialSucceeded(m(0), now: start, random: 0)
        _ = pool.acquireExclusive(deadline: .never, now: start)
        #expect(pool.shutdown(deadline: at(10), now: start) == .init(close: [m(1)], retire: [m(0)]))
        #expect(pool.acquireExclusive(deadline: .never, now: start) == .refuse(.closed))
        #expect(pool.acquireShared(deadline: .never, now: start) == .refuse(.closed))
        #expect(pool.wakeUpAt == at(10))
        #expect(pool.returned(m(2), clean: false, now: at(1)) == .init(member: .close))
        #expect(pool.hasEnded == false)
        #expect(pool.memberClosed(m(0), now: at(2), random: 0) == .nothing)
        #expect(pool.hasEnded && !pool.wasCutShort)
        #expect(pool.counters.closed == [.shutdown: 3])
    }

    @Test func `at the deadline of a shutdown everything is closed`() {
        var pool = filled(pool(), 1)
        _ = pool.acquireExclusive(deadline: .never, now: start)
        _ = pool.shutdown(deadline: at(10), now: start)
        _ = pool.shutdown(deadline: at(20), now: start)
        #expect(pool.timerFired(now: at(9)) == .init())
        #expect(pool.timerFired(now: at(10)) == .init(close: [m(1)]))
        #expect(pool.hasEnded && pool.wasCutShort)
        #expect(pool.returned(m(1), clean: true, now: at(11)) == .init(member: .forget))
    }

    @Test func `a shutdown awaits the dials that it can't use`() {
        var pool = pool()
        _ = pool.acquireExclusive(deadline: .never, now: start)
        #expect(pool.shutdown(deadline: .never, now: start) == .init(fail: [w(1)]))
        #expect(pool.hasEnded == false)
        #expect(pool.dialSucceeded(m(1), now: at(1), random: 0) == .init(member: .close))
        #expect(pool.hasEnded)
    }

    // MARK: Configurations from outside

    @Test func `no configuration traps, and every one makes a pool that serves`() {
        let numbers = [Int.min, -1, 0, 1, Int.max]
        let durations: [Duration?] = [nil, .seconds(Int64.min), .seconds(-1), .zero, .seconds(Int64.max)]
        for number in numbers {
            for duration in durations {
                for jitter in [-Double.infinity, -1, 0.5, 2, .nan, .infinity] {
                    var pool = PoolStateMachine(
                        PoolConfiguration(
                            minimumConnections: number == .max ? 3 : number, maximumConnections: number,
                            maximumWaiters: max(1, number), idleTimeout: duration, lifetime: duration,
                            lifetimeJitter: jitter, probeAfter: duration, drainTimeout: duration ?? .zero,
                            backoff: Backoff(
                                initial: duration ?? .zero, maximum: .seconds(Int64.max),
                                stableAfter: duration ?? .zero)))
                    guard case .wait(_, let supply) = pool.acquireExclusive(deadline: .never, now: start) else {
                        Issue.record("\(number) \(String(describing: duration)) \(jitter)")
                        continue
                    }
                    _ = pool.dialFailed(supply.dials[0], isPermanent: false, now: start, random: jitter)
                    _ = pool.acquireExclusive(deadline: .never, now: start)
                    _ = pool.timerFired(now: max(start, pool.wakeUpAt))
                    #expect(pool.status.dialing > 0)
                    _ = pool.shutdown(deadline: .never, now: start)
                }
            }
        }
    }
}
