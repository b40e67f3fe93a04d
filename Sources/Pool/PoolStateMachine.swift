// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Who has which connection, who waits, and when to dial: a pool without connections, clock or tasks.
///
/// There are exclusive members, at most `maximumConnections` of them, each with one holder at a time, and one shared
/// member on top. Events come in with the present instant (and a random number where a delay may have to be drawn),
/// small actions go out; the owner performs them and reports what became of them. The phases of a member:
///
///     vacant ──▶ dialing ──▶ sharing ──▶ retiring            the shared member; each may end in `vacant`
///                   │
///                   ├──────▶ idle ◀──▶ leased ──▶ resetting  an exclusive one; each may end in `vacant`
///                   │         │ ▲        ▲            │
///                   ▼         ▼ │        │◀───────────┤      a free member goes to a waiter, or lies idle
///                hungUp     probing ─────┘            └──▶ idle
///
/// This file has asking and giving back; `+Dialing` how members come and are lost, `+Time` what becomes due,
/// `+Ending` the end.
package struct PoolStateMachine: Sendable {
    enum Phase: Equatable, Sendable {
        /// No member.
        case vacant
        case dialing
        /// The connection was reported closed before its dial was reported done.
        case hungUp
        /// An exclusive member that nobody has.
        case idle
        /// An exclusive member that lay idle for long; somebody waits to hear whether it lives.
        case probing
        /// An exclusive member that is lent out.
        case leased
        /// An exclusive member that came back dirty.
        case resetting
        /// The shared member, open.
        case sharing
        /// A former shared member: those who use it finish, nobody gets it any more.
        case retiring
    }

    struct Slot: Sendable {
        var generation: UInt32 = 0
        var phase = Phase.vacant
        var openedAt = PoolInstant.never
        var idleSince = PoolInstant.never
        /// When it is too old. Of a retiring member: when those who use it must have finished.
        var expiresAt = PoolInstant.never
        /// Of a retiring member: why.
        var reason = PoolCloseReason.lifetime
    }

    enum Lifecycle: Equatable, Sendable {
        /// Goes to `draining` or `closed`.
        case running
        /// Nobody gets a connection any more; those who have one may finish until then. Goes to `closed`.
        case draining(until: PoolInstant)
        /// There are no members but dials that have not reported yet.
        case closed
    }

    let limits: PoolLimits
    /// Whether the users of a shared member can be left to finish.
    let canRetire: Bool

    /// The first two are for the shared member and its successor, by turns.
    var slots = [Slot(), Slot()]
    var vacantSlots: [UInt32] = []
    /// The last one was used last and is taken first; the first one has been unused the longest.
    var idle: [UInt32] = []
    /// The shared member, if it is open.
    package var openShared: PoolMemberID?
    var sharedDial: PoolMemberID?
    var exclusiveDials = 0
    var probes = 0

    var exclusiveWaiters = WaiterQueue()
    var sharedWaiters = WaiterQueue()
    var deadlines = DeadlineHeap()
    private var lastWaiter: UInt64 = 0

    var lifecycle = Lifecycle.running
    /// Whether the minimum is kept: from the first demand on, until a failure for which dialing again can't help.
    var keepsMinimum = false
    var hasConnected = false
    var failures = 0
    /// Not `nil` while the server refuses: when the next dial may start.
    var retryAt: PoolInstant?
    /// The only dial that may be started while the server refuses.
    var scout: PoolMemberID?
    /// How many dials there may be at once: one after a failure, twice as many with each success.
    var dialLimit = Int.max
    var recoveredAt: PoolInstant?
    /// When to look for members that are too old; may be too early.
    var ageCheckAt = PoolInstant.never
    /// Members that are too old are kept until a dial has ended.
    var keepsExpired = false
    /// The shared member is too old, and another is to take its place.
    var wantsSuccessor = false

    /// Members had to be closed under those who used them.
    package var wasCutShort = false

    package var counters = PoolCounters()
    /// Members that left, if somebody wants to know.
    package var departures: [Departure]?

    package struct Departure: Equatable, Sendable {
        package var member: PoolMemberID
        package var reason: PoolCloseReason
    }

    /// - Parameters:
    ///   - probes: whether members can be probed.
    ///   - canRetire: whether the users of a shared member can be left to finish.
    package init(_ configuration: PoolConfiguration, probes: Bool = true, canRetire: Bool = true) {
        var configuration = configuration
        if !probes { configuration.probeAfter = nil }
        limits = PoolLimits(configuration)
        self.canRetire = canRetire
    }

    package var isRunning: Bool { lifecycle == .running }

    /// Whether the present instant is needed to take an idle member.
    package var takingNeedsTime: Bool { limits.probeAfter != nil }

    // MARK: Asking

    /// Takes the exclusive member that was used last, if one is unused and need not be probed.
    ///
    /// - Complexity: O(1). Allocates nothing.
    package mutating func takeIdle(now: PoolInstant) -> PoolMemberID? {
        guard let slot = idle.last else { return nil }
        if let probeAfter = limits.probeAfter, slots[Int(slot)].idleSince.adding(probeAfter) <= now { return nil }
        idle.removeLast()
        slots[Int(slot)].phase = .leased
        counters.leases += 1
        return id(of: slot)
    }

    /// Somebody wants an exclusive member, by `deadline`.
    package mutating func acquireExclusive(deadline: PoolInstant, now: PoolInstant) -> AcquireAction {
        guard isRunning else { return .refuse(.closed) }
        if let member = takeIdle(now: now) { return .take(member) }
        if let refusal = refusal(deadline: deadline, now: now) { return .refuse(refusal) }
        let waiter = makeWaiter(deadline: deadline)
        exclusiveWaiters.append(waiter, deadline: deadline)
        return .wait(waiter, start(now: now))
    }

    /// Somebody wants the shared member, by `deadline`.
    package mutating func acquireShared(deadline: PoolInstant, now: PoolInstant) -> AcquireAction {
        guard isRunning else { return .refuse(.closed) }
        if let openShared { return .take(openShared) }
        if let refusal = refusal(deadline: deadline, now: now) { return .refuse(refusal) }
        let waiter = makeWaiter(deadline: deadline)
        sharedWaiters.append(waiter, deadline: deadline)
        return .wait(waiter, start(now: now))
    }

    /// From now on the minimum is kept, and what is wanted is dialed.
    package mutating func start(now: PoolInstant) -> Supply {
        keepsMinimum = true
        return supply(now: now)
    }

    /// A waiter gave up. Returns whether it was still waiting.
    package mutating func cancel(_ waiter: PoolWaiterID) -> Bool {
        guard removeWaiter(waiter) else { return false }
        counters.cancellations += 1
        return true
    }

    // MARK: Giving back

    /// The holder of an exclusive member returned it.
    package mutating func returned(_ member: PoolMemberID, clean: Bool, now: PoolInstant) -> FreeAction {
        guard phase(of: member) == .leased else { return FreeAction(member: .forget) }
        if clean { return park(member, now: now) }
        if !isRunning { return leave(member, .shutdown, now: now) }
        slots[Int(member.slot)].phase = .resetting
        return FreeAction(member: .reset)
    }

    /// The holder of an exclusive member wants it closed.
    package mutating func disposed(_ member: PoolMemberID, now: PoolInstant) -> FreeAction {
        guard phase(of: member) == .leased else { return FreeAction(member: .forget) }
        return leave(member, .disposed, now: now)
    }

    /// The reset of a dirty member ended.
    package mutating func resetFinished(_ member: PoolMemberID, clean: Bool, now: PoolInstant) -> FreeAction {
        guard phase(of: member) == .resetting else { return FreeAction(member: .forget) }
        return clean ? park(member, now: now) : leave(member, .failedReset, now: now)
    }

    /// The probe of a member that had lain idle ended.
    package mutating func probeFinished(_ member: PoolMemberID, alive: Bool, now: PoolInstant) -> FreeAction {
        guard phase(of: member) == .probing else { return FreeAction(member: .forget) }
        probes -= 1
        // Past its probe it counts as any other member that became free.
        slots[Int(member.slot)].phase = .leased
        return alive ? park(member, now: now) : leave(member, .failedProbe, now: now)
    }

    /// A free member goes to whoever has waited longest, or becomes idle.
    mutating func park(_ member: PoolMemberID, now: PoolInstant) -> FreeAction {
        let slot = Int(member.slot)
        if !isRunning { return leave(member, .shutdown, now: now) }
        if slots[slot].expiresAt <= now {
            if mayCloseExpired(now: now) { return leave(member, .lifetime, now: now) }
            keepExpired(now: now)
        }
        if let waiter = exclusiveWaiters.popFirst() {
            slots[slot].phase = .leased
            counters.leases += 1
            return FreeAction(member: .hand(to: waiter))
        }
        slots[slot].phase = .idle
        slots[slot].idleSince = now
        if slots[slot].expiresAt > now { ageCheckAt = min(ageCheckAt, slots[slot].expiresAt) }
        idle.append(member.slot)
        return FreeAction(member: .keep)
    }

    private mutating func leave(_ member: PoolMemberID, _ reason: PoolCloseReason, now: PoolInstant) -> FreeAction {
        vacate(member.slot, reason)
        return FreeAction(member: .close, start: supply(now: now))
    }

    // MARK: Waiters

    mutating func removeWaiter(_ waiter: PoolWaiterID) -> Bool {
        exclusiveWaiters.remove(waiter) || sharedWaiters.remove(waiter)
    }

    private mutating func refusal(deadline: PoolInstant, now: PoolInstant) -> Refusal? {
        if deadline <= now {
            counters.timeouts += 1
            return .timedOut
        }
        if exclusiveWaiters.count + sharedWaiters.count < limits.waiters { return nil }
        counters.refusals += 1
        return .tooManyWaiters(limit: limits.waiters)
    }

    private mutating func makeWaiter(deadline: PoolInstant) -> PoolWaiterID {
        counters.waits += 1
        lastWaiter += 1
        let waiter = PoolWaiterID(lastWaiter)
        guard deadline != .never else { return waiter }
        if deadlines.count > 2 * (exclusiveWaiters.count + sharedWaiters.count) + 64 {
            var live: [DeadlineHeap.Entry] = []
            for queue in [exclusiveWaiters, sharedWaiters] {
                queue.forEach { waiter in
                    if waiter.deadline != .never { live.append(.init(instant: waiter.deadline, waiter: waiter.id)) }
                }
            }
            deadlines.rebuild(live)
        }
        deadlines.insert(deadline, waiter)
        return waiter
    }
}
