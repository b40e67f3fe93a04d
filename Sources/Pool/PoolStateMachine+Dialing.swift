// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How members come and how they are lost.
///
/// A failed dial starts a delay, after which one single dial, the scout, finds out whether the server is back; until it
/// has succeeded nothing else is dialed, and afterwards two at once, then four, and so on: a server that has room for
/// few connections isn't run over by all who wait. As long as no dial has ever succeeded, and for permanent causes, a
/// failure also ends the waiting of everybody; those who come later wait for the delay like all others.
extension PoolStateMachine {
    /// The dial of a member ended with a connection.
    ///
    /// - Parameter random: from `0...1`, for a delay or the connection's lifetime.
    package mutating func dialSucceeded(_ member: PoolMemberID, now: PoolInstant, random: Double) -> DialedAction {
        guard isDialing(member) else { return DialedAction(member: .close) }
        let hasHungUp = phase(of: member) == .hungUp
        endDial(member, now: now)
        counters.opened += 1
        guard isRunning else {
            vacate(member.slot, .shutdown)
            return DialedAction(member: .close)
        }
        hasConnected = true
        if hasHungUp {
            vacate(member.slot, .lost)
            recordFailure(of: member, now: now, random: random)
            return DialedAction(member: .close)
        }
        retryAt = nil
        scout = nil
        recoveredAt = now
        dialLimit = dialLimit > Int.max / 2 ? .max : 2 * dialLimit
        slots[Int(member.slot)].openedAt = now
        slots[Int(member.slot)].expiresAt = limits.expiry(openedAt: now, random: random)
        return member.isShared ? share(member, now: now) : place(member, now: now)
    }

    private mutating func place(_ member: PoolMemberID, now: PoolInstant) -> DialedAction {
        return switch park(member, now: now).member {
        case .hand(let waiter): DialedAction(member: .hand(to: waiter), start: supply(now: now))
        default: DialedAction(member: .keep, start: supply(now: now))
        }
    }

    /// The old shared member serves until this moment, and those who use it finish.
    private mutating func share(_ member: PoolMemberID, now: PoolInstant) -> DialedAction {
        let old = openShared
        if let old { retire(old, .lifetime, until: now.adding(limits.drainTimeout)) }
        openShared = member
        wantsSuccessor = false
        slots[Int(member.slot)].phase = .sharing
        if canRetire { ageCheckAt = min(ageCheckAt, slots[Int(member.slot)].expiresAt) }
        return DialedAction(member: .share(with: sharedWaiters.removeAll()), retire: old, start: supply(now: now))
    }

    /// The dial of a member ended with an error.
    ///
    /// - Parameters:
    ///   - isPermanent: dialing again can't help.
    ///   - random: from `0...1`, for a delay.
    package mutating func dialFailed(
        _ member: PoolMemberID, isPermanent: Bool, now: PoolInstant, random: Double
    ) -> DialFailedAction {
        guard isDialing(member) else { return DialFailedAction() }
        endDial(member, now: now)
        counters.failedDials += 1
        vacate(member.slot, nil)
        guard isRunning else { return DialFailedAction() }
        recordFailure(of: member, now: now, random: random)
        guard isPermanent || !hasConnected else { return DialFailedAction() }
        if isPermanent {
            // What nobody waits for isn't dialed over and over with a password that is wrong.
            keepsMinimum = false
            postponeSuccessor(now: now, random: random)
        }
        return DialFailedAction(fail: exclusiveWaiters.removeAll() + sharedWaiters.removeAll())
    }

    /// A connection ended, whatever it was used for.
    ///
    /// The loss of a young connection counts as a failed dial, unless it was lent out: then its holder may have closed
    /// it, and hears of the loss in any case.
    ///
    /// - Parameter random: from `0...1`, for a delay.
    package mutating func memberClosed(_ member: PoolMemberID, now: PoolInstant, random: Double) -> Supply {
        var mayBeOwnDoing = false
        var reason = PoolCloseReason.lost
        switch phase(of: member) {
        case nil, .vacant, .hungUp:
            return .nothing
        case .dialing:
            slots[Int(member.slot)].phase = .hungUp
            return .nothing
        case .idle:
            idle.removeAll { $0 == member.slot }
        case .probing:
            probes -= 1
            mayBeOwnDoing = true
        case .leased, .resetting:
            mayBeOwnDoing = true
        case .sharing:
            openShared = nil
            wantsSuccessor = false
        case .retiring:
            mayBeOwnDoing = true
            reason = slots[Int(member.slot)].reason
        }
        let isYoung = slots[Int(member.slot)].openedAt.adding(limits.stableAfter) > now
        vacate(member.slot, reason)
        if isRunning, isYoung, !mayBeOwnDoing { recordFailure(of: member, now: now, random: random) }
        return supply(now: now)
    }

