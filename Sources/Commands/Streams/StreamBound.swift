// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// One end of a range of a stream's entries.
///
/// ```swift
/// let page = try await client.xrange("orders", .excluding(last), .last, count: 100)
/// ```
@frozen public enum StreamBound: Hashable, Sendable {
    /// The first entry there is: `-`.
    case first
    /// The last entry there is: `+`.
    case last
    /// This entry, or what lies next to it inside of the range. `StreamID(5, .max)` is the end of millisecond 5.
    case id(StreamID)
    /// What lies next to this entry inside of the range, without it: `(5-1`. Since Redis 6.2.
    case excluding(StreamID)

    @inlinable func encode(into encoder: inout CommandEncoder) {
        switch self {
        case .first: encoder.literal("$1\r\n-\r\n")
        case .last: encoder.literal("$1\r\n+\r\n")
        case .id(let id): id.encode(into: &encoder)
        case .excluding(let id): id.encode(into: &encoder, isExcluded: true)
        }
    }
}
