// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a decoder accepts from its peer; anything beyond is a ``RESPDecodingError``, found as early as the announcement.
///
/// No limit causes an allocation: memory is committed as bytes arrive, whatever the peer announces.
public struct RESPLimits: Hashable, Sendable {
    /// The longest bulk string, bulk error or verbatim string, in bytes of payload; of a streamed string, all parts
    /// together. Default: 512 MiB, the server's own default (`proto-max-bulk-len`).
    public var maximumBulkLength: Int

    /// The largest count of one aggregate, announced or streamed: elements of an array, pairs of a map, arguments of a
    /// command. Default: 2²⁸.
    public var maximumElements: Int

    /// How deeply aggregates may be nested; an array of integers has depth 1. Default: 128. (`COMMAND DOCS` of a stock
    /// server needs about 12.)
    public var maximumDepth: Int

    /// The longest frame, in bytes of its encoding, attributes included. Default: 1 GiB.
    public var maximumFrameBytes: Int

    /// The longest inline command, in bytes without its line end; ``RESPCommandDecoder`` only. Default: 64 KiB, the
    /// server's own.
    public var maximumInlineLength: Int

    /// Makes limits; every value left out is that of ``client``. Values below zero count as zero.
    public init(
        maximumBulkLength: Int = 512 << 20,
        maximumElements: Int = 1 << 28,
        maximumDepth: Int = 128,
        maximumFrameBytes: Int = 1 << 30,
        maximumInlineLength: Int = 64 << 10
    ) {
        self.maximumBulkLength = max(0, maximumBulkLength)
        self.maximumElements = max(0, maximumElements)
        self.maximumDepth = max(0, maximumDepth)
        self.maximumFrameBytes = max(0, maximumFrameBytes)
        self.maximumInlineLength = max(0, maximumInlineLength)
    }

    /// For clients: generous, since the server was chosen by the user, but bounded.
    public static let client = RESPLimits()

    /// For servers, for clients that they trust: the server's own limits, and at most 1,048,576 arguments.
    public static let server = RESPLimits(maximumElements: 1 << 20, maximumDepth: 1)

    /// For servers, for strangers: 10 arguments of 16 KiB, as the server has it (`processMultibulkBuffer`).
    public static let serverBeforeAuthentication = RESPLimits(
        maximumBulkLength: 16 << 10, maximumElements: 10, maximumDepth: 1, maximumFrameBytes: 165 << 10)

    /// For bytes that are in memory already or come from a file of your own, and so are bounded by that. Only depth
    /// stays limited, to 65,536: a level costs the scanner a word.
    public static let trusted = RESPLimits(
        maximumBulkLength: .max, maximumElements: .max / 2, maximumDepth: 1 << 16, maximumFrameBytes: .max,
        maximumInlineLength: .max)
}
