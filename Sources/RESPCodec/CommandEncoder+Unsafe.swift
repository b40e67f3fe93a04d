// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension CommandEncoder {
    /// Appends text that is encoded already, such as `"*2\r\n$3\r\nGET\r\n"`.
    @inlinable @inline(__always)
    public mutating func literal(_ preencoded: StaticString) {
        let text = unsafe UnsafeBufferPointer(start: preencoded.utf8Start, count: preencoded.utf8CodeUnitCount)
        buffer.reserve(text.count)
        unsafe buffer.put(text)
    }

    /// Appends the UTF-8 text of a string as a bulk string.
    @inlinable @inline(__always)
    public mutating func bulk(_ text: String) {
        let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in unsafe buffer.putBulk(bytes) }
        if done == nil { bulk(copying: text) }
    }

    /// Appends the UTF-8 text of a part of a string as a bulk string.
    @inlinable
    public mutating func bulk(_ text: Substring) {
        let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in unsafe buffer.putBulk(bytes) }
        if done == nil { bulk(copying: String(text)) }
    }

    /// Appends bytes as a bulk string.
    @inlinable @inline(__always)
    public mutating func bulk(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { bytes in unsafe buffer.putBulk(bytes) }
    }

    /// Appends bytes as a bulk string.
    @inlinable @inline(__always)
    public mutating func bulk(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { bytes in unsafe buffer.putBulk(bytes) }
    }

    /// Appends a literal as a bulk string.
    @inlinable @inline(__always)
    public mutating func bulk(_ text: StaticString) {
        unsafe buffer.putBulk(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// For strings that aren't stored as contiguous UTF-8 (on Apple platforms, some that come from Objective-C).
    @usableFromInline @inline(never)
    mutating func bulk(copying text: String) {
        var text = text
        text.withUTF8 { bytes in unsafe buffer.putBulk(bytes) }
    }
}

extension EncodingBuffer {
    /// Appends `bytes`. There is room for them.
    @inlinable @inline(__always)
    mutating func put(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { bytes in unsafe put(bytes) }
    }
}
