// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How many connections and callers a pool has at one instant.
public struct PoolStatus: Hashable, Sendable {
    /// Exclusive connections that lie unused.
    public var idle: Int
    /// Exclusive connections that are lent out.
    public var leased: Int
    /// Exclusive connections that came back dirty and are being cleaned.
    public var resetting: Int
    /// Dials under way, that of the shared connection included.
    public var dialing: Int
    /// Whether the shared connection is open.
    public var isSharedOpen: Bool
    /// Callers that wait for a connection of either kind.
    public var waiting: Int
}
