// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Lends out connections: exclusive ones, one holder each, and a shared one for everybody.
///
/// Nothing is dialed before it is asked for, and nothing has to be run: the pool starts a task for a dial, for the
/// cleaning or probing of a connection and for one timer, and its end ends them all. A pool that is dropped without
/// ``close()`` closes its connections too.
///
/// Callers wait in the order in which they came. As long as no dial has ever succeeded, and for permanent causes, a
/// failed dial ends the waiting of all with its error. Later failures are retried with growing delays until each
/// caller's deadline; there is one dial at a time then, whoever waits.
public final class ConnectionPool<Connection: AnyObject & Sendable>: Sendable {
    let member: PoolMember<Connection>
    let time: PoolTime
    let executor: (any TaskExecutor)?
    let onEvent: (@Sendable (PoolEvent) -> Void)?
    /// Whether the time is needed to lend an unused connection, and how long it may have been silent.
    let probeAfter: Int64?
    let state: Mutex<PoolState>

    /// Makes a pool without connections.
    ///
    /// - Parameters:
    ///   - configuration: limits and delays.
    ///   - member: how to open, clean, probe and close a connection.
    ///   - time: clock and random source; the machine's own by default.
    ///   - executor: where the pool's tasks run; `nil` is the global executor.
    ///   - onEvent: hears what becomes of connections, on any thread, not under the pool's lock, so that two events which
    ///     different threads cause may come in the other order. `nil` costs nothing.
    public init(
        configuration: PoolConfiguration = PoolConfiguration(),
        member: PoolMember<Connection>,
        time: PoolTime = .live,
        executor: (any TaskExecutor)? = nil,
        onEvent: (@Sendable (PoolEvent) -> Void)? = nil
    ) {
        let machine = PoolStateMachine(
            configuration, probes: member.probe != nil, canRetire: member.retire != nil)
        self.member = member
        self.time = time
        self.executor = executor
        self.onEvent = onEvent
        probeAfter = machine.limits.probeAfter
        state = Mutex(PoolState(machine, isObserved: onEvent != nil))
    }

    /// Opens the minimum of connections now rather than with the first caller. Returns at once.
    public func start() {
        perform { $0.start(now: now()) }
    }

    // MARK: Exclusive connections

    /// Waits for an exclusive connection: one that lies unused, the one used last first, or a new one.
    ///
    /// One that was silent for long is probed first, and the next one taken if it doesn't answer.
    ///
    /// - Parameter deadline: when waiting ends; `nil` waits as long as it takes.
    /// - Throws: ``PoolError``; the dial's own error if it was the first one ever or permanent;
    ///   `CancellationError` as soon as the task is cancelled.
    /// - Complexity: O(1), one lock and no allocation if a connection lies unused.
    public func lease(deadline: ContinuousClock.Instant?) async throws -> PoolLease<Connection> {
        if let lease = leaseIdle() { return lease }
        let grant = try await wait(for: .exclusive, deadline: deadline)
        return PoolLease(connection: typed(grant.connection), id: grant.id, pool: self)
    }

    /// Takes an exclusive connection that lies unused and need not be probed, without waiting; `nil` if there is none.
    public func leaseIdle() -> PoolLease<Connection>? {
        let now = probeAfter == nil ? PoolInstant.never : now()
        guard let grant = state.withLock({ $0.takeIdle(now: now) }) else { return nil }
        return PoolLease(connection: typed(grant.connection), id: grant.id, pool: self)
    }

    func giveBack(_ id: PoolMemberID, clean: Bool) {
        let now = now()
        if let effects = state.withLock({ $0.returned(id, clean: clean, now: now) }) { carryOut(effects) }
    }

    func dispose(_ id: PoolMemberID) {
        perform { $0.disposed(id, now: now()) }
    }

    // MARK: The shared connection

    /// The shared connection, dialed first if it isn't open; only one caller's dial is started.
    ///
    /// - Parameter deadline: when waiting ends; `nil` waits as long as it takes.
    /// - Throws: as ``lease(deadline:)`` does.
    public func shared(deadline: ContinuousClock.Instant?) async throws -> Connection {
        if let connection = sharedIfOpen() { return connection }
        return typed(try await wait(for: .shared, deadline: deadline).connection)
    }

    /// The shared connection if it is open; never waits or dials.
    public func sharedIfOpen() -> Connection? {
        // Typed under the lock: a way out of it in between counts the reference twice.
        state.withLock { state in
            guard let connection = state.shared else { return nil }
            return typed(connection)
        }
    }

    /// Has another connection dialed in the place of the shared one, for those who have found out that it leads to the
    /// wrong server. It serves until the other is open, and then finishes what was begun on it.
    ///
    /// Does nothing when there is none, when it is younger than a quarter of a second, and when the member has no way to
    /// retire. Returns at once.
    public func replaceShared() {
        perform { $0.replaceShared(now: now()) }
    }

    // MARK: The end of a connection, and of the pool

    /// Tells the pool that a connection died, whatever it was used for.
    ///
    /// It isn't handed out again, and its place is free. A lease on it may still be given back.
    ///
    /// - Parameter cause: why, if it is known. Those who wait in vain hear of it.
    public func memberClosed(_ id: PoolMemberID, cause: (any Error)? = nil) {
        let random = time.random(0...1)
        perform { $0.memberClosed(id, cause: cause, now: now(), random: random) }
    }

    /// Ends the pool and leaves those who have a connection until `deadline` to finish.
    ///
    /// From now on everybody is refused; waiters fail with ``PoolError/closed``, and unused connections are closed.
    /// Leased ones are closed when they come back, the shared one when its calls have finished. At the deadline, or
    /// when the task is cancelled, the rest is closed as ``close()`` does.
    ///
    /// - Parameter deadline: `nil` waits as long as it takes.
    /// - Returns: whether everybody had finished.
    @discardableResult
    public func shutdown(deadline: ContinuousClock.Instant?) async -> Bool {
        perform { $0.shutdown(deadline: deadline.map(PoolInstant.init) ?? .never, now: now()) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { answer in
                let hasEnded = state.withLock { $0.awaitEnd(answer) }
                if let hasEnded { answer.resume(returning: hasEnded) }
            }
        } onCancel: {
            close()
        }
    }

    /// Ends the pool at once: waiters fail with ``PoolError/closed``, and all connections are closed, those on loan too.
    ///
    /// One that is being dialed is closed when it arrives. Returns at once; calling it again does nothing.
    public func close() {
        perform { $0.close(now: now()) }
    }

    // MARK: Metrics

    /// How many connections and waiters there are now.
    ///
    /// - Complexity: O(*n*), *n* being the number of connections. Allocates nothing.
    public var status: PoolStatus {
        state.withLock { $0.machine.status }
    }

    /// What has happened since the pool was made.
    ///
    /// - Complexity: O(1). Allocates nothing.
    public var counters: PoolCounters {
        state.withLock { $0.machine.counters }
    }

    func now() -> PoolInstant { PoolInstant(time.now()) }

    deinit {
        let effects = state.withLock { $0.close(now: .never) }
        for task in effects.cancel { task.cancel() }
        for connection in effects.close { member.close(typed(connection)) }
    }
}
