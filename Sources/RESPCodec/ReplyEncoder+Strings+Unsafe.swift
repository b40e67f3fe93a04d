// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension ReplyEncoder {
    /// Appends replies that are encoded already, such as `"+OK\r\n"`.
    @inlinable @inline(__always)
    public mutating func literal(_ preencoded: StaticString) {
        let text = unsafe UnsafeBufferPointer(start: preencoded.utf8Start, count: preencoded.utf8CodeUnitCount)
        buffer.reserve(text.count)
        unsafe buffer.put(text)
    }

    /// Appends the UTF-8 text of a string as a bulk string.
    @inlinable @inline(__always)
    public mutating func bulkString(_ text: String) {
        let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in unsafe buffer.putBulk(bytes) }
        if done == nil { bulkString(copying: text) }
    }

    /// Appends the UTF-8 text of a part of a string as a bulk string.
    @inlinable
    public mutating func bulkString(_ text: Substring) {
        let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in unsafe buffer.putBulk(bytes) }
        if done == nil { bulkString(copying: String(text)) }
    }

    /// Appends bytes as a bulk string.
    @inlinable @inline(__always)
    public mutating func bulkString(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { bytes in unsafe buffer.putBulk(bytes) }
    }

    /// Appends bytes as a bulk string.
    @inlinable @inline(__always)
    public mutating func bulkString(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { bytes in unsafe buffer.putBulk(bytes) }
    }

    /// Appends bytes as a bulk string.
    @inlinable public mutating func bulkString(_ bytes: RESPBytes) { bulkString(bytes.span) }

    /// Appends a literal as a bulk string.
    @inlinable @inline(__always)
    public mutating func bulkString(_ text: StaticString) {
        unsafe buffer.putBulk(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends the decimal text of an integer as a bulk string, which is how the server keeps integers in strings.
    @inlinable
    public mutating func bulkString<Number: FixedWidthInteger>(_ value: Number) {
        if Number.bitWidth <= 64 {
            buffer.putBulk(magnitude: UInt64(truncatingIfNeeded: value.magnitude), isNegative: value < 0)
        } else {
            buffer.putWide(value)
        }
    }

    /// For strings that aren't stored as contiguous UTF-8 (on Apple platforms, some that come from Objective-C).
    @usableFromInline @inline(never)
    mutating func bulkString(copying text: String) {
        var text = text
        text.withUTF8 { bytes in unsafe buffer.putBulk(bytes) }
    }
}
