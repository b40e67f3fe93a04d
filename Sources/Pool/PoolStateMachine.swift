// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Who has which connection, who waits, and when to dial: a pool without connections, clock or tasks.
///
/// There are exclusive members, at most `maximumConnections` of them, each with one holder at a
/// time, and one shared member on top, dialed by at most one dial at a time. Events come in with
/// the present instant (and a random number where a delay may have to be drawn), small actions go
/// out; the owner performs them and reports what became of them.
///
/// Dialing policy: as long as no dial has ever succeeded, and for permanent causes, a failure ends
/// the waiting of everybody. Afterwards a failure starts a delay, after which one single dial, the
/// probe, finds out whether the server is back; until it has succeeded nothing else is dialed.
package struct PoolStateMachine: Sendable {
    package typealias Instant = ContinuousClock.Instant

    struct Slot: Sendable {
        var generation: UInt32 = 0
        var phase = Phase.vacant
        var openedAt: Instant?
        var idleSince: Instant?
    }

    enum Phase: Equatable, Sendable {
        /// No member. Goes to `dialing`.
        case vacant
        /// Goes to `idle`, `inUse`, `hungUp` or `vacant`.
        case dialing
        /// The connection was reported closed before its dial was reported done. Goes to `vacant`.
        case hungUp
        /// An exclusive member that nobody has. Goes to `inUse` or `vacant`.
        case idle
        /// An exclusive member that is lent out, or the open shared one. Goes to `idle`, `resetting` or `vacant`.
        case inUse
        /// An exclusive member that came back dirty. Goes to `idle`, `inUse` or `vacant`.
        case resetting
    }

    let configuration: PoolConfiguration
    /// The first is the shared member's.
    var slots = [Slot()]
    var vacantSlots: [UInt32] = []
    /// The last one was used last and is taken first; the first one has been unused the longest.
    var idle: [UInt32] = []
    var exclusiveDials = 0

    var exclusiveWaiters = WaiterQueue()
    var sharedWaiters = WaiterQueue()
    var deadlines = DeadlineHeap()
    private var lastWaiter: UInt64 = 0

    package private(set) var isClosed = false
    var hasConnected = false
    var failures = 0
    /// Not `nil` while the server refuses: when the next dial may start.
    var retryAt: Instant?
    /// The only dial that may be started while the server refuses.
    var probe: PoolMemberID?
    var recoveredAt: Instant?

    package init(_ configuration: PoolConfiguration) {
        self.configuration = configuration
    }

    // MARK: Asking

    /// Takes the exclusive member that was used last, if one is unused.
    ///
    /// - Complexity: O(1). Allocates nothing.
    package mutating func takeIdle() -> PoolMemberID? {
        guard let slot = idle.popLast() else { return nil }
        slots[Int(slot)].phase = .inUse
        return id(of: slot)
    }

    /// The shared member, if it is open.
    package var openShared: PoolMemberID? {
        slots[0].phase == .inUse ? id(of: 0) : nil
    }

    /// Somebody wants an exclusive member, by `deadline`.
    package mutating func acquireExclusive(deadline: Instant?, now: Instant) -> AcquireAction {
        if isClosed { return .refuse(.closed) }
        if let member = takeIdle() { return .take(member) }
        if let refusal = refusal(deadline: deadline, now: now) { return .refuse(refusal) }
        let waiter = makeWaiter(deadline: deadline)
        exclusiveWaiters.append(waiter, deadline: deadline)
        return .wait(waiter, dials: startDials(now: now))
    }

    /// Somebody wants the shared member, by `deadline`.
    package mutating func acquireShared(deadline: Instant?, now: Instant) -> AcquireAction {
        if isClosed { return .refuse(.closed) }
        if let member = openShared { return .take(member) }
        if let refusal = refusal(deadline: deadline, now: now) { return .refuse(refusal) }
        let waiter = makeWaiter(deadline: deadline)
        sharedWaiters.append(waiter, deadline: deadline)
        return .wait(waiter, dials: startDials(now: now))
    }

    /// A waiter gave up. Returns whether it was still waiting.
    package mutating func cancel(_ waiter: PoolWaiterID) -> Bool {
        exclusiveWaiters.remove(waiter) || sharedWaiters.remove(waiter)
    }

    // MARK: Giving back

    /// The holder of an exclusive member returned it.
    package mutating func returned(_ member: PoolMemberID, clean: Bool, now: Instant) -> FreeAction {
        guard phase(of: member) == .inUse, !member.isShared else { return .forget }
        if isClosed {
            vacate(member.slot)
            return .close
        }
        guard clean else {
            slots[Int(member.slot)].phase = .resetting
            return .reset
        }
        return park(member, now: now)
    }

    /// The holder of an exclusive member wants it closed.
    package mutating func disposed(_ member: PoolMemberID, now: Instant) -> ResetAction {
        guard phase(of: member) == .inUse, !member.isShared else { return ResetAction(member: .forget, dials: []) }
        vacate(member.slot)
        return ResetAction(member: .close, dials: startDials(now: now))
    }

    /// The reset of a dirty member ended.
    package mutating func resetFinished(_ member: PoolMemberID, clean: Bool, now: Instant) -> ResetAction {
        guard phase(of: member) == .resetting else { return ResetAction(member: .forget, dials: []) }
        guard clean, !isClosed else {
            vacate(member.slot)
            return ResetAction(member: .close, dials: startDials(now: now))
        }
        return ResetAction(member: park(member, now: now), dials: [])
    }

    /// A free member goes to whoever has waited longest, or becomes idle.
    mutating func park(_ member: PoolMemberID, now: Instant) -> FreeAction {
        if let waiter = exclusiveWaiters.popFirst() {
            slots[Int(member.slot)].phase = .inUse
            return .hand(to: waiter)
        }
        slots[Int(member.slot)].phase = .idle
        slots[Int(member.slot)].idleSince = now
        idle.append(member.slot)
        return .keep
    }

    // MARK: Time and end

    /// When `timerFired` should be called next; `nil` if nothing waits for time to pass.
    package var wakeUpAt: Instant? {
        let hasWaiters = !exclusiveWaiters.isEmpty || !sharedWaiters.isEmpty
        var earliest = hasWaiters ? deadlines.earliest : nil
        if wantsDial, probe == nil, let retryAt {
            earliest = min(earliest ?? retryAt, retryAt)
        }
        if let idleTimeout = configuration.idleTimeout, let oldest = idle.first,
            let since = slots[Int(oldest)].idleSince
        {
            earliest = min(earliest ?? since + idleTimeout, since + idleTimeout)
        }
        return earliest
    }

    /// Time has passed; harmless when nothing is due.
    package mutating func timerFired(now: Instant) -> TimerAction {
        var action = TimerAction()
        while let waiter = deadlines.pop(notAfter: now) {
            if cancel(waiter) { action.expired.append(waiter) }
        }
        if let idleTimeout = configuration.idleTimeout {
            while let oldest = idle.first, let since = slots[Int(oldest)].idleSince, since + idleTimeout <= now {
                idle.removeFirst()
                action.close.append(id(of: oldest))
                vacate(oldest)
            }
        }
        action.dials = startDials(now: now)
        return action
    }

    /// Refuses everybody from now on. Members in use are closed when they come back, dials when they arrive.
    package mutating func close() -> CloseAction {
        guard !isClosed else { return CloseAction() }
        isClosed = true
        var action = CloseAction(fail: exclusiveWaiters.removeAll() + sharedWaiters.removeAll())
        if let shared = openShared {
            action.close.append(shared)
            vacate(0)
        }
        for slot in idle {
            action.close.append(id(of: slot))
            vacate(slot)
        }
        idle = []
        deadlines = DeadlineHeap()
        return action
    }

    /// A count of everything.
    package var status: PoolStatus {
        let exclusive = slots.dropFirst()
        return PoolStatus(
            idle: idle.count,
            leased: exclusive.count { $0.phase == .inUse },
            resetting: exclusive.count { $0.phase == .resetting },
            dialing: slots.count { $0.phase == .dialing || $0.phase == .hungUp },
            isSharedOpen: openShared != nil,
            waiting: exclusiveWaiters.count + sharedWaiters.count)
    }

    // MARK: Parts

    private func refusal(deadline: Instant?, now: Instant) -> Refusal? {
        if let deadline, deadline <= now { return .timedOut }
        let limit = configuration.maximumWaiters
        return exclusiveWaiters.count + sharedWaiters.count < limit ? nil : .tooManyWaiters(limit: limit)
    }

    private mutating func makeWaiter(deadline: Instant?) -> PoolWaiterID {
        lastWaiter += 1
        let waiter = PoolWaiterID(lastWaiter)
        guard let deadline else { return waiter }
        if deadlines.count > 2 * (exclusiveWaiters.count + sharedWaiters.count) + 64 {
            var live: [DeadlineHeap.Entry] = []
            for queue in [exclusiveWaiters, sharedWaiters] {
                queue.forEach { waiter in
                    if let instant = waiter.deadline { live.append(.init(instant: instant, waiter: waiter.id)) }
                }
            }
            deadlines.rebuild(live)
        }
        deadlines.insert(deadline, waiter)
        return waiter
    }
}
