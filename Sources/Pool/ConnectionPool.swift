// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Lends out connections: exclusive ones, one holder each, and a shared one for everybody.
///
/// Nothing is dialed before it is asked for, and nothing has to be run: the pool starts a task for
/// a dial, for the cleaning of a dirty connection and for one timer, and `close()` ends them all.
/// A pool that is dropped without `close()` closes its connections too.
///
/// Callers wait in the order in which they came. As long as no dial has ever succeeded, and for
/// permanent causes, a failed dial ends the waiting of all with its error. Later failures are
/// retried with growing delays until each caller's deadline.
public final class ConnectionPool<Connection: AnyObject & Sendable>: Sendable {
    let configuration: PoolConfiguration
    let member: PoolMember<Connection>
    let time: PoolTime
    let executor: (any TaskExecutor)?
    let state: Mutex<PoolState<Connection>>

    /// Makes a pool without connections.
    ///
    /// - Parameters:
    ///   - configuration: limits and delays.
    ///   - member: how to open, clean and close a connection.
    ///   - time: clock and random source; the machine's own by default.
    ///   - executor: where the pool's tasks run; `nil` is the global executor.
    public init(
        configuration: PoolConfiguration = PoolConfiguration(),
        member: PoolMember<Connection>,
        time: PoolTime = .live,
        executor: (any TaskExecutor)? = nil
    ) {
        self.configuration = configuration
        self.member = member
        self.time = time
        self.executor = executor
        state = Mutex(PoolState(configuration))
    }

    /// Waits for an exclusive connection: one that lies unused, the one used last first, or a new one.
    ///
    /// - Parameter deadline: when waiting ends; `nil` waits as long as it takes.
    /// - Throws: ``PoolError``; the dial's own error if it was the first one ever or permanent;
    ///   `CancellationError` as soon as the task is cancelled.
    /// - Complexity: O(1), one lock and no allocation if a connection lies unused.
    public func lease(deadline: ContinuousClock.Instant?) async throws -> PoolLease<Connection> {
        if let lease = leaseIdle() { return lease }
        let grant = try await wait(for: .exclusive, deadline: deadline)
        return PoolLease(connection: grant.connection, id: grant.id, pool: self)
    }

    /// Takes an exclusive connection that lies unused, without waiting; `nil` if there is none.
    public func leaseIdle() -> PoolLease<Connection>? {
        guard let grant = state.withLock({ $0.takeIdle() }) else { return nil }
        return PoolLease(connection: grant.connection, id: grant.id, pool: self)
    }

    /// The shared connection, dialed first if it isn't open; only one caller's dial is started.
    ///
    /// - Parameter deadline: when waiting ends; `nil` waits as long as it takes.
    /// - Throws: as ``lease(deadline:)`` does.
    public func shared(deadline: ContinuousClock.Instant?) async throws -> Connection {
        if let connection = sharedIfOpen() { return connection }
        return try await wait(for: .shared, deadline: deadline).connection
    }

    /// The shared connection if it is open; never waits or dials.
    public func sharedIfOpen() -> Connection? {
        state.withLock { $0.shared }
    }

    /// Tells the pool that a connection died, whatever it was used for.
    ///
    /// It isn't handed out again, and its place is free. A lease on it may still be given back.
    public func memberClosed(_ id: PoolMemberID) {
        let now = time.now()
        let random = time.random(0...1)
        perform { $0.memberClosed(id, now: now, random: random) }
    }

    /// Ends the pool: waiters fail with ``PoolError/closed``, unused and shared connections are closed.
    ///
    /// Leased connections are closed when they come back, one being dialed when it arrives.
    /// Returns at once; calling it again does nothing.
    public func close() {
        perform { $0.close() }
    }

    /// How many connections and waiters there are now.
    ///
    /// - Complexity: O(*n*), *n* being the number of connections.
    public var status: PoolStatus {
        state.withLock { $0.machine.status }
    }

    func giveBack(_ id: PoolMemberID, clean: Bool) {
        let now = time.now()
        if let effects = state.withLock({ $0.returned(id, clean: clean, now: now) }) { carryOut(effects) }
    }

    func dispose(_ id: PoolMemberID) {
        let now = time.now()
        perform { $0.disposed(id, now: now) }
    }

    deinit {
        let effects = state.withLock { $0.close() }
        for task in effects.cancel { task.cancel() }
        for connection in effects.close { member.close(connection) }
    }
}
