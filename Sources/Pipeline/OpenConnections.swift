// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool
internal import Synchronization

/// The open connections of a client, to tell the pool of those that end and to close those that are on loan.
final class OpenConnections: Sendable {
    private struct State {
        weak var pool: ConnectionPool<RESPConnection>?
        var connections: [PoolMemberID: RESPConnection] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// The pool needs this object to be made, so it is told afterwards.
    func setPool(_ pool: ConnectionPool<RESPConnection>) { state.withLock { $0.pool = pool } }

    /// Keeps a connection until it ends. One that has ended meanwhile, or comes after the end, isn't kept.
    func insert(_ connection: RESPConnection, _ id: PoolMemberID) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.connections[id] = connection }
            return state.isClosed
        }
        if isClosed { connection.close() } else if connection.closeReason != nil { remove(id) }
    }

    /// A connection has ended.
    func remove(_ id: PoolMemberID) {
        let pool = state.withLock { state in
            state.connections[id] = nil
            return state.pool
        }
        pool?.memberClosed(id)
    }

    func closeAll() {
        let connections = state.withLock { state in
            state.isClosed = true
            return Array(state.connections.values)
        }
        for connection in connections { connection.close() }
    }
}
