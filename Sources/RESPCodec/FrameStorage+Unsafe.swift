// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What ``ByteStorage`` holds, in a form that moves through registers, but can't lend its inline bytes where it lies.
///
/// Frames are made, tested for nil and dropped once per reply, which is a third cheaper in this form; bytes are lent.
@safe @frozen @usableFromInline
struct FrameStorage: Sendable {
    @usableFromInline let chunk: ByteChunk?
    @usableFromInline let words: (UInt64, UInt64, UInt64)

    @inlinable @inline(__always)
    init(_ storage: ByteStorage) {
        chunk = storage.chunk
        words = (storage.words[0], storage.words[1], storage.words[2])
    }

    @inlinable @inline(__always)
    var inlineCount: Int { Int(truncatingIfNeeded: words.2 >> 56) }

    @inlinable @inline(__always)
    var count: Int { chunk == nil ? inlineCount : Int(truncatingIfNeeded: words.1) }

    /// The first byte, or 0 if there is none.
    @inlinable @inline(__always)
    var first: UInt8 {
        if let chunk { return chunk.span(at: Int(truncatingIfNeeded: words.0), count: 1)[0] }
        return UInt8(truncatingIfNeeded: UInt64(littleEndian: words.0))
    }

    /// Lends the bytes, and says where they lie.
    ///
    /// The chunk is lent as well: this value keeps it alive, and not counting that saves two references per frame.
    @inlinable @inline(__always)
    func withBytes<R: ~Copyable, E: Error>(
        _ body: (_ bytes: Span<UInt8>, _ chunk: LentChunk, _ offset: Int) throws(E) -> R
    ) throws(E) -> R {
        let lent = LentChunk(chunk)
        if let bytes = unsafe lent.span(at: Int(truncatingIfNeeded: words.0), count: Int(truncatingIfNeeded: words.1)) {
            defer { extendLifetime(chunk) }
            return try body(bytes, lent, Int(truncatingIfNeeded: words.0))
        }
        let copy: InlineArray<3, UInt64> = [words.0, words.1, words.2]
        let bytes = unsafe Span<UInt8>(_bytes: copy.span.bytes)
        return try body(bytes.extracting(first: inlineCount), lent, 0)
    }
}
