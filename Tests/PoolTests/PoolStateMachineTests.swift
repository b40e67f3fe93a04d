// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Testing

@testable internal import Pool

/// Leasing, sharing, waiting and giving back. Dial failures are in `PoolStateMachineDialingTests`.
@Suite struct PoolStateMachineTests {
    let start = PoolInstant(ContinuousClock.now)
    var pool = PoolStateMachine(
        PoolConfiguration(maximumConnections: 2, maximumWaiters: 3, idleTimeout: .seconds(60)))

    // MARK: Exclusive members

    @Test mutating func `the first lease dials and the dialed connection goes to its waiter`() {
        #expect(acquire() == .wait(w(1), .dial(m(1))))
        #expect(dialed(m(1)) == .init(member: .hand(to: w(1))))
        #expect(pool.returned(m(1), clean: true, now: start) == .init(member: .keep))
        #expect(acquire() == .take(m(1)))
    }

    @Test mutating func `the member used last is taken first`() {
        fill()
        #expect(pool.returned(m(1), clean: true, now: start) == .init(member: .keep))
        #expect(pool.returned(m(2), clean: true, now: start) == .init(member: .keep))
        #expect([acquire(), acquire()] == [.take(m(2)), .take(m(1))])
    }

    @Test mutating func `at the maximum callers wait without a dial and are served in order`() {
        fill()
        #expect(acquire() == .wait(w(3), .nothing))
        #expect(acquire() == .wait(w(4), .nothing))
        #expect(pool.returned(m(2), clean: true, now: start) == .init(member: .hand(to: w(3))))
        #expect(pool.returned(m(1), clean: true, now: start) == .init(member: .hand(to: w(4))))
    }

    @Test mutating func `one caller too many is refused`() {
        fill()
        for _ in 0..<3 { _ = acquire() }
        #expect(acquire() == .refuse(.tooManyWaiters(limit: 3)))
        #expect(pool.acquireShared(deadline: .never, now: start) == .refuse(.tooManyWaiters(limit: 3)))
    }

    @Test mutating func `a waiter that gave up is skipped`() {
        fill()
        _ = acquire()
        _ = acquire()
        #expect(pool.cancel(w(3)) == true)
        #expect(pool.cancel(w(3)) == false)
        #expect(pool.returned(m(1), clean: true, now: start) == .init(member: .hand(to: w(4))))
    }

    @Test mutating func `a dial whose waiter gave up leaves an idle member`() {
        _ = acquire()
        #expect(pool.cancel(w(1)) == true)
        #expect(dialed(m(1)) == .init(member: .keep))
        #expect(acquire() == .take(m(1)))
    }

    @Test mutating func `a waiter is served by whichever connection is free first`() {
        _ = acquire()
        #expect(dialed(m(1)) == .init(member: .hand(to: w(1))))
        #expect(acquire() == .wait(w(2), .dial(m(2))))
        #expect(pool.returned(m(1), clean: true, now: start) == .init(member: .hand(to: w(2))))
        #expect(dialed(m(2)) == .init(member: .keep))
    }

    @Test mutating func `a member can't be given back twice`() {
        fill()
        #expect(pool.returned(m(1), clean: true, now: start) == .init(member: .keep))
        #expect(pool.returned(m(1), clean: true, now: start) == .init(member: .forget))
        #expect(pool.returned(m(1), clean: false, now: start) == .init(member: .forget))
        #expect(pool.status.idle == 1)
    }

    // MARK: Dirty members

    @Test mutating func `a dirty member is reset before the next one gets it`() {
        fill()
        _ = acquire()
        #expect(pool.returned(m(1), clean: false, now: start) == .init(member: .reset))
        #expect(pool.resetFinished(m(1), clean: true, now: start) == .init(member: .hand(to: w(3))))
    }

    @Test mutating func `a member that can't be cleaned is closed and replaced`() {
        fill()
        _ = acquire()
        #expect(pool.returned(m(1), clean: false, now: start) == .init(member: .reset))
        #expect(pool.resetFinished(m(1), clean: false, now: start) == .init(member: .close, start: .dial(m(1, 1))))
        #expect(pool.resetFinished(m(1), clean: true, now: start) == .init(member: .forget))
    }

    @Test mutating func `a disposed member is closed and replaced`() {
        fill()
        _ = acquire()
        #expect(pool.disposed(m(2), now: start) == .init(member: .close, start: .dial(m(2, 1))))
        #expect(pool.disposed(m(2), now: start) == .init(member: .forget))
    }

    // MARK: The shared member

    @Test mutating func `the shared member is dialed once for all who want it`() {
        #expect(share() == .wait(w(1), .dial(m(0))))
        #expect(share() == .wait(w(2), .nothing))
        #expect(dialed(m(0)) == .init(member: .share(with: [w(1), w(2)])))
        #expect(share() == .take(m(0)))
        #expect(share() == .take(m(0)))
    }

    @Test mutating func `the shared member doesn't count against the maximum`() {
        fill()
        #expect(share() == .wait(w(3), .dial(m(0))))
    }

