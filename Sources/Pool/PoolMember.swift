// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a pool has to know about its connections, as closures: any type can be pooled.
///
/// None of them is called while the pool holds its lock, so each may call the pool.
public struct PoolMember<Connection: AnyObject & Sendable>: Sendable {
    /// Makes a connection that is ready for use.
    ///
    /// The id is the one to pass to ``ConnectionPool/memberClosed(_:)`` when the connection dies,
    /// which is allowed even before this returns. Must end by itself when the server stays silent:
    /// the pool puts no limit on a dial. Its task is cancelled by ``ConnectionPool/close()``.
    public var open: @Sendable (PoolMemberID) async throws -> Connection

    /// Cleans a connection that came back dirty; `false` means that it has to be closed.
    ///
    /// Must end by itself, as `open` must.
    public var reset: @Sendable (Connection) async -> Bool

    /// Closes a connection. Returns at once; closing twice is harmless.
    public var close: @Sendable (Connection) -> Void

    /// Whether dialing again can't help, as with a wrong password or an unknown host.
    public var isPermanentFailure: @Sendable (any Error) -> Bool

    /// Makes a set of witnesses; by default a dirty connection is closed and no failure is permanent.
    public init(
        open: @escaping @Sendable (PoolMemberID) async throws -> Connection,
        reset: @escaping @Sendable (Connection) async -> Bool = { _ in false },
        close: @escaping @Sendable (Connection) -> Void,
        isPermanentFailure: @escaping @Sendable (any Error) -> Bool = { _ in false }
    ) {
        self.open = open
        self.reset = reset
        self.close = close
        self.isPermanentFailure = isPermanentFailure
    }
}
