// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

@testable internal import Pool

/// A pool's surroundings: they obey the machine, report back in random order, and know who has what.
struct PoolWalk {
    static let maximum = 4
    static let minimum = 2
    /// How many kinds of things `seen` counts.
    static let everything = 17

    private(set) var random: SplitMix64
    private(set) var pool = PoolWalk.freshPool
    private(set) var now = PoolInstant(ContinuousClock.now)

    private(set) var exclusiveWaiters: [PoolWaiterID] = []
    private(set) var sharedWaiters: [PoolWaiterID] = []
    private var dialing: [PoolMemberID] = []
    private var resetting: [PoolMemberID] = []
    private var probing: [PoolMemberID] = []
    private var leased: [PoolMemberID] = []
    private var retiring: [PoolMemberID] = []
    private var open: Set<PoolMemberID> = []
    private var everOpened: Set<PoolMemberID> = []
    private var isEnding = false
    /// Whether somebody has asked since the last permanent failure.
    private var keepsMinimum = false

    private(set) var faults: [String] = []
    private(set) var seen: [String: Int] = [:]
    private(set) var pools = 1

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    private static var freshPool: PoolStateMachine {
        var pool = PoolStateMachine(
            PoolConfiguration(
                minimumConnections: minimum, maximumConnections: maximum, maximumWaiters: 12,
                idleTimeout: .seconds(8), lifetime: .seconds(20), lifetimeJitter: 0.5, probeAfter: .milliseconds(400),
                drainTimeout: .seconds(1)))
        pool.departures = []
        return pool
    }

    // MARK: Steps

    mutating func step() {
        switch random.below(30) {
        case 0...5: ask(shared: false)
        case 6...7: ask(shared: true)
        case 8...11: finishDial()
        case 12...15: giveBack()
        case 16: finishReset()
        case 17...18: finishProbe()
        case 19: giveUp()
        case 20: loseConnection()
        case 21...22: pass(.milliseconds(random.below(300)))
        case 23...24: if pool.wakeUpAt != .never, pool.wakeUpAt > now { pass(pool.wakeUpAt - now) }
        case 25: if random.below(4) == 0 { pass(.milliseconds(random.below(6_000))) }
        case 26: finishRetiring()
        case 27: if random.below(25) == 0 { end() }
        case 28: endWaitersNow()
        default: pass(.milliseconds(random.below(20)))
        }
        check()
        if isEnding, pool.hasEnded, dialing.isEmpty { startOver() }
    }

    /// Serves everybody, sees the minimum come back, and ends.
    mutating func finish() {
        if isEnding {
            endCompletely()
            startOver()
        }
        ask(shared: true)
        settle()
        expect(exclusiveWaiters.isEmpty && sharedWaiters.isEmpty, "all waiters were served or told")
        expect(open.count { !$0.isShared } >= Self.minimum, "the minimum is there again")
        endCompletely()
    }

    /// Lets everything under way succeed and time pass until nothing is left to do but to grow older.
    private mutating func settle() {
        for _ in 0..<200 {
            while let member = dialing.popLast() { dialSucceeded(member) }
            while let member = resetting.popLast() { freed(member, pool.resetFinished(member, clean: true, now: now)) }
            while let member = probing.popLast() { freed(member, pool.probeFinished(member, alive: true, now: now)) }
            while let member = leased.popLast() { freed(member, pool.returned(member, clean: true, now: now)) }
            let isDone = exclusiveWaiters.isEmpty && sharedWaiters.isEmpty && dialing.isEmpty && leased.isEmpty
            if isDone, open.count(where: { !$0.isShared }) >= Self.minimum { return }
            if pool.wakeUpAt != .never { pass(max(.zero, pool.wakeUpAt - now)) }
        }
        expect(false, "it comes to rest")
    }

    private mutating func ask(shared: Bool) {
        let deadline = random.below(3) == 0 ? PoolInstant.never : now + .milliseconds(random.below(2_000))
        let action =
            shared
            ? pool.acquireShared(deadline: deadline, now: now) : pool.acquireExclusive(deadline: deadline, now: now)
        switch action {
        case .take(let member):
            note("taken")
            expect(!isEnding, "nobody gets anything at the end")
            if shared { expect(isShareable(member), "shared is open") } else { lend(member) }
            expect(shared || exclusiveWaiters.isEmpty, "nobody overtakes those who wait")
        case .wait(let waiter, let supply):
            keepsMinimum = true
            if shared { sharedWaiters.append(waiter) } else { exclusiveWaiters.append(waiter) }
            start(supply)
        case .refuse(let refusal):
            note("refused")
            expect((refusal == .closed) == isEnding, "refused as closed at the end and only then")
        }
    }

