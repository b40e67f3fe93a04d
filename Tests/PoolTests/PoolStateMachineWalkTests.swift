// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Testing

@testable internal import Pool

/// Long random walks through the machine, each step checked against a model that knows who has what.
@Suite struct PoolStateMachineWalkTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `whatever happens nobody is forgotten, no member is used twice and everything is closed`(seed: UInt64) {
        var walk = PoolWalk(seed: seed)
        for _ in 0..<25_000 { walk.step() }
        walk.finish()
        #expect(walk.faults == [])
        #expect(walk.granted > 1_500, "the walk must get somewhere")
        #expect(walk.expired > 20 && walk.failed > 20 && walk.resets > 100)
    }
}

/// The pool's surroundings: they obey the machine and report back in random order.
private struct PoolWalk {
    private static let maximum = 4
    private var random: SplitMix64
    private var pool = PoolStateMachine(
        PoolConfiguration(maximumConnections: maximum, maximumWaiters: 12, idleTimeout: .seconds(8)))
    private var now = ContinuousClock.now

    private var exclusiveWaiters: [PoolWaiterID] = []
    private var sharedWaiters: [PoolWaiterID] = []
    private var dialing: [PoolMemberID] = []
    private var resetting: [PoolMemberID] = []
    private var leased: [PoolMemberID] = []
    private var open: Set<PoolMemberID> = []
    private var everOpened: Set<PoolMemberID> = []

    private(set) var faults: [String] = []
    private(set) var granted = 0
    private(set) var expired = 0
    private(set) var failed = 0
    private(set) var resets = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func step() {
        switch random.below(20) {
        case 0...4: ask(shared: false)
        case 5...6: ask(shared: true)
        case 7...9: finishDial()
        case 10...12: giveBack()
        case 13: finishReset()
        case 14: giveUp()
        case 15: loseConnection()
        case 16...17: pass(.milliseconds(random.below(300)))
        case 18: if let due = pool.wakeUpAt, due > now { pass(due - now) }
        default: pass(.milliseconds(random.below(20)))
        }
        check()
    }

    mutating func finish() {
        while !dialing.isEmpty || !resetting.isEmpty || !leased.isEmpty || pool.wakeUpAt != nil {
            while let member = dialing.popLast() { dialSucceeded(member) }
            while let member = resetting.popLast() { freed(member, pool.resetFinished(member, clean: true, now: now)) }
            while let member = leased.popLast() { release(member, clean: true) }
            if let due = pool.wakeUpAt, due > now { pass(due - now) } else { pass(.zero) }
        }
        expect(exclusiveWaiters.isEmpty && sharedWaiters.isEmpty, "all waiters were served or told")
        for _ in 0..<3 { ask(shared: true) }
        for _ in 0..<6 { ask(shared: false) }
        while let member = dialing.popLast() { dialSucceeded(member) }
        ask(shared: false)
        let action = pool.close()
        end(action.fail)
        close(action.close)
        while let member = leased.popLast() { release(member, clean: true) }
        expect(open.isEmpty && exclusiveWaiters.isEmpty && sharedWaiters.isEmpty, "all closed at the end")
        expect(pool.wakeUpAt == nil, "nothing to wake up for")
    }

    // MARK: Steps

    private mutating func ask(shared: Bool) {
        let deadline = random.below(3) == 0 ? nil : now + .milliseconds(random.below(2_000))
        let action =
            shared
            ? pool.acquireShared(deadline: deadline, now: now) : pool.acquireExclusive(deadline: deadline, now: now)
        switch action {
        case .take(let member):
            shared ? expect(open.contains(member), "shared is open") : lend(member)
        case .wait(let waiter, let dials):
            if shared { sharedWaiters.append(waiter) } else { exclusiveWaiters.append(waiter) }
            start(dials)
        case .refuse(let refusal):
            expect(refusal != .closed, "not closed yet")
        }
    }

    private mutating func finishDial() {
        guard let member = pick(\.dialing) else { return }
        switch random.below(8) {
        case 0...2:
            let action = pool.dialFailed(
                member, isPermanent: random.below(12) == 0, now: now, random: random.unit())
            failed += action.fail.count
            end(action.fail)
        case 3:
            expect(pool.memberClosed(member, now: now, random: random.unit()) == [], "nothing before the dial is done")
            dialSucceeded(member)
        default:
            dialSucceeded(member)
        }
    }

    private mutating func dialSucceeded(_ member: PoolMemberID) {
        expect(everOpened.insert(member).inserted, "an id is used once")
        open.insert(member)
        let action = pool.dialSucceeded(member, now: now, random: random.unit())
        switch action.member {
        case .keep: break
        case .close: close([member])
        case .hand(let waiter): hand(member, to: waiter)
        case .share(let waiters):
            expect(waiters == sharedWaiters, "all who wait share it")
            granted += waiters.count
            sharedWaiters = []
        }
        start(action.dials)
    }

