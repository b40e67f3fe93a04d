// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Testing

@testable internal import Pool

/// Dials that fail, connections that die.
@Suite struct PoolStateMachineDialingTests {
    let start = PoolInstant(ContinuousClock.now)
    var pool = PoolStateMachine(
        PoolConfiguration(
            maximumConnections: 3,
            backoff: Backoff(initial: .seconds(1), maximum: .seconds(4), stableAfter: .seconds(10))))

    @Test mutating func `the first failure ever fails everybody at once`() {
        _ = acquire()
        _ = share()
        _ = acquire()
        #expect(failed(m(1)) == [w(1), w(3), w(2)])
        #expect(pool.wakeUpAt == .never)
        #expect(acquire() == .wait(w(4), .nothing), "the dial for the third caller is still under way")
        #expect(failed(m(2)) == [w(4)])
    }

    @Test mutating func `who comes after the first failure waits for the delay, so that nobody can hurry the dials`() {
        _ = acquire()
        #expect(failed(m(1)) == [w(1)])
        #expect(acquire() == .wait(w(2), .nothing))
        #expect(acquire() == .wait(w(3), .nothing))
        #expect(pool.wakeUpAt == at(1))
        #expect(fire(at: 1) == .init(start: .dial(m(1, 1))))
        #expect(failed(m(1, 1), at: 1) == [w(2), w(3)], "nothing was ever reached")
        #expect(acquire(at: 1) == .wait(w(4), .nothing))
        #expect(pool.wakeUpAt == at(3), "the delays grow")
    }

    @Test mutating func `after a success a refused dial is tried again after a growing delay`() {
        connectOnce()
        #expect(acquire(at: 20) == .wait(w(2), .dial(m(2))))
        #expect(failed(m(2), at: 20) == [])
        #expect(pool.wakeUpAt == at(21))
        #expect(fire(at: 20.9) == .init())
        #expect(fire(at: 21) == .init(start: .dial(m(2, 1))))
        #expect(pool.wakeUpAt == .never, "the scout's end is awaited, no instant")
        #expect(failed(m(2, 1), at: 22) == [])
        #expect(pool.wakeUpAt == at(24))
        #expect(fire(at: 24) == .init(start: .dial(m(2, 2))))
        #expect(failed(m(2, 2), at: 24) == [])
        #expect(fire(at: 28) == .init(start: .dial(m(2, 3))))
        #expect(failed(m(2, 3), at: 28) == [])
        #expect(pool.wakeUpAt == at(32), "the maximum is reached")
        #expect(fire(at: 32) == .init(start: .dial(m(2, 4))))
        #expect(dialed(m(2, 4), at: 32) == .init(member: .hand(to: w(2))))
    }

    @Test mutating func `while the server refuses there is one scout, and everything else follows its success`() {
        connectOnce()
        _ = acquire(at: 20)
        _ = failed(m(2), at: 20)
        #expect(acquire(at: 20) == .wait(w(3), .nothing))
        #expect(share(at: 20) == .wait(w(4), .nothing))
        #expect(fire(at: 21) == .init(start: .dial(m(0))), "the shared member serves most and goes first")
        #expect(fire(at: 30) == .init())
        #expect(acquire(at: 30) == .wait(w(5), .nothing))
        let action = dialed(m(0), at: 30)
        #expect(action.member == .share(with: [w(4)]))
        #expect(Set(action.start.dials) == [m(2, 1), m(3)], "two more up to the maximum")
    }

    @Test mutating func `a caller who comes when the delay is over starts the scout`() {
        connectOnce()
        _ = acquire(at: 20)
        _ = failed(m(2), at: 20)
        #expect(pool.cancel(w(2)) == true)
        #expect(pool.wakeUpAt == .never, "nobody waits, so nobody dials")
        #expect(acquire(at: 20.5) == .wait(w(3), .nothing))
        #expect(pool.cancel(w(3)) == true)
        #expect(acquire(at: 25) == .wait(w(4), .dial(m(2, 1))))
    }

    @Test mutating func `dials that fail together count as one failure`() {
        connectOnce()
        _ = acquire(at: 20)
        _ = acquire(at: 20)
        _ = failed(m(2), at: 20)
        _ = failed(m(3), at: 20)
        #expect(pool.wakeUpAt == at(21))
        #expect(pool.failures == 1)
    }

    @Test mutating func `a waiter's deadline ends its waiting for a server that refuses`() {
        connectOnce()
        #expect(pool.acquireExclusive(deadline: at(20.5), now: at(20)) == .wait(w(2), .dial(m(2))))
        _ = failed(m(2), at: 20)
        #expect(pool.wakeUpAt == at(20.5))
        #expect(fire(at: 20.5) == .init(expired: [w(2)]))
        #expect(pool.wakeUpAt == .never)
    }

    @Test mutating func `a permanent failure fails everybody at once, also later`() {
        connectOnce()
        _ = acquire(at: 20)
        _ = share(at: 20)
        #expect(pool.dialFailed(m(0), isPermanent: true, now: at(20), random: 1).fail == [w(2), w(3)])
        #expect(pool.wakeUpAt == .never)
    }

