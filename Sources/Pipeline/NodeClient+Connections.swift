// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Pool

extension NodeClient {
    /// Lends a connection that nobody else uses meanwhile.
    ///
    /// ```swift
    /// let sizes = try await client.withConnection { connection in
    ///     try await connection.execute(SELECT(3))
    ///     return try await connection.dbsize()
    /// }
    /// ```
    ///
    /// For what needs a connection's state, or its order, over several calls. It is one of the exclusive ones, of which
    /// there are `NodeConfiguration.maximumConnections`; others wait while they are on loan. When `body` ends, however it
    /// ends, the connection goes back: as it is if nothing was bound to it, after RESET and a new handshake if something
    /// was (a database, a watched key, an open MULTI), and not at all if a reply is still owed, as after a cancelled call,
    /// or if RESET doesn't undo what was done (`CLIENT REPLY`, `CLIENT NO-EVICT`). Nobody waits for that.
    ///
    /// - Parameter body: called once. Its calls have the client's deadlines, each its own.
    /// - Throws: what `body` throws; as ``execute(_:)`` if there is no connection to be had.
    public func withConnection<R>(_ body: (borrowing LeasedConnection) async throws -> R) async throws -> R {
        try await withConnection(.standard, body)
    }

    package func withConnection<R>(
        _ settings: CallSettings, _ body: (borrowing LeasedConnection) async throws -> R
    ) async throws -> R {
        try await lend(leaseOpen(callOptions(settings).deadline), settings, body)
    }

    package func lend<R>(
        _ lease: consuming PoolLease<RESPConnection>, _ settings: CallSettings,
        _ body: (borrowing LeasedConnection) async throws -> R
    ) async throws -> R {
        let scope = LeaseScope(lease.connection, self, settings)
        let result: R
        do {
            result = try await body(LeasedConnection(scope))
        } catch {
            Self.giveBack(lease, scope.end())
            throw error
        }
        Self.giveBack(lease, scope.end())
        return result
    }

    private static func giveBack(_ lease: consuming PoolLease<RESPConnection>, _ ending: LeaseStateMachine.Ending) {
        switch ending {
        case .clean: lease.release(clean: true)
        case .reset: lease.release(clean: false)
        case .dispose: lease.dispose()
        }
    }

    /// An exclusive connection that has not ended while it lay unused, as far as one system call can tell.
    package func leaseOpen(_ deadline: Moment?) async throws -> PoolLease<RESPConnection> {
        let lease = try await leaseForStream(deadline)
        lease.connection.endStream()
        return lease
    }
}

extension NodeClient.Calls {
    /// As ``NodeClient/withConnection(_:)``; the calls on the connection have these settings too, except that nothing is
    /// ever sent again.
    public func withConnection<R>(_ body: (borrowing LeasedConnection) async throws -> R) async throws -> R {
        try await client.withConnection(settings, body)
    }
}
