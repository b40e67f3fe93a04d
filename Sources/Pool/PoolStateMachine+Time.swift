// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What becomes due: deadlines, dials, members that lay idle for too long or are too old.
extension PoolStateMachine {
    /// When `timerFired` should be called next; `never` if nothing waits for time to pass.
    ///
    /// - Complexity: O(1).
    package var wakeUpAt: PoolInstant {
        var earliest = PoolInstant.never
        for slot in slots.prefix(2) where slot.phase == .retiring { earliest = min(earliest, slot.expiresAt) }
        switch lifecycle {
        case .closed: return .never
        case .draining(let end): return min(earliest, end)
        case .running: break
        }
        let hasWaiters = !exclusiveWaiters.isEmpty || !sharedWaiters.isEmpty
        if hasWaiters, let deadline = deadlines.earliest { earliest = min(earliest, deadline) }
        if let retryAt, scout == nil, wantsDial { earliest = min(earliest, retryAt) }
        if let idleTimeout = limits.idleTimeout, exclusiveCount > minimum, let oldest = idle.first {
            earliest = min(earliest, slots[Int(oldest)].idleSince.adding(idleTimeout))
        }
        return min(earliest, ageCheckAt)
    }

    /// Time has passed; harmless when nothing is due.
    ///
    package mutating func timerFired(now: PoolInstant) -> TimerAction {
        if case .draining(let end) = lifecycle, end <= now { return TimerAction(close: closeHard()) }
        var action = TimerAction()
        while let waiter = deadlines.pop(notAfter: now) {
            if removeWaiter(waiter) { action.expired.append(waiter) }
        }
        counters.timeouts += action.expired.count
        closeRetired(now: now, &action)
        guard isRunning else { return action }
        closeIdle(now: now, &action)
        if ageCheckAt <= now { closeExpired(now: now, &action) }
        action.start = supply(now: now)
        return action
    }

    private mutating func closeIdle(now: PoolInstant, _ action: inout TimerAction) {
        guard let idleTimeout = limits.idleTimeout else { return }
        while exclusiveCount > minimum, let oldest = idle.first,
            slots[Int(oldest)].idleSince.adding(idleTimeout) <= now
        {
            idle.removeFirst()
            action.close.append(id(of: oldest))
            vacate(oldest, .idle)
        }
    }

    /// Those who used them had their time.
    private mutating func closeRetired(now: PoolInstant, _ action: inout TimerAction) {
        for slot: UInt32 in [0, 1] where slots[Int(slot)].phase == .retiring && slots[Int(slot)].expiresAt <= now {
            action.close.append(id(of: slot))
            vacate(slot, slots[Int(slot)].reason)
        }
    }

    // MARK: Age

    /// Whether a member that is too old can go: nobody needs another in its place, or it can be had now and is the
    /// only one. So an old connection is kept rather than none, and many don't go at once.
    func mayCloseExpired(now: PoolInstant) -> Bool {
        let isNeeded = !exclusiveWaiters.isEmpty || exclusiveCount <= minimum
        return !isNeeded || exclusiveCount >= minimum && exclusiveDials == 0 && mayDial(now: now)
    }

    private mutating func closeExpired(now: PoolInstant, _ action: inout TimerAction) {
        ageCheckAt = .never
        keepsExpired = false
        for slot in idle where slots[Int(slot)].expiresAt <= now {
            if mayCloseExpired(now: now) {
                idle.removeAll { $0 == slot }
                action.close.append(id(of: slot))
                vacate(slot, .lifetime)
            } else {
                keepExpired(now: now)
            }
        }
        for slot in idle where slots[Int(slot)].expiresAt > now {
            ageCheckAt = min(ageCheckAt, slots[Int(slot)].expiresAt)
        }
        if let openShared, canRetire {
            let expiry = slots[Int(openShared.slot)].expiresAt
            if expiry <= now { wantsSuccessor = true } else { ageCheckAt = min(ageCheckAt, expiry) }
        }
    }

    /// A member that is too old stays for now; it is looked at again when a dial has ended, or may start.
    mutating func keepExpired(now: PoolInstant) {
        keepsExpired = true
        if let retryAt, retryAt > now { ageCheckAt = min(ageCheckAt, retryAt) }
    }

    /// The shared member lives on for another lifetime, as none can take its place.
    mutating func postponeSuccessor(now: PoolInstant, random: Double) {
        guard let openShared, wantsSuccessor else { return }
        wantsSuccessor = false
        slots[Int(openShared.slot)].expiresAt = limits.expiry(openedAt: now, random: random)
        ageCheckAt = min(ageCheckAt, slots[Int(openShared.slot)].expiresAt)
    }

    /// Somebody has found out that the shared member leads to the wrong server: another one is dialed in its place, and it
    /// serves until then. A young one stays, so that this can't become a storm; nothing changes without `retire`.
    package mutating func replaceShared(now: PoolInstant) -> Supply {
        guard isRunning, canRetire, let openShared,
            slots[Int(openShared.slot)].openedAt.adding(Self.leastAge) <= now
        else { return .nothing }
        wantsSuccessor = true
        return supply(now: now)
    }

    /// In nanoseconds.
    private static var leastAge: Int64 { 250_000_000 }

    mutating func retire(_ member: PoolMemberID, _ reason: PoolCloseReason, until end: PoolInstant) {
        if openShared == member { openShared = nil }
        slots[Int(member.slot)].phase = .retiring
        slots[Int(member.slot)].expiresAt = end
        slots[Int(member.slot)].reason = reason
    }
}
