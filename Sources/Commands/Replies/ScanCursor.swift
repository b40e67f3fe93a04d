// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Where a scan goes on.
@frozen public struct ScanCursor: RESPDecodable, BulkStringConvertible, ExpressibleByIntegerLiteral, Hashable, Sendable
{
    /// The number that the server gave; it has no meaning to a client.
    public let rawValue: UInt64

    /// A cursor from its number.
    @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// A cursor from its number.
    @inlinable public init(integerLiteral value: UInt64) { rawValue = value }

    /// Where every scan begins.
    @inlinable public static var start: ScanCursor { ScanCursor(rawValue: 0) }

    /// Whether a page that ends here was the last.
    @inlinable public var isFinished: Bool { rawValue == 0 }

    /// Takes a number.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        rawValue = try reader.readInteger(as: UInt64.self)
    }

    /// The number in decimal.
    @inlinable public var bulkString: BulkString { rawValue.bulkString }
}
