// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How many connections and callers a pool has at one instant.
public struct PoolStatus: Hashable, Sendable {
    /// Exclusive connections that lie unused.
    public var idle = 0
    /// Exclusive connections that are lent out.
    public var leased = 0
    /// Exclusive connections that came back dirty and are being cleaned.
    public var resetting = 0
    /// Exclusive connections that had lain unused for long and are being probed for somebody.
    public var probing = 0
    /// Dials under way, those of shared connections included.
    public var dialing = 0
    /// Whether the shared connection is open.
    public var isSharedOpen = false
    /// Shared connections that a new one has replaced and that finish what they have begun.
    public var retiring = 0
    /// Callers that wait for a connection of either kind.
    public var waiting = 0

    /// An empty pool.
    public init() {}
}

/// What has happened in a pool since it was made. Every number only grows.
public struct PoolCounters: Hashable, Sendable {
    /// Exclusive connections lent out.
    public var leases = 0
    /// Callers that had to wait for a connection of either kind.
    public var waits = 0
    /// Callers whose deadline passed before they had one.
    public var timeouts = 0
    /// Callers whose task was cancelled while they waited.
    public var cancellations = 0
    /// Callers turned away because too many waited.
    public var refusals = 0
    /// Connections opened.
    public var opened = 0
    /// Dials that failed.
    public var failedDials = 0
    /// Connections closed, by reason. All together, they and those that are open now are those that were opened.
    public var closed: [PoolCloseReason: Int] = [:]
}

/// Why a connection left its pool.
@nonexhaustive
public enum PoolCloseReason: String, Hashable, Sendable, CaseIterable {
    /// It lay unused for longer than ``PoolConfiguration/idleTimeout``.
    case idle
    /// It was older than ``PoolConfiguration/lifetime``.
    case lifetime
    /// It didn't answer when it was probed.
    case failedProbe
    /// It came back dirty and could not be cleaned.
    case failedReset
    /// Its holder had it closed.
    case disposed
    /// It ended by itself, as `memberClosed` told.
    case lost
    /// The pool was closed.
    case shutdown
}

/// Something that happened to a connection of a pool, for those who keep logs.
@nonexhaustive
public enum PoolEvent: Sendable {
    /// A dial succeeded.
    case opened(PoolMemberID)
    /// A dial failed.
    case dialFailed(PoolMemberID, any Error)
    /// A connection left the pool; `cause` is what `memberClosed` was told.
    case closed(PoolMemberID, PoolCloseReason, cause: (any Error)?)
}
