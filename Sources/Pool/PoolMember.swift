// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a pool has to know about its connections, as closures: any type can be pooled.
///
/// None of them is called while the pool holds its lock, so each may call the pool.
public struct PoolMember<Connection: AnyObject & Sendable>: Sendable {
    /// Makes a connection that is ready for use.
    ///
    /// The id is the one to pass to ``ConnectionPool/memberClosed(_:cause:)`` when the connection dies, which is allowed
    /// even before this returns. Must end by itself when the server stays silent: the pool puts no limit on a dial. Its
    /// task is cancelled by the end of the pool.
    public var open: @Sendable (PoolMemberID) async throws -> Connection

    /// Cleans a connection that came back dirty; `false` means that it has to be closed.
    ///
    /// Runs in a task of the pool, which its holder's cancellation doesn't reach. Must end by itself, as `open` must.
    public var reset: @Sendable (Connection) async -> Bool

    /// Asks a connection that lay unused for a sign of life; `false` means that it has to be closed.
    ///
    /// `nil` trusts them all. Must end by itself, as `open` must, and better soon: somebody waits.
    public var probe: (@Sendable (Connection) async -> Bool)?

    /// When something was received last, for connections that are sent things while nobody has them.
    ///
    /// One that was heard of within ``PoolConfiguration/probeAfter`` isn't probed. `nil`: what counts is when it was
    /// given back.
    public var lastReceived: (@Sendable (Connection) -> ContinuousClock.Instant)?

    /// Tells the shared connection that nobody gets it any more: calls in flight finish, then it closes by itself and
    /// `memberClosed` reports it.
    ///
    /// Returns at once. `nil` for connections that don't know their users: such a shared connection isn't replaced
    /// because of its age, and is closed under its users when the pool ends.
    public var retire: (@Sendable (Connection) -> Void)?

    /// Closes a connection. Returns at once; closing twice is harmless.
    public var close: @Sendable (Connection) -> Void

    /// Whether dialing again can't help, as with a wrong password or an unknown host.
    public var isPermanentFailure: @Sendable (any Error) -> Bool

    /// Makes a set of witnesses; by default a dirty connection is closed and no failure is permanent.
    public init(
        open: @escaping @Sendable (PoolMemberID) async throws -> Connection,
        reset: @escaping @Sendable (Connection) async -> Bool = { _ in false },
        probe: (@Sendable (Connection) async -> Bool)? = nil,
        lastReceived: (@Sendable (Connection) -> ContinuousClock.Instant)? = nil,
        retire: (@Sendable (Connection) -> Void)? = nil,
        close: @escaping @Sendable (Connection) -> Void,
        isPermanentFailure: @escaping @Sendable (any Error) -> Bool = { _ in false }
    ) {
        self.open = open
        self.reset = reset
        self.probe = probe
        self.lastReceived = lastReceived
        self.retire = retire
        self.close = close
        self.isPermanentFailure = isPermanentFailure
    }
}
