// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What keeps large requests and replies from holding up small ones.
///
/// Everything on one connection moves in order: a GET behind a SET of 100 MB waits until that has been sent. So large
/// requests leave the shared connection by themselves and take an exclusive one, as values that are streamed do. As many
/// of them are under way at a time as there may be exclusive connections; while none of these is to be had, a large
/// request goes over the shared one.
///
/// **Order.** Calls that are awaited one after the other keep their order, whatever their size: the reply to the first
/// is here before the second is sent. Calls that are under way at the same time have no order among each other.
/// Batches and transactions stay on one connection as a whole.
public struct LaneSettings: Hashable, Sendable {
    /// The most encoded bytes of a request that stays on the shared connection; a larger one takes an exclusive one.
    /// `Int.max` keeps all of them.
    public var largestSharedRequest: Int
    /// When a value that is being streamed is no longer wanted, up to so many bytes of the rest are read and dropped, so
    /// that the connection can be used again; with more to come, it is closed instead.
    public var drainedBytes: Int

    /// Creates settings; the defaults are what a network of 1 Gbit/s moves in two milliseconds.
    public init(largestSharedRequest: Int = 256 << 10, drainedBytes: Int = 256 << 10) {
        self.largestSharedRequest = largestSharedRequest
        self.drainedBytes = drainedBytes
    }
}
