// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPCommand {
    /// Lends the encoding. The command, which is borrowed for as long as `body` runs, keeps the chunk alive; saying so
    /// saves a retain and a release, which cost more than looking at a name.
    @inlinable @inline(__always)
    func withEncoding<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        let words = frame.storage.words
        if let base = unsafe frame.storage.chunk?.base {
            let start = unsafe UnsafePointer(base + Int(truncatingIfNeeded: words.0))
            return try unsafe body(Span(_unsafeStart: start, count: Int(truncatingIfNeeded: words.1)))
        }
        let copy: InlineArray<4, UInt64> = [words.0, words.1, words.2, words.3]
        let bytes = unsafe Span<UInt8>(_bytes: copy.span.bytes)
        return try body(bytes.extracting(first: Int(frame.storage.inlineCount)))
    }
}
