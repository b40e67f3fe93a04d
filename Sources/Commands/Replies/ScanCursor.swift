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

/// Where a scan of a whole cluster goes on. It holds a hash tag, which is how it is routed.
public struct ClusterScanCursor: RESPDecodable, BulkStringConvertible, Hashable, Sendable {
    /// The text that the server gave; it has no meaning to a client.
    public let rawValue: String

    /// A cursor from its text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Where every scan begins.
    public static var start: ClusterScanCursor { ClusterScanCursor(rawValue: "0") }

    /// Whether a page that ends here was the last.
    public var isFinished: Bool { rawValue == "0" }

    /// Takes a string.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) { rawValue = try reader.readString() }

    /// The text.
    public var bulkString: BulkString { rawValue.bulkString }

    @usableFromInline func encode(into encoder: inout CommandEncoder) { encoder.bulk(rawValue) }
}
