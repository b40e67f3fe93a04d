// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The machine together with what it only names: connections, continuations and tasks.
///
/// Lives under the pool's lock; every event returns what is to be done once the lock is released. It isn't generic: code
/// that is, and is called from other modules, looks up metadata again and again, which was half of the cost of a lease.
struct PoolState: Sendable {
    /// A connection of any class.
    typealias Connection = any AnyObject & Sendable

    typealias Answer = CheckedContinuation<PoolGrant, any Error>

    struct Waiting: Sendable {
        var answer: Answer
        var since: PoolInstant
    }

    struct Effects: Sendable {
        var grants: [(Answer, PoolGrant)] = []
        var failures: [(Answer, any Error)] = []
        var close: [Connection] = []
        var retire: [Connection] = []
        var reset: [PoolGrant] = []
        var probe: [PoolGrant] = []
        var dials: [PoolMemberID] = []
        var cancel: [Task<Void, Never>] = []
        var events: [PoolEvent] = []
        /// Start a timer of this number for this instant.
        var timer: (number: Int, instant: PoolInstant)?
        var ended: (answers: [CheckedContinuation<Bool, Never>], gracefully: Bool)?
    }

    var machine: PoolStateMachine
    /// By slot.
    private var connections: [Connection?] = []
    /// Among the others too; it has its own place, as every command asks for it.
    private(set) var shared: Connection?
    private var waiting: [PoolWaiterID: Waiting] = [:]
    private var tasks: [PoolMemberID: Task<Void, Never>] = [:]
    private var timerTask: Task<Void, Never>?
    private var timerInstant = PoolInstant.never
    private var timerNumber = 0
    private var lastFailure: (any Error)?
    private var endAnswers: [CheckedContinuation<Bool, Never>] = []
    private let isObserved: Bool

    init(_ machine: PoolStateMachine, isObserved: Bool) {
        self.machine = machine
        self.isObserved = isObserved
        if isObserved { self.machine.departures = [] }
    }

    // MARK: Asking

    mutating func takeIdle(now: PoolInstant) -> PoolGrant? {
        guard let id = machine.takeIdle(now: now), let connection = connections[Int(id.slot)] else { return nil }
        return PoolGrant(id: id, connection: connection)
    }

    mutating func acquire(
        _ kind: PoolWaitTicket.Kind, ticket: PoolWaitTicket, answer: Answer, deadline: PoolInstant, now: PoolInstant
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
        case .wait(let waiter, let supply):
            begin(supply, &effects)
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
        settle(&effects)
        return effects
    }

    mutating func cancel(_ waiter: PoolWaiterID) -> Effects {
        var effects = Effects()
        if machine.cancel(waiter) { fail([waiter], with: CancellationError(), &effects) }
        return effects
    }

    mutating func start(now: PoolInstant) -> Effects {
        var effects = Effects()
        begin(machine.start(now: now), &effects)
        settle(&effects)
        return effects
    }

    mutating func replaceShared(now: PoolInstant) -> Effects {
        var effects = Effects()
        begin(machine.replaceShared(now: now), &effects)
        settle(&effects)
        return effects
    }

    // MARK: Giving back

    /// `nil` if there is nothing to be done after the lock.
    mutating func returned(_ id: PoolMemberID, clean: Bool, now: PoolInstant) -> Effects? {
        let action = machine.returned(id, clean: clean, now: now)
        if action.member == .keep, isTimerEarlyEnough { return nil }
        return free(id, action)
    }

    mutating func disposed(_ id: PoolMemberID, now: PoolInstant) -> Effects {
        free(id, machine.disposed(id, now: now))
    }

    mutating func resetFinished(_ id: PoolMemberID, clean: Bool, now: PoolInstant) -> Effects {
        tasks[id] = nil
        return free(id, machine.resetFinished(id, clean: clean, now: now))
    }

    mutating func probeFinished(_ id: PoolMemberID, alive: Bool, now: PoolInstant) -> Effects {
        tasks[id] = nil
        return free(id, machine.probeFinished(id, alive: alive, now: now))
    }

    private mutating func free(_ id: PoolMemberID, _ action: PoolStateMachine.FreeAction) -> Effects {
        var effects = Effects()
        switch action.member {
        case .keep, .forget: break
        case .hand(let waiter): hand(id, to: [waiter], &effects)
        case .reset: if let grant = grant(id) { effects.reset.append(grant) }
        case .close: close([id], &effects)
        }
        begin(action.start, &effects)
        settle(&effects)
        return effects
    }

    // MARK: Dialing

    mutating func dialSucceeded(
        _ id: PoolMemberID, _ connection: Connection, now: PoolInstant, random: Double
    ) -> Effects {
        tasks[id] = nil
        var effects = Effects()
        if isObserved { effects.events.append(.opened(id)) }
        let action = machine.dialSucceeded(id, now: now, random: random)
        if action.member == .close {
            effects.close.append(connection)
        } else {
            lastFailure = nil
            setConnection(connection, of: id)
        }
        if let old = action.retire.flatMap({ self.connection(of: $0) }) { effects.retire.append(old) }
        switch action.member {
        case .keep, .close: break
        case .hand(let waiter): hand(id, to: [waiter], &effects)
        case .share(let waiters):
            shared = connection
            hand(id, to: waiters, &effects)
        }
        begin(action.start, &effects)
        settle(&effects)
        return effects
    }