    @Test mutating func `a shared member can't be given back`() {
        openShared()
        #expect(pool.returned(m(0), clean: true, now: start) == .init(member: .forget))
        #expect(pool.disposed(m(0), now: start) == .init(member: .forget))
        #expect(share() == .take(m(0)))
    }

    @Test mutating func `a lost shared member is dialed anew when somebody wants it`() {
        openShared()
        #expect(closed(m(0), after: .seconds(10)) == .nothing)
        #expect(share(after: .seconds(10)) == .wait(w(2), .dial(m(0, 1))))
    }

    // MARK: Time

    @Test mutating func `waiters expire at their deadlines and the wake-up follows the earliest`() {
        fill()
        _ = acquire(within: .seconds(3))
        _ = acquire(within: .seconds(1))
        _ = acquire()
        #expect(pool.wakeUpAt == start + .seconds(1))
        #expect(pool.timerFired(now: start + .milliseconds(999)) == .init())
        #expect(pool.timerFired(now: start + .seconds(1)) == .init(expired: [w(4)]))
        #expect(pool.wakeUpAt == start + .seconds(3))
        #expect(pool.timerFired(now: start + .seconds(9)) == .init(expired: [w(3)]))
        #expect(pool.wakeUpAt == .never)
        #expect(pool.returned(m(1), clean: true, now: start) == .init(member: .hand(to: w(5))))
    }

    @Test mutating func `a deadline in the past is refused unless a member is free`() {
        fill()
        #expect(acquire(within: .zero) == .refuse(.timedOut))
        _ = pool.returned(m(1), clean: true, now: start)
        #expect(acquire(within: .zero) == .take(m(1)))
        #expect(pool.acquireShared(deadline: start, now: start) == .refuse(.timedOut))
    }

    @Test mutating func `a member that lies unused for too long is closed, the oldest first`() {
        fill()
        _ = pool.returned(m(2), clean: true, now: start)
        _ = pool.returned(m(1), clean: true, now: start + .seconds(5))
        #expect(pool.wakeUpAt == start + .seconds(60))
        #expect(pool.timerFired(now: start + .seconds(60)) == .init(close: [m(2)]))
        #expect(pool.wakeUpAt == start + .seconds(65))
        #expect(acquire() == .take(m(1)))
        #expect(pool.wakeUpAt == .never)
    }

    @Test mutating func `deadlines of callers long served don't pile up`() {
        _ = acquire()
        _ = dialed(m(1))
        for step in 1...5_000 {
            _ = acquire(within: .seconds(30), after: .milliseconds(step))
            _ = pool.returned(m(1), clean: true, now: start)
        }
        #expect(pool.deadlines.count < 100)
    }

    // MARK: The end

    @Test mutating func `closing fails the waiters and closes everything, what is on loan too`() {
        fill()
        openShared()
        _ = pool.returned(m(2), clean: true, now: start)
        _ = acquire()
        _ = acquire()
        #expect(pool.close(now: start) == .init(fail: [w(4)], close: [m(0), m(1), m(2)]))
        #expect(pool.close(now: start) == .init())
        #expect(acquire() == .refuse(.closed))
        #expect(share() == .refuse(.closed))
        #expect(pool.wakeUpAt == .never)
        #expect(pool.returned(m(1), clean: true, now: start) == .init(member: .forget))
        #expect(pool.disposed(m(2), now: start) == .init(member: .forget))
    }

    @Test mutating func `what is being dialed when the pool closes is closed when it arrives`() {
        _ = acquire()
        _ = share()
        _ = dialed(m(1))
        _ = pool.returned(m(1), clean: false, now: start)
        _ = acquire()
        #expect(pool.close(now: start) == .init(fail: [w(3), w(2)], close: [m(1)]))
        #expect(dialed(m(0)) == .init(member: .close))
        #expect(dialed(m(2)) == .init(member: .close))
        #expect(pool.resetFinished(m(1), clean: true, now: start) == .init(member: .forget))
        #expect(pool.status == PoolStatus())
    }

    // MARK: Helpers

    private mutating func acquire(within: Duration? = nil, after: Duration = .zero) -> PoolStateMachine.AcquireAction {
        let now = start + after
        return pool.acquireExclusive(deadline: within.map { now + $0 } ?? .never, now: now)
    }

    private mutating func share(after: Duration = .zero) -> PoolStateMachine.AcquireAction {
        pool.acquireShared(deadline: .never, now: start + after)
    }

    private mutating func dialed(_ member: PoolMemberID) -> PoolStateMachine.DialedAction {
        pool.dialSucceeded(member, now: start, random: 1)
    }

    private mutating func closed(_ member: PoolMemberID, after: Duration) -> PoolStateMachine.Supply {
        pool.memberClosed(member, now: start + after, random: 1)
    }

    private mutating func openShared() {
        _ = share()
        _ = dialed(m(0))
    }

    /// Two leased members, for waiters 1 and 2.
    private mutating func fill() {
        for slot in 1...2 {
            _ = acquire()
            _ = dialed(m(slot))
        }
    }
}
