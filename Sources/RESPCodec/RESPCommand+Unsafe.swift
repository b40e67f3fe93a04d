// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPCommand {
    /// How many arguments there are, the name included: at least 1. O(1).
    public var argumentCount: Int {
        if let count = shortName?.argumentCount { return count }
        return unsafe WireWord.number(in: chunkBytes, behindMarkerAt: 0).value
    }

    /// Calls `body` with the name, without a copy.
    @inlinable @inline(__always)
    public func withName<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        if let name = shortName {
            let bytes = unsafe Span<UInt8>(_bytes: name.words.span.bytes)
            return try body(bytes.extracting(first: name.count))
        }
        let bytes = unsafe chunkBytes
        let header = WireWord.number(in: bytes, behindMarkerAt: 0)
        let length = WireWord.number(in: bytes, behindMarkerAt: header.end)
        return try body(bytes.extracting(length.end..<length.end &+ length.value))
    }

    /// The name of a command whose frame is not in a chunk: bytes in words, behind which others may stand.
    ///
    /// In 23 bytes, there are at most three arguments, of which the name has at most 12 bytes, so that it starts behind
    /// `*N\r\n$L\r\n` or `*N\r\n$LL\r\n`.
    @inlinable @inline(__always)
    var shortName: (words: InlineArray<2, UInt64>, count: Int, argumentCount: Int)? {
        guard frame.storage.chunk == nil else { return nil }
        let words = frame.storage.words
        let count = Int(truncatingIfNeeded: words.0 >> 8 & 0x0F)
        let first = Int(truncatingIfNeeded: words.0 >> 40 & 0x0F)
        let second = words.0 >> 48 & 0xFF
        if second == 0x0D { return ([words.1, words.2], first, count) }
        let shifted: InlineArray<2, UInt64> = [words.1 >> 8 | words.2 << 56, words.2 >> 8]
        return (shifted, min(12, first &* 10 &+ Int(truncatingIfNeeded: second & 0x0F)), count)
    }

    /// The encoding of a command whose frame is in a chunk; nothing otherwise. The caller must keep the command alive,
    /// which everybody does that works on `self`; not saying so saves a retain and a release, which cost more than looking
    /// at a name.
    @unsafe @inlinable @inline(__always)
    var chunkBytes: Span<UInt8> {
        @_lifetime(borrow self) get {
            let words = frame.storage.words
            guard let base = unsafe frame.storage.chunk?.base else { return Span() }
            let start = unsafe UnsafePointer(base + Int(truncatingIfNeeded: words.0))
            let span = unsafe Span(_unsafeStart: start, count: Int(truncatingIfNeeded: words.1))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