    private mutating func giveBack() {
        guard let member = pick(\.leased) else { return }
        if random.below(8) == 0 {
            freed(member, pool.disposed(member, now: now))
        } else {
            release(member, clean: random.below(4) != 0)
        }
    }

    private mutating func release(_ member: PoolMemberID, clean: Bool) {
        freed(member, .init(member: pool.returned(member, clean: clean, now: now), dials: []))
    }

    private mutating func finishReset() {
        guard let member = pick(\.resetting) else { return }
        resets += 1
        freed(member, pool.resetFinished(member, clean: random.below(3) != 0, now: now))
    }

    private mutating func freed(_ member: PoolMemberID, _ action: PoolStateMachine.ResetAction) {
        switch action.member {
        case .keep: expect(open.contains(member), "only open members are kept")
        case .hand(let waiter): hand(member, to: waiter)
        case .reset: resetting.append(member)
        case .close: close([member])
        case .forget: expect(!open.contains(member), "only dead members are forgotten")
        }
        start(action.dials)
    }

    private mutating func giveUp() {
        guard let waiter = pickWaiter() else { return }
        expect(pool.cancel(waiter) == true, "it was waiting")
        end([waiter])
        expect(pool.cancel(waiter) == false, "it isn't any more")
    }

    private mutating func loseConnection() {
        let members = open.sorted { ($0.slot, $0.generation) < ($1.slot, $1.generation) }
        guard !members.isEmpty else { return }
        let member = members[random.below(members.count)]
        open.remove(member)
        start(pool.memberClosed(member, now: now, random: random.unit()))
    }

    private mutating func pass(_ duration: Duration) {
        now += duration
        let action = pool.timerFired(now: now)
        expired += action.expired.count
        end(action.expired)
        close(action.close)
        start(action.dials)
        expect(pool.wakeUpAt.map { $0 > now } ?? true, "nothing due is left")
    }

    // MARK: Obeying

    private mutating func start(_ dials: [PoolMemberID]) {
        dialing += dials
        expect(dialing.count { $0.isShared } <= 1, "one dial of the shared member at most")
    }

    private mutating func hand(_ member: PoolMemberID, to waiter: PoolWaiterID) {
        expect(exclusiveWaiters.first == waiter, "first come, first served")
        exclusiveWaiters.removeAll { $0 == waiter }
        granted += 1
        lend(member)
    }

    private mutating func lend(_ member: PoolMemberID) {
        expect(open.contains(member), "only open members are lent")
        expect(!leased.contains(member) && !resetting.contains(member), "no member has two holders")
        leased.append(member)
    }

    private mutating func end(_ waiters: [PoolWaiterID]) {
        for waiter in waiters {
            expect(exclusiveWaiters.contains(waiter) || sharedWaiters.contains(waiter), "told once")
        }
        exclusiveWaiters.removeAll { waiters.contains($0) }
        sharedWaiters.removeAll { waiters.contains($0) }
    }

    private mutating func close(_ members: [PoolMemberID]) {
        for member in members {
            expect(open.remove(member) != nil && !leased.contains(member), "closed once, not under its holder")
        }
    }

    private mutating func check() {
        let exclusive = open.count { !$0.isShared } + dialing.count { !$0.isShared }
        expect(exclusive <= Self.maximum, "never above the maximum")
        let status = pool.status
        expect(status.waiting == exclusiveWaiters.count + sharedWaiters.count, "the same waiters")
        expect(status.dialing == dialing.count, "the same dials")
        expect(status.leased == leased.count { open.contains($0) }, "the same leases")
        expect(status.idle == 0 || exclusiveWaiters.isEmpty, "nobody waits beside an unused member")
        let willWake = pool.wakeUpAt != nil
        expect(exclusiveWaiters.isEmpty || exclusive > 0 || !dialing.isEmpty || willWake, "somebody will come")
        expect(sharedWaiters.isEmpty || !dialing.isEmpty || willWake, "somebody dials for the shared one")
    }

    private mutating func pick(_ list: WritableKeyPath<Self, [PoolMemberID]>) -> PoolMemberID? {
        let count = self[keyPath: list].count
        return count == 0 ? nil : self[keyPath: list].remove(at: random.below(count))
    }

    private mutating func pickWaiter() -> PoolWaiterID? {
        let waiters = exclusiveWaiters + sharedWaiters
        return waiters.isEmpty ? nil : waiters[random.below(waiters.count)]
    }

    private mutating func expect(_ holds: Bool, _ what: String) {
        if !holds, faults.count < 5 { faults.append(what) }
    }
}
