// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a decoder accepts from its peer; anything beyond is a ``RESPDecodingError``, found as early as the announcement.
///
/// No limit causes an allocation: memory is committed as bytes arrive, whatever the peer announces.
public struct RESPLimits: Hashable, Sendable {
    /// The longest bulk string, bulk error or verbatim string, in bytes of payload. Default: 512 MiB, the server's own
    /// default (`proto-max-bulk-len`).
    public var maximumBulkLength: Int

    /// The largest count that one aggregate may announce: elements of an array, pairs of a map. Default: 2²⁸.
    public var maximumElements: Int

    /// How deeply aggregates may be nested; an array of integers has depth 1. Default: 128. (`COMMAND DOCS` of a stock
    /// server needs about 12.)
    public var maximumDepth: Int

    /// The longest frame, in bytes of its encoding, attributes included. Default: 1 GiB.
    public var maximumFrameBytes: Int

    /// Makes limits; every value left out is that of ``client``. Values below zero count as zero.
    public init(
        maximumBulkLength: Int = 512 << 20,
        maximumElements: Int = 1 << 28,
        maximumDepth: Int = 128,
        maximumFrameBytes: Int = 1 << 30
    ) {
        self.maximumBulkLength = maximumBulkLength
        self.maximumElements = maximumElements
        self.maximumDepth = maximumDepth
        self.maximumFrameBytes = maximumFrameBytes
    }

    /// For clients: generous, since the server was chosen by the user, but bounded.
    public static let client = RESPLimits()
}

extension RESPLimits {
    /// For bytes that are in memory already, and so are bounded by that. Depth stays limited.
    static let unlimited = RESPLimits(
        maximumBulkLength: .max, maximumElements: .max / 2, maximumDepth: 1 << 16, maximumFrameBytes: .max)
}
