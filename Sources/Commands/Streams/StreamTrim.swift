// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// How far a stream is cut off at its beginning.
///
/// *About* means that the server takes away whole nodes of its tree only, which costs it hardly anything: at least what was
/// asked for stays, and up to a node's entries more (100, unless the server's settings say otherwise).
@frozen public enum StreamTrim: Hashable, Sendable {
    /// So many entries stay: `MAXLEN = count`.
    case maxlen(Int)
    /// What is older than this entry goes: `MINID = id`. Since Redis 6.2.
    case minid(StreamID)
    /// About so many entries stay: `MAXLEN ~ count`. At most `limit` go at a time: nil for a hundred nodes' worth, 0 for no limit.
    case maxlenAbout(Int, limit: Int? = nil)
    /// About what is older than this entry goes: `MINID ~ id`. At most `limit` go at a time, likewise. Since Redis 6.2.
    case minidAbout(StreamID, limit: Int? = nil)

    @inlinable var argumentCount: Int {
        switch self {
        case .maxlen, .minid, .maxlenAbout(_, nil), .minidAbout(_, nil): 3
        case .maxlenAbout, .minidAbout: 5
        }
    }

    @inlinable func encode(into encoder: inout CommandEncoder) {
        var limit: Int?
        switch self {
        case .maxlen(let count):
            encoder.literal("$6\r\nMAXLEN\r\n$1\r\n=\r\n")
            encoder.bulk(count)
        case .minid(let id):
            encoder.literal("$5\r\nMINID\r\n$1\r\n=\r\n")
            id.encode(into: &encoder)
        case .maxlenAbout(let count, let most):
            encoder.literal("$6\r\nMAXLEN\r\n$1\r\n~\r\n")
            encoder.bulk(count)
            limit = most
        case .minidAbout(let id, let most):
            encoder.literal("$5\r\nMINID\r\n$1\r\n~\r\n")
            id.encode(into: &encoder)
            limit = most
        }
        if let limit {
            encoder.literal("$5\r\nLIMIT\r\n")
            encoder.bulk(limit)
        }
    }
}
