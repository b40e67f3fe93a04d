// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The end of a pool, which comes at once or leaves time to finish.
extension PoolStateMachine {
    /// Refuses everybody from now on. Members on loan are closed when they come back, the shared one when those who use
    /// it have finished, dials when they arrive, and all that are left at `deadline`.
    package mutating func shutdown(deadline: PoolInstant, now: PoolInstant) -> EndAction {
        switch lifecycle {
        case .closed:
            return EndAction()
        case .draining(let end):
            lifecycle = .draining(until: min(end, deadline))
            return EndAction()
        case .running:
            break
        }
        lifecycle = .draining(until: deadline)
        var action = EndAction(fail: exclusiveWaiters.removeAll() + sharedWaiters.removeAll())
        deadlines = DeadlineHeap()
        for slot in idle {
            action.close.append(id(of: slot))
            vacate(slot, .shutdown)
        }
        idle = []
        for slot in slots.indices where slots[slot].phase == .probing || slots[slot].phase == .resetting {
            action.close.append(id(of: UInt32(slot)))
            vacate(UInt32(slot), .shutdown)
        }
        probes = 0
        if let shared = openShared {
            if canRetire {
                retire(shared, .shutdown, until: deadline)
                action.retire.append(shared)
            } else {
                openShared = nil
                action.close.append(shared)
                vacate(shared.slot, .shutdown)
            }
        }
        closeIfDrained()
        return action
    }

    /// Refuses everybody from now on, and closes everything, also what is on loan. Dials are closed when they arrive.
    package mutating func close(now: PoolInstant) -> EndAction {
        var action = shutdown(deadline: now, now: now)
        action.retire = []
        action.close += closeHard()
        return action
    }

    /// Whether the end has come: nothing is open any more, and what is still dialed is closed when it arrives.
    package var hasEnded: Bool { lifecycle == .closed }

    mutating func closeIfDrained() {
        guard case .draining = lifecycle, exclusiveCount == 0,
            slots[0].phase == .vacant, slots[1].phase == .vacant
        else { return }
        lifecycle = .closed
    }

    mutating func closeHard() -> [PoolMemberID] {
        var closed: [PoolMemberID] = []
        for slot in slots.indices {
            let member = id(of: UInt32(slot))
            guard isOpen(member) else { continue }
            closed.append(member)
            vacate(UInt32(slot), .shutdown)
        }
        lifecycle = .closed
        openShared = nil
        if !closed.isEmpty { wasCutShort = true }
        return closed
    }

    /// A count of everything.
    ///
    /// - Complexity: O(*n*), *n* being the number of members.
    package var status: PoolStatus {
        var status = PoolStatus()
        for slot in slots {
            switch slot.phase {
            case .vacant: break
            case .dialing, .hungUp: status.dialing += 1
            case .idle: status.idle += 1
            case .probing: status.probing += 1
            case .leased: status.leased += 1
            case .resetting: status.resetting += 1
            case .sharing: status.isSharedOpen = true
            case .retiring: status.retiring += 1
            }
        }
        status.waiting = exclusiveWaiters.count + sharedWaiters.count
        return status
    }
}
