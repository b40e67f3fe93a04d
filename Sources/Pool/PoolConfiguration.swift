// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The limits and delays of a pool.
public struct PoolConfiguration: Hashable, Sendable {
    /// How many exclusive connections there may be at once, dials included; at least 1.
    ///
    /// The shared connection comes on top.
    public var maximumConnections: Int

    /// How many callers may wait at once, for the shared or an exclusive connection; at least 0.
    ///
    /// One more is refused with ``PoolError/tooManyWaiters(limit:)``.
    public var maximumWaiters: Int

    /// How long an exclusive connection may lie unused before it is closed; `nil` keeps all.
    public var idleTimeout: Duration?

    /// The delays between dials while the server refuses.
    public var backoff: Backoff

    /// Makes a configuration.
    ///
    /// - Precondition: `maximumConnections` is at least 1, nothing is negative.
    public init(
        maximumConnections: Int = 32,
        maximumWaiters: Int = 65_536,
        idleTimeout: Duration? = .seconds(300),
        backoff: Backoff = Backoff()
    ) {
        precondition(maximumConnections >= 1, "a pool without connections can't serve anybody")
        precondition(maximumConnections < Int(UInt32.max), "too many connections")
        precondition(maximumWaiters >= 0, "the number of waiters can't be negative")
        self.maximumConnections = maximumConnections
        self.maximumWaiters = maximumWaiters
        self.idleTimeout = idleTimeout
        self.backoff = backoff
    }
}
