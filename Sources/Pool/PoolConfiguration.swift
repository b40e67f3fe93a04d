// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The limits and delays of a pool.
///
/// Any value may be set, as configurations come from files and URLs: one that makes no sense counts as the nearest that
/// does, which each property says.
public struct PoolConfiguration: Hashable, Sendable {
    /// How many exclusive connections are kept open, used or not; at most `maximumConnections`, a negative number is 0.
    ///
    /// They are dialed once somebody has asked for a connection or called ``ConnectionPool/start()``, and again
    /// whenever one is gone. The shared connection isn't among them.
    public var minimumConnections: Int

    /// How many exclusive connections there may be at once, dials included; a number below 1 is 1.
    ///
    /// The shared connection comes on top, twice while a new one takes over from an old one.
    public var maximumConnections: Int

    /// How many callers may wait at once, for the shared or an exclusive connection; a negative number is 0.
    ///
    /// One more is refused with ``PoolError/tooManyWaiters(limit:)``.
    public var maximumWaiters: Int

    /// How long an exclusive connection beyond the minimum may lie unused before it is closed; `nil` keeps all.
    public var idleTimeout: Duration?

    /// How old a connection may become, at least a second; `nil` sets no limit.
    ///
    /// An older one is closed as soon as nobody has it, and replaced if it is needed: one at a time, and not while the
    /// server refuses. The shared one serves until another has taken its place, and then has `drainTimeout` to
    /// finish; it has no age without ``PoolMember/retire``.
    public var lifetime: Duration?

    /// By which part of `lifetime` a connection may be closed earlier, drawn for each, so that those that were opened
    /// together aren't closed together; from 0 to 1.
    public var lifetimeJitter: Double

    /// After how long without a sign of life an unused connection is probed before somebody gets it; `nil` probes none.
    ///
    /// Without ``PoolMember/probe`` none is probed either.
    public var probeAfter: Duration?

    /// How long those who use an old shared connection have, once a new one has taken its place.
    public var drainTimeout: Duration

    /// The delays between dials while the server refuses.
    public var backoff: Backoff

    /// Makes a configuration; every property has a default that suits most services.
    public init(
        minimumConnections: Int = 0,
        maximumConnections: Int = 32,
        maximumWaiters: Int = 65_536,
        idleTimeout: Duration? = .seconds(300),
        lifetime: Duration? = nil,
        lifetimeJitter: Double = 0.1,
        probeAfter: Duration? = .seconds(30),
        drainTimeout: Duration = .seconds(30),
        backoff: Backoff = Backoff()
    ) {
        self.minimumConnections = minimumConnections
        self.maximumConnections = maximumConnections
        self.maximumWaiters = maximumWaiters
        self.idleTimeout = idleTimeout
        self.lifetime = lifetime
        self.lifetimeJitter = lifetimeJitter
        self.probeAfter = probeAfter
        self.drainTimeout = drainTimeout
        self.backoff = backoff
    }
}

/// A configuration in the numbers that the state machine reckons with, each in its range. Delays are in nanoseconds.
struct PoolLimits: Sendable {
    let minimum: Int
    let maximum: Int
    let waiters: Int
    let idleTimeout: Int64?
    let lifetime: Int64?
    let lifetimeJitter: Double
    let probeAfter: Int64?
    let drainTimeout: Int64
    let stableAfter: Int64
    let backoff: Backoff

    init(_ configuration: PoolConfiguration) {
        // More slots than any process has descriptors.
        maximum = max(1, min(configuration.maximumConnections, 1 << 30))
        minimum = max(0, min(configuration.minimumConnections, maximum))
        waiters = max(0, configuration.maximumWaiters)
        idleTimeout = configuration.idleTimeout.map { max(0, $0.saturatedNanoseconds) }
        lifetime = configuration.lifetime.map { max(Self.shortestLifetime, $0.saturatedNanoseconds) }
        // In this order NaN becomes 0.
        lifetimeJitter = max(0, min(configuration.lifetimeJitter, 1))
        probeAfter = configuration.probeAfter.map { max(0, $0.saturatedNanoseconds) }
        drainTimeout = max(0, configuration.drainTimeout.saturatedNanoseconds)
        stableAfter = max(0, configuration.backoff.stableAfter.saturatedNanoseconds)
        backoff = configuration.backoff
    }

    /// A connection that were too old as it is opened would be replaced again and again.
    private static var shortestLifetime: Int64 { 1_000_000_000 }

    /// When a connection that is opened now is too old.
    func expiry(openedAt now: PoolInstant, random: Double) -> PoolInstant {
        guard let lifetime else { return .never }
        let share = 1 - lifetimeJitter * max(0, min(random, 1))
        let drawn = Int64(exactly: (Double(lifetime) * share).rounded()) ?? lifetime
        return now.adding(max(Self.shortestLifetime, drawn))
    }
}