    private mutating func finishDial() {
        guard let member = pick(\.dialing) else { return }
        switch random.below(10) {
        case 0...2:
            let isPermanent = random.below(12) == 0
            let waiting = exclusiveWaiters + sharedWaiters
            let action = pool.dialFailed(member, isPermanent: isPermanent, now: now, random: random.unit())
            note("dial failed")
            if isPermanent, !isEnding {
                note("permanent failure")
                keepsMinimum = false
                expect(action.fail == waiting, "a permanent failure reaches everybody, in order")
            }
            finish(waiters: action.fail)
        case 3:
            note("hung up")
            expect(pool.memberClosed(member, now: now, random: random.unit()) == .nothing, "the dial isn't done")
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
        case .keep: expect(exclusiveWaiters.isEmpty, "nothing is kept from those who wait")
        case .close: close([member])
        case .hand(let waiter): hand(member, to: waiter)
        case .share(let waiters):
            expect(waiters == sharedWaiters, "all who wait share it")
            sharedWaiters = []
        }
        if let old = action.retire {
            note("retired")
            expect(open.contains(old), "only an open member retires")
            retiring.append(old)
        }
        start(action.start)
    }

    private mutating func giveBack() {
        guard let member = pick(\.leased) else { return }
        if random.below(8) == 0 {
            note("disposed")
            freed(member, pool.disposed(member, now: now))
        } else {
            freed(member, pool.returned(member, clean: random.below(4) != 0, now: now))
        }
    }

    private mutating func finishReset() {
        guard let member = pick(\.resetting) else { return }
        note("reset")
        freed(member, pool.resetFinished(member, clean: random.below(3) != 0, now: now))
    }

    private mutating func finishProbe() {
        guard let member = pick(\.probing) else { return }
        let isAlive = random.below(3) != 0
        note(isAlive ? "alive" : "dead")
        freed(member, pool.probeFinished(member, alive: isAlive, now: now))
    }

    private mutating func finishRetiring() {
        guard let member = pick(\.retiring), open.remove(member) != nil else { return }
        start(pool.memberClosed(member, now: now, random: random.unit()))
    }

    private mutating func freed(_ member: PoolMemberID, _ action: PoolStateMachine.FreeAction) {
        switch action.member {
        case .keep:
            expect(open.contains(member), "only open members are kept")
            expect(exclusiveWaiters.isEmpty, "nothing is kept from those who wait")
        case .hand(let waiter): hand(member, to: waiter)
        case .reset: resetting.append(member)
        case .close: close([member])
        case .forget: expect(!open.contains(member), "only members that are gone are forgotten")
        }
        start(action.start)
    }

    private mutating func giveUp() {
        let waiters = exclusiveWaiters + sharedWaiters
        guard !waiters.isEmpty else { return }
        note("cancelled")
        let waiter = waiters[random.below(waiters.count)]
        expect(pool.cancel(waiter), "it was waiting")
        finish(waiters: [waiter])
        expect(!pool.cancel(waiter), "it isn't any more")
    }

    /// Rarely all who wait give up, so that members come to lie idle.
    private mutating func endWaitersNow() {
        guard random.below(3) == 0 else { return }
        while !exclusiveWaiters.isEmpty || !sharedWaiters.isEmpty { giveUp() }
    }

    private mutating func loseConnection() {
        let members = open.sorted { ($0.slot, $0.generation) < ($1.slot, $1.generation) }
        guard !members.isEmpty else { return }
        note("lost")
        let member = members[random.below(members.count)]
        open.remove(member)
        start(pool.memberClosed(member, now: now, random: random.unit()))
    }

    private mutating func pass(_ duration: Duration) {
        now = now + duration
        let action = pool.timerFired(now: now)
        for _ in action.expired { note("expired") }
        finish(waiters: action.expired)
        close(action.close)
        start(action.start)
        expect(pool.wakeUpAt > now, "nothing due is left")
    }

    // MARK: The end

    private mutating func end() {
        guard !isEnding else { return }
        note("ended")
        isEnding = true
        let isHard = random.below(3) == 0
        let deadline = random.below(2) == 0 ? PoolInstant.never : now + .milliseconds(random.below(2_000))
        let waiting = exclusiveWaiters + sharedWaiters
        let action = isHard ? pool.close(now: now) : pool.shutdown(deadline: deadline, now: now)
        expect(action.fail == waiting, "everybody is told")
        finish(waiters: action.fail)
        if isHard { leased = [] }
        close(action.close)
        for member in action.retire { expect(open.contains(member), "only an open member retires") }
        retiring += action.retire
        expect(open.allSatisfy { leased.contains($0) || retiring.contains($0) }, "who isn't used is closed")
        expect(!isHard || open.isEmpty && pool.hasEnded, "nothing outlives a hard end")
    }

