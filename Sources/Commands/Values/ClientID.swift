// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Which connection of a server: what `CLIENT ID` answers, and other commands of the family take.
///
/// A server gives each connection a greater number than those before, and none twice. Other servers give the same ones.
@frozen
public struct ClientID: RESPDecodable, BulkStringConvertible, ExpressibleByIntegerLiteral, Hashable, Comparable,
    Sendable, CustomStringConvertible
{
    /// The number that the server gave.
    public let rawValue: Int64

    /// The connection of this number.
    @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }

    /// The connection of this number.
    @inlinable public init(integerLiteral value: Int64) { rawValue = value }

    /// Takes a number.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        rawValue = try reader.readInteger(as: Int64.self)
    }

    /// Of two connections of one server, the one that was there first.
    @inlinable public static func < (one: ClientID, other: ClientID) -> Bool { one.rawValue < other.rawValue }

    /// The number in decimal.
    @inlinable public var bulkString: BulkString { .integer(rawValue) }

    /// The number in decimal.
    public var description: String { String(rawValue) }

    @inlinable func encode(into encoder: inout CommandEncoder) { encoder.bulk(rawValue) }
}