    @Test mutating func `permanent failures are spaced like others`() {
        connectOnce()
        _ = acquire(at: 20)
        _ = failed(m(2), at: 20)
        #expect(fire(at: 21) == .init(start: .dial(m(2, 1))))
        #expect(pool.dialFailed(m(2, 1), isPermanent: true, now: at(21), random: 1).fail == [w(2)])
        #expect(acquire(at: 21) == .wait(w(3), .nothing))
        #expect(pool.wakeUpAt == at(23))
    }

    @Test mutating func `an idle member that died is not handed out`() {
        connectIdle()
        #expect(closed(m(1), at: 20) == .nothing)
        #expect(acquire(at: 20) == .wait(w(2), .dial(m(1, 1))))
    }

    @Test mutating func `a leased member that died makes room, and its return is ignored`() {
        connectIdle()
        for _ in 0..<3 { _ = acquire(at: 20) }
        _ = dialed(m(2), at: 20)
        _ = dialed(m(3), at: 20)
        #expect(acquire(at: 20) == .wait(w(4), .nothing))
        #expect(closed(m(2), at: 20) == .dial(m(2, 1)))
        #expect(pool.returned(m(2), clean: true, now: at(21)) == .init(member: .forget))
        #expect(dialed(m(2, 1), at: 21) == .init(member: .hand(to: w(4))))
    }

    @Test mutating func `a member that died during its reset is gone`() {
        connectIdle()
        _ = acquire()
        _ = pool.returned(m(1), clean: false, now: start)
        #expect(closed(m(1), at: 20) == .nothing)
        #expect(pool.resetFinished(m(1), clean: true, now: at(20)) == .init(member: .forget))
    }

    @Test mutating func `a connection that died before its dial was done is closed and its waiter waits on`() {
        _ = share()
        #expect(closed(m(0), at: 0) == .nothing)
        #expect(closed(m(0), at: 0) == .nothing)
        #expect(dialed(m(0), at: 0) == .init(member: .close))
        #expect(pool.wakeUpAt == at(1), "a server that hangs up is like one that refuses")
        #expect(fire(at: 1) == .init(start: .dial(m(0, 1))))
        #expect(dialed(m(0, 1), at: 1) == .init(member: .share(with: [w(1)])))
    }

    @Test mutating func `the loss of a young shared connection counts as a failure, that of an old one doesn't`() {
        _ = share()
        _ = dialed(m(0), at: 0)
        #expect(closed(m(0), at: 9) == .nothing)
        #expect(share(at: 9.5) == .wait(w(2), .nothing))
        #expect(fire(at: 10) == .init(start: .dial(m(0, 1))))
        _ = dialed(m(0, 1), at: 10)
        #expect(closed(m(0, 1), at: 11) == .nothing)
        #expect(pool.failures == 2, "no stable period in between")
        #expect(share(at: 13) == .wait(w(3), .dial(m(0, 2))))
        _ = dialed(m(0, 2), at: 13)
        #expect(closed(m(0, 2), at: 23) == .nothing)
        #expect(share(at: 23) == .wait(w(4), .dial(m(0, 3))))
        #expect(failed(m(0, 3), at: 23) == [])
        #expect(pool.failures == 1, "it was stable for long enough")
    }

    @Test mutating func `the loss of a young leased connection delays nobody`() {
        connectIdle()
        #expect(acquire() == .take(m(1)))
        #expect(closed(m(1), at: 0) == .nothing)
        #expect(acquire() == .wait(w(2), .dial(m(1, 1))))
    }

    @Test mutating func `news about members that are gone or never were changes nothing`() {
        connectIdle()
        let before = pool.status
        #expect(closed(m(1, 7), at: 0) == .nothing)
        #expect(closed(m(9), at: 0) == .nothing)
        #expect(failed(m(1)) == [])
        #expect(dialed(m(9), at: 0) == .init(member: .close))
        #expect(pool.status == before)
    }

    // MARK: Helpers

    private func at(_ seconds: Double) -> PoolInstant { start + .milliseconds(Int(seconds * 1000)) }

    private mutating func acquire(at seconds: Double = 0) -> PoolStateMachine.AcquireAction {
        pool.acquireExclusive(deadline: .never, now: at(seconds))
    }

    private mutating func share(at seconds: Double = 0) -> PoolStateMachine.AcquireAction {
        pool.acquireShared(deadline: .never, now: at(seconds))
    }

    private mutating func dialed(_ member: PoolMemberID, at seconds: Double) -> PoolStateMachine.DialedAction {
        pool.dialSucceeded(member, now: at(seconds), random: 1)
    }

    private mutating func failed(_ member: PoolMemberID, at seconds: Double = 0) -> [PoolWaiterID] {
        pool.dialFailed(member, isPermanent: false, now: at(seconds), random: 1).fail
    }

    private mutating func closed(_ member: PoolMemberID, at seconds: Double) -> PoolStateMachine.Supply {
        pool.memberClosed(member, now: at(seconds), random: 1)
    }

    private mutating func fire(at seconds: Double) -> PoolStateMachine.TimerAction {
        pool.timerFired(now: at(seconds))
    }

    /// One leased member, m(1), that was dialed at the start for waiter 1.
    private mutating func connectOnce() {
        _ = acquire()
        _ = dialed(m(1), at: 0)
    }

    /// The same, given back.
    private mutating func connectIdle() {
        connectOnce()
        _ = pool.returned(m(1), clean: true, now: start)
    }
}