    // MARK: Supply

    /// Starts every probe and dial that is wanted and allowed.
    mutating func supply(now: PoolInstant) -> Supply {
        guard isRunning else { return .nothing }
        var start = Supply.nothing
        // Whatever is idle while somebody waits has lain idle for long: `takeIdle` and `park` leave nothing else.
        while exclusiveWaiters.count > probes, let slot = idle.popLast() {
            slots[Int(slot)].phase = .probing
            probes += 1
            start.probes.append(id(of: slot))
        }
        while mayDial(now: now), let slot = slotToDial() {
            slots[Int(slot)].phase = .dialing
            let member = id(of: slot)
            if member.isShared { sharedDial = member } else { exclusiveDials += 1 }
            start.dials.append(member)
            if retryAt != nil { scout = member }
        }
        return start
    }

    func mayDial(now: PoolInstant) -> Bool {
        if let retryAt { return retryAt <= now && scout == nil }
        return exclusiveDials + (sharedDial == nil ? 0 : 1) < dialLimit
    }

    private var wantsSharedDial: Bool {
        guard sharedDial == nil else { return false }
        return openShared == nil ? !sharedWaiters.isEmpty : wantsSuccessor && hasVacantSharedSlot
    }

    private var hasVacantSharedSlot: Bool { slots[0].phase == .vacant || slots[1].phase == .vacant }

    /// Exclusive members, dials included.
    var exclusiveCount: Int { slots.count - 2 - vacantSlots.count }

    /// How many exclusive members there have to be.
    var minimum: Int { keepsMinimum ? limits.minimum : 0 }

    /// Whether one more dial would serve a waiter or the minimum, and there is room for it.
    var wantsDial: Bool {
        wantsSharedDial
            || exclusiveCount < limits.maximum
                && (exclusiveWaiters.count > exclusiveDials + probes || exclusiveCount < minimum)
    }

    private mutating func slotToDial() -> UInt32? {
        guard wantsDial else { return nil }
        if wantsSharedDial { return slots[0].phase == .vacant ? 0 : 1 }
        if let slot = vacantSlots.popLast() { return slot }
        slots.append(Slot())
        return UInt32(slots.count - 1)
    }

    // MARK: Parts

    private func isDialing(_ member: PoolMemberID) -> Bool {
        let phase = phase(of: member)
        return phase == .dialing || phase == .hungUp
    }

    private mutating func endDial(_ member: PoolMemberID, now: PoolInstant) {
        if member.isShared { sharedDial = nil } else { exclusiveDials -= 1 }
        if keepsExpired { ageCheckAt = now }
    }

    /// Of several dials that fail together, only the first one counts.
    private mutating func recordFailure(of member: PoolMemberID, now: PoolInstant, random: Double) {
        guard retryAt == nil || scout == member else { return }
        if let recoveredAt, recoveredAt.adding(limits.stableAfter) <= now { failures = 0 }
        recoveredAt = nil
        scout = nil
        dialLimit = 1
        failures += 1
        retryAt = now + limits.backoff.delay(afterFailures: failures, random: random)
    }

    func id(of slot: UInt32) -> PoolMemberID {
        PoolMemberID(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Whether the outcome of this member's dial, reset or probe is still awaited.
    package func isBusy(_ member: PoolMemberID) -> Bool {
        switch phase(of: member) {
        case .dialing, .hungUp, .resetting, .probing: true
        case .idle, .leased, .sharing, .retiring, .vacant, nil: false
        }
    }

    /// Whether this member has a connection.
    package func isOpen(_ member: PoolMemberID) -> Bool {
        switch phase(of: member) {
        case .idle, .leased, .resetting, .probing, .sharing, .retiring: true
        case .dialing, .hungUp, .vacant, nil: false
        }
    }

    /// `nil` if the member is gone, and perhaps another has its place.
    func phase(of member: PoolMemberID) -> Phase? {
        let slot = Int(member.slot)
        guard slot < slots.count, slots[slot].generation == member.generation else { return nil }
        return slots[slot].phase
    }

    /// Makes the place free; without a reason for a member that never was open.
    mutating func vacate(_ slot: UInt32, _ reason: PoolCloseReason?) {
        if let reason {
            counters.closed[reason, default: 0] += 1
            let departure = Departure(member: id(of: slot), reason: reason)
            departures?.append(departure)
        }
        slots[Int(slot)] = Slot(generation: slots[Int(slot)].generation &+ 1)
        if slot >= 2 { vacantSlots.append(slot) }
        closeIfDrained()
    }
}
