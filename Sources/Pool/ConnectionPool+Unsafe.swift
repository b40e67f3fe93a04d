// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension ConnectionPool {
    /// A connection that the state kept, as what it is: nothing but connections of this pool comes to its state, and
    /// asking the object for its class would take as long as the rest of a lease.
    @inline(__always)
    func typed(_ connection: PoolState.Connection) -> Connection {
        unsafe unsafeDowncast(connection, to: Connection.self)
    }
}
