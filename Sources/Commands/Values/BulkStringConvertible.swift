// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What can stand as a key, a field or a value: text, bytes and numbers, and types of your own.
///
/// ```swift
/// struct UserID: BulkStringConvertible { let number: Int; var bulkString: BulkString { .string("user:\(number)") } }
/// ```
/// An enum with text as raw values needs no more than the conformance.
public protocol BulkStringConvertible {
    /// The argument to send.
    var bulkString: BulkString { get }
}

extension BulkString: BulkStringConvertible {
    /// Itself.
    @inlinable public var bulkString: BulkString { self }
}

extension String: BulkStringConvertible {
    /// The text as UTF-8.
    @inlinable public var bulkString: BulkString { .string(self) }
}

extension Substring: BulkStringConvertible {
    /// The text as UTF-8, copied out of its string.
    @inlinable public var bulkString: BulkString { .string(String(self)) }
}

extension StaticString: BulkStringConvertible {
    /// The text as UTF-8.
    @inlinable public var bulkString: BulkString { .string(description) }
}

extension Array: BulkStringConvertible where Element == UInt8 {
    /// The bytes as they are.
    @inlinable public var bulkString: BulkString { .bytes(self) }
}

extension ArraySlice: BulkStringConvertible where Element == UInt8 {
    /// The bytes as they are, copied out of their array.
    @inlinable public var bulkString: BulkString { .bytes(Array(self)) }
}

extension RESPBytes: BulkStringConvertible {
    /// The bytes as they came.
    @inlinable public var bulkString: BulkString { .received(self) }
}

extension Int: BulkStringConvertible {
    /// The number in decimal.
    @inlinable public var bulkString: BulkString { .integer(Int64(self)) }
}

extension Int32: BulkStringConvertible {
    /// The number in decimal.
    @inlinable public var bulkString: BulkString { .integer(Int64(self)) }
}

extension Int64: BulkStringConvertible {
    /// The number in decimal.
    @inlinable public var bulkString: BulkString { .integer(self) }
}

extension UInt: BulkStringConvertible {
    /// The number in decimal.
    @inlinable public var bulkString: BulkString { UInt64(self).bulkString }
}

extension UInt32: BulkStringConvertible {
    /// The number in decimal.
    @inlinable public var bulkString: BulkString { .integer(Int64(self)) }
}

extension UInt64: BulkStringConvertible {
    /// The number in decimal.
    @inlinable public var bulkString: BulkString {
        Int64(exactly: self).map(BulkString.integer) ?? .unsigned(self)
    }
}

extension Double: BulkStringConvertible {
    /// The number in the shortest decimal form that reads back equal.
    @inlinable public var bulkString: BulkString { .double(self) }
}

extension BulkStringConvertible where Self: RawRepresentable, RawValue: BulkStringConvertible {
    /// The raw value.
    @inlinable public var bulkString: BulkString { rawValue.bulkString }
}
