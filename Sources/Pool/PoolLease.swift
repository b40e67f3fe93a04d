// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// An exclusive connection on loan; it goes back when the lease ends, whatever happens.
///
/// Not copyable, so a connection can't be used after its return, and not `Sendable`, so it stays
/// with the task that took it. One that is dropped, by an error or a forgotten return, is given
/// back dirty: the pool then cleans or closes the connection before anybody else gets it.
public struct PoolLease<Connection: AnyObject & Sendable>: ~Copyable {
    /// The connection; don't keep it beyond the lease.
    public let connection: Connection
    /// The connection's name in its pool.
    public let id: PoolMemberID
    /// `nil` once the connection was given back.
    private var pool: ConnectionPool<Connection>?

    init(connection: Connection, id: PoolMemberID, pool: ConnectionPool<Connection>) {
        self.connection = connection
        self.id = id
        self.pool = pool
    }

    /// Gives the connection back.
    ///
    /// Returns at once; the next waiter gets a clean connection before this returns.
    ///
    /// - Parameter clean: whether the connection is as it was when leased. A dirty one is reset in
    ///   the background, or closed if that fails.
    public consuming func release(clean: Bool) {
        let owner = pool
        pool = nil
        owner?.giveBack(id, clean: clean)
    }

    /// Gives the connection back to be closed, and its place to be used by another one.
    public consuming func dispose() {
        let owner = pool
        pool = nil
        owner?.dispose(id)
    }

    deinit {
        pool?.giveBack(id, clean: false)
    }
}
