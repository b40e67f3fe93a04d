// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The machine together with what it only names: connections, continuations and tasks.
///
/// Lives under the pool's lock; every event returns what is to be done once the lock is released.
struct PoolState<Connection: AnyObject & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias Answer = CheckedContinuation<PoolGrant<Connection>, any Error>

    struct Waiting: Sendable {
        var answer: Answer
        var since: Instant
    }

    struct Effects: Sendable {
        var grants: [(Answer, PoolGrant<Connection>)] = []
        var failures: [(Answer, any Error)] = []
        var close: [Connection] = []
        var reset: [PoolGrant<Connection>] = []
        var dials: [PoolMemberID] = []
        var cancel: [Task<Void, Never>] = []
        /// Start a timer of this number for this instant.
        var timer: (number: Int, instant: Instant)?
    }

    var machine: PoolStateMachine
    /// By slot; the shared one has its own place, as every command asks for it.
    private var connections: [Connection?] = []
    private(set) var shared: Connection?
    private var waiting: [PoolWaiterID: Waiting] = [:]
    private var tasks: [PoolMemberID: Task<Void, Never>] = [:]
    private var timerTask: Task<Void, Never>?
    private var timerInstant: Instant?
    private var timerNumber = 0
    private var lastFailure: (any Error)?

    init(_ configuration: PoolConfiguration) {
        machine = PoolStateMachine(configuration)
    }

    // MARK: Asking

    mutating func takeIdle() -> PoolGrant<Connection>? {
        guard let id = machine.takeIdle(), let connection = connection(in: id.slot) else { return nil }
        return PoolGrant(id: id, connection: connection)
    }

    mutating func acquire(
        _ kind: PoolWaitTicket.Kind, ticket: PoolWaitTicket, answer: Answer, deadline: Instant?, now: Instant
    ) -> Effects {
        var effects = Effects()
        let action =
            switch kind {
            case .exclusive: machine.acquireExclusive(deadline: deadline, now: now)
            case .shared: machine.acquireShared(deadline: deadline, now: now)
            }
        switch action {
        case .take(let id):
            if let grant = grant(id) {
                effects.grants.append((answer, grant))
            } else {
                effects.failures.append((answer, PoolError.closed))
            }
        case .wait(let waiter, let dials):
            effects.dials = dials
            if ticket.enter(waiter) {
                waiting[waiter] = Waiting(answer: answer, since: now)
            } else {
                _ = machine.cancel(waiter)
                effects.failures.append((answer, CancellationError()))
            }
        case .refuse(.closed):
            effects.failures.append((answer, PoolError.closed))
        case .refuse(.timedOut):
            effects.failures.append((answer, PoolError.waitTimedOut(waited: .zero, lastFailure: lastFailure)))
        case .refuse(.tooManyWaiters(let limit)):
            effects.failures.append((answer, PoolError.tooManyWaiters(limit: limit)))
        }
        armTimer(&effects)
        return effects
    }

    mutating func cancel(_ waiter: PoolWaiterID) -> Effects {
        var effects = Effects()
        if machine.cancel(waiter) { fail([waiter], with: CancellationError(), &effects) }
        return effects
    }

    // MARK: Giving back

    /// `nil` if there is nothing to be done after the lock.
    mutating func returned(_ id: PoolMemberID, clean: Bool, now: Instant) -> Effects? {
        let action = machine.returned(id, clean: clean, now: now)
        if action == .keep, isTimerEarlyEnough { return nil }
        var effects = Effects()
        free(id, action, &effects)
        armTimer(&effects)
        return effects
    }

    mutating func disposed(_ id: PoolMemberID, now: Instant) -> Effects {
        finish(id, machine.disposed(id, now: now))
    }

    mutating func resetFinished(_ id: PoolMemberID, clean: Bool, now: Instant) -> Effects {
        tasks[id] = nil
        return finish(id, machine.resetFinished(id, clean: clean, now: now))
    }

    private mutating func finish(_ id: PoolMemberID, _ action: PoolStateMachine.ResetAction) -> Effects {
        var effects = Effects()
        free(id, action.member, &effects)
        effects.dials = action.dials
        armTimer(&effects)
        return effects
    }

    private mutating func free(_ id: PoolMemberID, _ action: PoolStateMachine.FreeAction, _ effects: inout Effects) {
        switch action {
        case .keep, .forget:
            break
        case .hand(let waiter):
            hand(id, to: [waiter], &effects)
        case .reset:
            if let grant = grant(id) { effects.reset.append(grant) }
        case .close:
            remove([id], &effects)
        }
    }

    // MARK: Dialing

    mutating func dialSucceeded(
        _ id: PoolMemberID, _ connection: Connection, now: Instant, random: Double
    ) -> Effects {
        tasks[id] = nil
        var effects = Effects()
        let action = machine.dialSucceeded(id, now: now, random: random)
        if action.member == .close {
            effects.close.append(connection)
        } else {
            lastFailure = nil
            setConnection(connection, of: id)
        }
        switch action.member {
        case .keep, .close: break
        case .hand(let waiter): hand(id, to: [waiter], &effects)
        case .share(let waiters): hand(id, to: waiters, &effects)
        }
        effects.dials = action.dials
        armTimer(&effects)
        return effects
    }

    mutating func dialFailed(
        _ id: PoolMemberID, _ error: any Error, isPermanent: Bool, now: Instant, random: Double
    ) -> Effects {
        tasks[id] = nil
        var effects = Effects()
        lastFailure = error
        let action = machine.dialFailed(id, isPermanent: isPermanent, now: now, random: random)
        fail(action.fail, with: error, &effects)
        armTimer(&effects)
        return effects
    }

    mutating func memberClosed(_ id: PoolMemberID, now: Instant, random: Double) -> Effects {
        var effects = Effects()
        let isOpen = grant(id) != nil
        effects.dials = machine.memberClosed(id, now: now, random: random)
        if isOpen { setConnection(nil, of: id) }
        armTimer(&effects)
        return effects
    }

    /// Keeps the task of a dial or reset, so that `close` can cancel it; says whether it is still wanted.
    mutating func keep(_ task: Task<Void, Never>, for id: PoolMemberID) -> Bool {
        if machine.isBusy(id) { tasks[id] = task }
        return !machine.isClosed
    }

    // MARK: Time and end

    mutating func timerFired(_ number: Int, now: Instant) -> Effects {
        var effects = Effects()
        guard number == timerNumber else { return effects }
        timerInstant = nil
        timerTask = nil
        let action = machine.timerFired(now: now)
        for waiter in action.expired {
            guard let waiting = waiting.removeValue(forKey: waiter) else { continue }
            let waited = now - waiting.since
            effects.failures.append(
                (waiting.answer, PoolError.waitTimedOut(waited: waited, lastFailure: lastFailure)))
        }
        remove(action.close, &effects)
        effects.dials = action.dials
        armTimer(&effects)
        return effects
    }

    mutating func keepTimer(_ task: Task<Void, Never>, number: Int) -> Bool {
        guard number == timerNumber, timerInstant != nil else { return false }
        timerTask = task
        return true
    }

    mutating func close() -> Effects {
        var effects = Effects()
        let action = machine.close()
        fail(action.fail, with: PoolError.closed, &effects)
        remove(action.close, &effects)
        effects.cancel = Array(tasks.values)
        if let timerTask { effects.cancel.append(timerTask) }
        timerTask = nil
        timerInstant = nil
        timerNumber += 1
        return effects
    }

    /// One timer, for whatever is due first. One that is too early is left to fire: nothing is due then.
    private mutating func armTimer(_ effects: inout Effects) {
        guard !isTimerEarlyEnough, let wanted = machine.wakeUpAt else { return }
        if let timerTask { effects.cancel.append(timerTask) }
        timerTask = nil
        timerInstant = wanted
        timerNumber += 1
        effects.timer = (timerNumber, wanted)
    }

    private var isTimerEarlyEnough: Bool {
        guard let wanted = machine.wakeUpAt else { return true }
        guard let timerInstant else { return false }
        return timerInstant <= wanted
    }

    // MARK: Parts

    private func grant(_ id: PoolMemberID) -> PoolGrant<Connection>? {
        guard machine.isOpen(id), let connection = connection(in: id.slot) else { return nil }
        return PoolGrant(id: id, connection: connection)
    }

    private func connection(in slot: UInt32) -> Connection? {
        slot == 0 ? shared : Int(slot) <= connections.count ? connections[Int(slot) - 1] : nil
    }

    private mutating func setConnection(_ connection: Connection?, of id: PoolMemberID) {
        guard !id.isShared else { return shared = connection }
        while connections.count < Int(id.slot) { connections.append(nil) }
        connections[Int(id.slot) - 1] = connection
    }

    private mutating func hand(_ id: PoolMemberID, to waiters: [PoolWaiterID], _ effects: inout Effects) {
        guard let grant = grant(id) else { return }
        for waiter in waiters {
            guard let waiting = waiting.removeValue(forKey: waiter) else { continue }
            effects.grants.append((waiting.answer, grant))
        }
    }

    private mutating func fail(_ waiters: [PoolWaiterID], with error: any Error, _ effects: inout Effects) {
        for waiter in waiters {
            guard let waiting = waiting.removeValue(forKey: waiter) else { continue }
            effects.failures.append((waiting.answer, error))
        }
    }

    private mutating func remove(_ ids: [PoolMemberID], _ effects: inout Effects) {
        for id in ids {
            guard let connection = connection(in: id.slot) else { continue }
            setConnection(nil, of: id)
            effects.close.append(connection)
        }
    }
}

/// A connection and its name.
struct PoolGrant<Connection: AnyObject & Sendable>: Sendable {
    var id: PoolMemberID
    var connection: Connection
}
