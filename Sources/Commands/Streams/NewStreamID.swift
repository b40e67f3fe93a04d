// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Which identifier an entry gets that `XADD` adds. The server refuses one that isn't above that of the last entry.
@frozen public enum NewStreamID: Hashable, Sendable {
    /// The server's time, and the next number: `*`.
    case automatic
    /// This millisecond, and the next number in it: `5-*`. Since Redis 7.0.
    case automaticIn(milliseconds: UInt64)
    /// This one.
    case id(StreamID)

    @inlinable func encode(into encoder: inout CommandEncoder) {
        switch self {
        case .automatic: encoder.literal("$1\r\n*\r\n")
        case .automaticIn(let milliseconds): encoder.bulk("\(milliseconds)-*")
        case .id(let id): id.encode(into: &encoder)
        }
    }
}