    private mutating func endCompletely() {
        end()
        while let member = leased.popLast() { freed(member, pool.returned(member, clean: true, now: now)) }
        while !retiring.isEmpty { finishRetiring() }
        while let member = dialing.popLast() { dialSucceeded(member) }
        expect(pool.hasEnded && open.isEmpty, "all closed at the end")
        expect(pool.wakeUpAt == .never && pool.status == PoolStatus(), "nothing is left")
    }

    private mutating func startOver() {
        expect(open.isEmpty && exclusiveWaiters.isEmpty && sharedWaiters.isEmpty, "all closed at the end")
        expect(pool.status == PoolStatus(), "nothing is left")
        pool = Self.freshPool
        (leased, resetting, probing, retiring) = ([], [], [], [])
        everOpened = []
        isEnding = false
        keepsMinimum = false
        pools += 1
    }

    // MARK: Obeying

    private mutating func start(_ supply: PoolStateMachine.Supply) {
        expect(supply == .nothing || !isEnding, "nothing is begun at the end")
        dialing += supply.dials
        expect(dialing.count { $0.isShared } <= 1, "one dial of the shared member at most")
        for member in supply.probes {
            expect(open.contains(member) && !isUsed(member), "only idle members are probed")
            probing.append(member)
        }
    }

    private mutating func hand(_ member: PoolMemberID, to waiter: PoolWaiterID) {
        note("handed")
        expect(exclusiveWaiters.first == waiter, "first come, first served")
        exclusiveWaiters.removeAll { $0 == waiter }
        lend(member)
    }

    private mutating func lend(_ member: PoolMemberID) {
        expect(open.contains(member) && !member.isShared, "only open members are lent")
        expect(!isUsed(member), "no member has two holders")
        leased.append(member)
    }

    private func isUsed(_ member: PoolMemberID) -> Bool {
        leased.contains(member) || resetting.contains(member) || probing.contains(member) || retiring.contains(member)
    }

    private func isShareable(_ member: PoolMemberID) -> Bool {
        open.contains(member) && member.isShared && !retiring.contains(member)
    }

    private mutating func finish(waiters: [PoolWaiterID]) {
        for waiter in waiters {
            expect(exclusiveWaiters.contains(waiter) || sharedWaiters.contains(waiter), "told once")
        }
        exclusiveWaiters.removeAll { waiters.contains($0) }
        sharedWaiters.removeAll { waiters.contains($0) }
    }

    private mutating func close(_ members: [PoolMemberID]) {
        for member in members {
            expect(open.remove(member) != nil, "closed once")
            expect(!leased.contains(member) || isEnding, "not under its holder")
            retiring.removeAll { $0 == member }
        }
    }

    // MARK: Checks

    private mutating func check() {
        let exclusive = open.count { !$0.isShared } + dialing.count { !$0.isShared }
        expect(exclusive <= Self.maximum, "never above the maximum")
        expect(open.count { $0.isShared } <= 2, "one shared member and one that retires")
        let status = pool.status
        expect(status.waiting == exclusiveWaiters.count + sharedWaiters.count, "the same waiters")
        expect(status.dialing == dialing.count, "the same dials")
        expect(status.leased == leased.count { open.contains($0) }, "the same leases")
        expect(status.retiring == retiring.count { open.contains($0) }, "the same retired members")
        let counters = pool.counters
        expect(counters.opened == open.count + counters.closed.values.reduce(0, +), "every closing has a reason")
        for departure in pool.departures ?? [] where departure.reason == .idle || departure.reason == .lifetime {
            note("\(departure.reason)")
        }
        pool.departures = []
        guard !isEnding else { return }
        let willWake = pool.wakeUpAt != .never
        expect(status.idle == 0 || status.probing >= exclusiveWaiters.count, "nobody waits beside an unused member")
        expect(exclusiveWaiters.isEmpty || exclusive > 0 || !dialing.isEmpty || willWake, "somebody will come")
        expect(sharedWaiters.isEmpty || !dialing.isEmpty || willWake, "somebody dials for the shared one")
        expect(!keepsMinimum || exclusive >= Self.minimum || !dialing.isEmpty || willWake, "the minimum will come")
    }

    private mutating func pick(_ list: WritableKeyPath<Self, [PoolMemberID]>) -> PoolMemberID? {
        let count = self[keyPath: list].count
        return count == 0 ? nil : self[keyPath: list].remove(at: random.below(count))
    }

    private mutating func note(_ what: String) {
        seen[what, default: 0] += 1
    }

    private mutating func expect(_ holds: Bool, _ what: String) {
        if !holds, faults.count < 5 { faults.append(what) }
    }
}
