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

    /// Appends the UTF-8 text of a string as a bulk string; a long one perhaps by reference, see
    /// ``init(sharingPayloadsAbove:capacity:)``.
    @inlinable @inline(__always)
    public mutating func bulk(_ text: String) {
        let done = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
            if bytes.count > payloads.bound { return false }
            unsafe buffer.putBulk(bytes)
            return true
        }
        if done != true { bulk(unusual: text) }
    }

    /// Appends the UTF-8 text of a part of a string as a bulk string.
    @inlinable
    public mutating func bulk(_ text: Substring) {
        let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in unsafe buffer.putBulk(bytes) }
        if done == nil { bulk(unusual: String(text)) }
    }

    /// Appends bytes as a bulk string; many perhaps by reference, see ``init(sharingPayloadsAbove:capacity:)``.
    @inlinable @inline(__always)
    public mutating func bulk(_ bytes: [UInt8]) {
        if bytes.count > payloads.bound { return bulk(sharing: bytes) }
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

    /// For strings that are kept by reference, and those that aren't stored as contiguous UTF-8 (on Apple platforms, some
    /// that come from Objective-C).
    @usableFromInline @inline(never)
    mutating func bulk(unusual text: String) {
        var text = text
        text.makeContiguousUTF8()
        if text.utf8.count > payloads.bound { return bulk(sharing: text) }
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
