// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension PoolStateMachine {
    /// The dial of a member ended with a connection.
    ///
    /// - Parameter random: from `0...1`, for a delay.
    package mutating func dialSucceeded(_ member: PoolMemberID, now: Instant, random: Double) -> DialedAction {
        guard let phase = phase(of: member), phase == .dialing || phase == .hungUp else {
            return DialedAction(member: .close, dials: [])
        }
        endDial(member)
        if isClosed {
            vacate(member.slot)
            return DialedAction(member: .close, dials: [])
        }
        hasConnected = true
        if phase == .hungUp {
            vacate(member.slot)
            recordFailure(of: member, now: now, random: random)
            return DialedAction(member: .close, dials: [])
        }
        retryAt = nil
        probe = nil
        recoveredAt = now
        slots[Int(member.slot)].openedAt = now
        if member.isShared {
            slots[0].phase = .inUse
            return DialedAction(member: .share(with: sharedWaiters.removeAll()), dials: startDials(now: now))
        }
        let place: DialedMember =
            if case .hand(let waiter) = park(member, now: now) { .hand(to: waiter) } else { .keep }
        return DialedAction(member: place, dials: startDials(now: now))
    }

    /// The dial of a member ended with an error.
    ///
    /// - Parameters:
    ///   - isPermanent: dialing again can't help.
    ///   - random: from `0...1`, for a delay.
    package mutating func dialFailed(
        _ member: PoolMemberID, isPermanent: Bool, now: Instant, random: Double
    ) -> DialFailedAction {
        guard let phase = phase(of: member), phase == .dialing || phase == .hungUp else {
            return DialFailedAction(fail: [])
        }
        endDial(member)
        vacate(member.slot)
        if isClosed { return DialFailedAction(fail: []) }
        if isPermanent || !hasConnected {
            if probe == member { probe = nil }
            return DialFailedAction(fail: exclusiveWaiters.removeAll() + sharedWaiters.removeAll())
        }
        recordFailure(of: member, now: now, random: random)
        return DialFailedAction(fail: [])
    }

    /// A connection died, whatever it was used for. Returns the dials to start.
    ///
    /// The loss of a young connection counts as a failed dial, unless it was lent out: then its
    /// holder may have closed it, and hears of the loss in any case.
    ///
    /// - Parameter random: from `0...1`, for a delay.
    package mutating func memberClosed(_ member: PoolMemberID, now: Instant, random: Double) -> [PoolMemberID] {
        guard let phase = phase(of: member) else { return [] }
        var mayBeOwnDoing = false
        switch phase {
        case .vacant, .hungUp:
            return []
        case .dialing:
            slots[Int(member.slot)].phase = .hungUp
            return []
        case .idle:
            idle.removeAll { $0 == member.slot }
        case .inUse:
            mayBeOwnDoing = !member.isShared
        case .resetting:
            mayBeOwnDoing = true
        }
        let openedAt = slots[Int(member.slot)].openedAt
        vacate(member.slot)
        if isClosed { return [] }
        if !mayBeOwnDoing, let openedAt, now - openedAt < configuration.backoff.stableAfter {
            recordFailure(of: member, now: now, random: random)
        }
        return startDials(now: now)
    }

    /// Starts every dial that is wanted and allowed.
    mutating func startDials(now: Instant) -> [PoolMemberID] {
        guard !isClosed else { return [] }
        var dials: [PoolMemberID] = []
        while retryAt.map({ $0 <= now && probe == nil }) ?? true, let slot = slotToDial() {
            slots[Int(slot)].phase = .dialing
            if slot != 0 { exclusiveDials += 1 }
            let member = id(of: slot)
            dials.append(member)
            if retryAt != nil { probe = member }
        }
        return dials
    }

    private var wantsSharedDial: Bool { !sharedWaiters.isEmpty && slots[0].phase == .vacant }

    /// Whether a waiter would be served by one more dial, and there is room for it.
    var wantsDial: Bool {
        wantsSharedDial
            || exclusiveWaiters.count > exclusiveDials
                && (!vacantSlots.isEmpty || slots.count <= configuration.maximumConnections)
    }

    private mutating func slotToDial() -> UInt32? {
        guard wantsDial else { return nil }
        if wantsSharedDial { return 0 }
        if let slot = vacantSlots.popLast() { return slot }
        slots.append(Slot())
        return UInt32(slots.count - 1)
    }

    private mutating func endDial(_ member: PoolMemberID) {
        if !member.isShared { exclusiveDials -= 1 }
    }

    /// Of several dials that fail together, only the first one counts.
    private mutating func recordFailure(of member: PoolMemberID, now: Instant, random: Double) {
        guard retryAt == nil || probe == member else { return }
        if let recoveredAt, now - recoveredAt >= configuration.backoff.stableAfter { failures = 0 }
        recoveredAt = nil
        probe = nil
        failures += 1
        retryAt = now + configuration.backoff.delay(afterFailures: failures, random: random)
    }

    // MARK: Slots

    func id(of slot: UInt32) -> PoolMemberID {
        PoolMemberID(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Whether the outcome of this member's dial or reset is still awaited.
    package func isBusy(_ member: PoolMemberID) -> Bool {
        switch phase(of: member) {
        case .dialing, .hungUp, .resetting: true
        case .idle, .inUse, .vacant, nil: false
        }
    }

    /// Whether this member has a connection.
    package func isOpen(_ member: PoolMemberID) -> Bool {
        switch phase(of: member) {
        case .idle, .inUse, .resetting: true
        case .dialing, .hungUp, .vacant, nil: false
        }
    }

    /// `nil` if the member is gone, and perhaps another has its place.
    func phase(of member: PoolMemberID) -> Phase? {
        let slot = Int(member.slot)
        guard slot < slots.count, slots[slot].generation == member.generation else { return nil }
        return slots[slot].phase
    }

    mutating func vacate(_ slot: UInt32) {
        slots[Int(slot)] = Slot(generation: slots[Int(slot)].generation &+ 1)
        if slot != 0 { vacantSlots.append(slot) }
    }
}
