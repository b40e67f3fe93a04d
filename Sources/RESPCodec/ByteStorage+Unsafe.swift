// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Immutable bytes: up to 23 inside the value, others in a chunk that may be shared with other values.
///
/// Four machine words in all: the compiler copies and destroys a larger value with a reference in it by calls into the
/// runtime, which cost ten times as much.
@safe @frozen @usableFromInline
struct ByteStorage: Sendable {
    @inlinable @inline(__always)
    static var inlineCapacity: Int { 23 }

    /// The chunk that holds the bytes; nil: they are in `words`.
    @usableFromInline var chunk: ByteChunk?
    /// The bytes, unused ones zero, and their count in the last one; if there is a chunk, the offset in it and the count.
    @usableFromInline var words: InlineArray<3, UInt64>

    @inlinable @inline(__always)
    init() {
        chunk = nil
        words = [0, 0, 0]
    }

    /// Refers to `count` bytes of `chunk`, and keeps it alive.
    @inlinable @inline(__always)
    init(chunk: ByteChunk, offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && offset &+ count <= chunk.capacity)
        self.chunk = chunk
        self.words = [UInt64(truncatingIfNeeded: offset), UInt64(truncatingIfNeeded: count), 0]
    }

    /// Copies `bytes`: into the value if they fit, else into a chunk of their own.
    @inlinable @inline(__always)
    init(copying bytes: Span<UInt8>) {
        if bytes.count <= ByteStorage.inlineCapacity {
            self.init(inlining: bytes)
        } else {
            self.init(chunk: ByteChunk(copying: bytes), offset: 0, count: bytes.count)
        }
    }

    /// Takes part of a frame out of it: copies what is small against the chunk, so that a value kept for long does not
    /// keep 16 times its own size alive, and shares the rest.
    @inlinable @inline(__always)
    init(_ bytes: Span<UInt8>, in chunk: ByteChunk?, at offset: Int) {
        if let chunk, bytes.count > ByteStorage.inlineCapacity, bytes.count >= chunk.capacity >> 4 {
            self.init(chunk: chunk, offset: offset, count: bytes.count)
        } else {
            self.init(copying: bytes)
        }
    }

    /// The same for a chunk that somebody else keeps alive: nothing is counted for what is copied into the value.
    @inlinable @inline(__always)
    init(_ bytes: Span<UInt8>, in chunk: LentChunk, at offset: Int) {
        if bytes.count <= ByteStorage.inlineCapacity {
            self.init(inlining: bytes)
        } else {
            self.init(bytes, in: chunk.chunk, at: offset)
        }
    }

    /// Copies at most 23 bytes into the value, with loads of fixed size that overlap: no call, no loop.
    @inlinable @inline(__always)
    init(inlining bytes: Span<UInt8>) {
        let count = bytes.count
        precondition(count <= ByteStorage.inlineCapacity)
        chunk = nil
        let end = UInt64(truncatingIfNeeded: count) << 56
        let raw = unsafe bytes.bytes
        if count >= 8 {
            // The last word of a group is loaded so that it ends with the bytes, then shifted to its place.
            let first = unsafe ByteStorage.load(raw, 0)
            let rest = UInt64(truncatingIfNeeded: (8 &- count & 7) & 7) &* 8
            let last = unsafe ByteStorage.load(raw, count &- 8) >> rest
            switch count {
            case 8: words = [first, 0, end]
            case 9...16: words = [first, last, end]
            default: words = [first, unsafe ByteStorage.load(raw, 8), last | end]
            }
        } else {
            var word: UInt64 = 0
            for index in 0..<count { word |= UInt64(bytes[index]) << UInt64(truncatingIfNeeded: index &* 8) }
            words = [word, 0, end]
        }
    }

    @unsafe @inlinable @inline(__always)
    static func load(_ raw: RawSpan, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    @inlinable @inline(__always)
    var count: Int { chunk == nil ? inlineCount : Int(truncatingIfNeeded: words[1]) }

    @inlinable @inline(__always)
    var inlineCount: Int { Int(truncatingIfNeeded: words[2] >> 56) }

    /// Where the bytes begin in the chunk; meaningless without one.
    @inlinable @inline(__always)
    var chunkOffset: Int { Int(truncatingIfNeeded: words[0]) }

    /// The bytes, without a copy.
    @inlinable
    var span: Span<UInt8> {
        @_lifetime(borrow self) @inline(__always) get {
            if let chunk {
                let span = chunk.span(at: chunkOffset, count: count)
                return unsafe _overrideLifetime(span, borrowing: self)
            }
            let words = self.words.span
            let raw = unsafe words.bytes
            let span = unsafe Span<UInt8>(_bytes: raw).extracting(unchecked: 0..<inlineCount)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
