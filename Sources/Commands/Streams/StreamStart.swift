// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Where in a stream to begin.
@frozen public enum StreamStart: Hashable, Sendable, BulkStringConvertible {
    /// With the first entry.
    case beginning
    /// With what is added from now on: `$`.
    case end
    /// Behind the entry with this identifier.
    case after(StreamID)

    /// As the server spells it.
    public var bulkString: BulkString {
        switch self {
        case .beginning: "0-0"
        case .end: "$"
        case .after(let id): id.bulkString
        }
    }

    @inlinable func encode(into encoder: inout CommandEncoder) {
        switch self {
        case .beginning: encoder.literal("$3\r\n0-0\r\n")
        case .end: encoder.literal("$1\r\n$\r\n")
        case .after(let id): id.encode(into: &encoder)
        }
    }
}

/// What a consumer reads of a stream in `XREADGROUP`.
@frozen public enum StreamGroupPosition: Hashable, Sendable, BulkStringConvertible {
    /// What nobody in the group has got yet: `>`.
    case new
    /// What this consumer has got and not acknowledged, behind this entry; behind ``StreamID/zero`` is all of it.
    case pending(after: StreamID)

    /// As the server spells it.
    public var bulkString: BulkString {
        switch self {
        case .new: ">"
        case .pending(let id): id.bulkString
        }
    }
}