    mutating func dialFailed(
        _ id: PoolMemberID, _ error: any Error, isPermanent: Bool, now: PoolInstant, random: Double
    ) -> Effects {
        tasks[id] = nil
        var effects = Effects()
        lastFailure = error
        if isObserved { effects.events.append(.dialFailed(id, error)) }
        let action = machine.dialFailed(id, isPermanent: isPermanent, now: now, random: random)
        fail(action.fail, with: error, &effects)
        settle(&effects)
        return effects
    }

    mutating func memberClosed(_ id: PoolMemberID, cause: (any Error)?, now: PoolInstant, random: Double) -> Effects {
        var effects = Effects()
        let isDialing = machine.isBusy(id) && !machine.isOpen(id)
        if machine.isOpen(id) { setConnection(nil, of: id) }
        let failures = machine.failures
        begin(machine.memberClosed(id, now: now, random: random), &effects)
        if let cause, isDialing || machine.failures != failures { lastFailure = cause }
        settle(&effects, cause: cause)
        return effects
    }

    /// Keeps the task of a dial, reset or probe, so that the end can cancel it; says whether it is still wanted.
    mutating func keep(_ task: Task<Void, Never>, for id: PoolMemberID) -> Bool {
        if machine.isBusy(id) { tasks[id] = task }
        return machine.isRunning
    }

    // MARK: Time

    mutating func timerFired(_ number: Int, now: PoolInstant) -> Effects {
        var effects = Effects()
        guard number == timerNumber else { return effects }
        timerInstant = .never
        timerTask = nil
        let action = machine.timerFired(now: now)
        for waiter in action.expired {
            guard let waiting = waiting.removeValue(forKey: waiter) else { continue }
            let waited = now - waiting.since
            effects.failures.append(
                (waiting.answer, PoolError.waitTimedOut(waited: waited, lastFailure: lastFailure)))
        }
        close(action.close, &effects)
        begin(action.start, &effects)
        settle(&effects)
        return effects
    }

    mutating func keepTimer(_ task: Task<Void, Never>, number: Int) -> Bool {
        guard number == timerNumber, timerInstant != .never else { return false }
        timerTask = task
        return true
    }

    /// One timer, for whatever is due first. One that is too early is left to fire: nothing is due then.
    private mutating func armTimer(_ effects: inout Effects) {
        guard !isTimerEarlyEnough else { return }
        stopTimer(&effects)
        timerInstant = machine.wakeUpAt
        effects.timer = (timerNumber, timerInstant)
    }

    private mutating func stopTimer(_ effects: inout Effects) {
        if let timerTask { effects.cancel.append(timerTask) }
        timerTask = nil
        timerInstant = .never
        timerNumber += 1
    }

    private var isTimerEarlyEnough: Bool { timerInstant <= machine.wakeUpAt }

    // MARK: The end

    mutating func shutdown(deadline: PoolInstant, now: PoolInstant) -> Effects {
        end(machine.shutdown(deadline: deadline, now: now))
    }

    mutating func close(now: PoolInstant) -> Effects {
        end(machine.close(now: now))
    }

    private mutating func end(_ action: PoolStateMachine.EndAction) -> Effects {
        var effects = Effects()
        shared = nil
        fail(action.fail, with: PoolError.closed, &effects)
        effects.retire = action.retire.compactMap { connection(of: $0) }
        close(action.close, &effects)
        effects.cancel = Array(tasks.values)
        stopTimer(&effects)
        settle(&effects)
        return effects
    }

    /// Keeps the answer until the end has come, or says that it has, and whether everybody could finish.
    mutating func awaitEnd(_ answer: CheckedContinuation<Bool, Never>) -> Bool? {
        if machine.hasEnded { return !machine.wasCutShort }
        endAnswers.append(answer)
        return nil
    }

    // MARK: Parts

    /// What follows from every event.
    private mutating func settle(_ effects: inout Effects, cause: (any Error)? = nil) {
        if isObserved, let departures = machine.departures, !departures.isEmpty {
            machine.departures = []
            effects.events += departures.map { .closed($0.member, $0.reason, cause: $0.reason == .lost ? cause : nil) }
        }
        if machine.hasEnded {
            stopTimer(&effects)
            effects.ended = (endAnswers, !machine.wasCutShort)
            endAnswers = []
        } else {
            armTimer(&effects)
        }
    }

    private mutating func begin(_ supply: PoolStateMachine.Supply, _ effects: inout Effects) {
        effects.dials = supply.dials
        effects.probe = supply.probes.compactMap { grant($0) }
    }

    private func grant(_ id: PoolMemberID) -> PoolGrant? {
        guard machine.isOpen(id), let connection = connection(of: id) else { return nil }
        return PoolGrant(id: id, connection: connection)
    }

    private func connection(of id: PoolMemberID) -> Connection? {
        Int(id.slot) < connections.count ? connections[Int(id.slot)] : nil
    }

    private mutating func setConnection(_ connection: Connection?, of id: PoolMemberID) {
        if connection == nil, machine.openShared == id { shared = nil }
        while connections.count <= Int(id.slot) { connections.append(nil) }
        connections[Int(id.slot)] = connection
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

    private mutating func close(_ ids: [PoolMemberID], _ effects: inout Effects) {
        for id in ids {
            guard let connection = connection(of: id) else { continue }
            setConnection(nil, of: id)
            effects.close.append(connection)
        }
    }
}

/// A connection and its name.
struct PoolGrant: Sendable {
    var id: PoolMemberID
    var connection: PoolState.Connection
}
