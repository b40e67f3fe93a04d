// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Something that is one argument of a command: text, bytes, numbers, and types of your own.
///
/// Many arguments at once are written by ``CommandEncoder/bulk(contentsOf:)`` and ``CommandEncoder/bulk(pairs:)`` at a
/// third of what a loop costs.
///
/// ```swift
/// struct UserKey: CommandArgument {
///     var number: Int
///     func encode(into encoder: inout CommandEncoder) { encoder.bulk("user:\(number)") }
/// }
/// ```
public protocol CommandArgument {
    /// Appends this argument to `encoder` as exactly one bulk string.
    func encode(into encoder: inout CommandEncoder)
}

extension String: CommandArgument {
    /// Appends the UTF-8 text.
    @inlinable @inline(__always)
    public func encode(into encoder: inout CommandEncoder) { encoder.bulk(self) }
}

extension Substring: CommandArgument {
    /// Appends the UTF-8 text.
    @inlinable @inline(__always)
    public func encode(into encoder: inout CommandEncoder) { encoder.bulk(self) }
}

extension StaticString: CommandArgument {
    /// Appends the UTF-8 text.
    @inlinable @inline(__always)
    public func encode(into encoder: inout CommandEncoder) { encoder.bulk(self) }
}

extension Array: CommandArgument where Element == UInt8 {
    /// Appends the bytes.
    @inlinable @inline(__always)
    public func encode(into encoder: inout CommandEncoder) { encoder.bulk(self) }
}

extension RESPBytes: CommandArgument {
    /// Appends the bytes.
    @inlinable @inline(__always)
    public func encode(into encoder: inout CommandEncoder) { encoder.bulk(self) }
}

extension Double: CommandArgument {
    /// Appends the shortest decimal text that reads back as the same double.
    @inlinable public func encode(into encoder: inout CommandEncoder) { encoder.bulk(self) }
}

extension FixedWidthInteger where Self: CommandArgument {
    /// Appends the decimal text.
    @inlinable public func encode(into encoder: inout CommandEncoder) { encoder.bulk(self) }
}

extension Int: CommandArgument {}
extension Int8: CommandArgument {}
extension Int16: CommandArgument {}
extension Int32: CommandArgument {}
extension Int64: CommandArgument {}
extension UInt: CommandArgument {}
extension UInt8: CommandArgument {}
extension UInt16: CommandArgument {}
extension UInt32: CommandArgument {}
extension UInt64: CommandArgument {}
