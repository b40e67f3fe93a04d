// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Which node of a cluster: what `CLUSTER MYID` answers, and other commands of the family take.
///
/// A node makes it up when it starts for the first time, and keeps it: addresses change, and it does not.
public struct ClusterNodeID: RESPDecodable, BulkStringConvertible, ExpressibleByStringLiteral, Hashable, Sendable,
    CustomStringConvertible
{
    /// The text that the server gave, 40 hexadecimal digits; it has no meaning to a client.
    public let rawValue: String

    /// The node that a server calls so.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The node that a server calls so.
    public init(stringLiteral value: String) { rawValue = value }

    /// Takes a string.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) { rawValue = try reader.readString() }

    /// The text.
    public var bulkString: BulkString { .string(rawValue) }

    /// The text.
    public var description: String { rawValue }

    @usableFromInline func encode(into encoder: inout CommandEncoder) { encoder.bulk(rawValue) }
}
