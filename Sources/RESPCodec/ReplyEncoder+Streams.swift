// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Values whose size isn't known when they begin. RESP3 sends them piece by piece, as they come. RESP2 can't: there,
/// the encoder keeps such a value until it has ended, and then writes it in its ordinary form.
///
/// ```swift
/// encoder.beginStreamedArray()
/// for number in sequence { encoder.integer(number) }
/// encoder.endStreamedAggregate()
/// // RESP3: "*?\r\n:1\r\n:2\r\n.\r\n", RESP2: "*2\r\n:1\r\n:2\r\n"
/// ```
///
/// Servers of today don't send such values, and few clients read them (this package's decoder does). They may be
/// nested; the version must not change inside.
extension ReplyEncoder {
    /// Begins a string that is written in parts.
    public mutating func beginStreamedString() { beginStream("$?\r\n") }

    /// Appends a part of a streamed string. Nothing, if it is empty: an empty part would end the string.
    public mutating func streamedPart(_ bytes: Span<UInt8>) {
        guard bytes.count > 0 else { return }
        guard version == .resp3 else { return raw(bytes) }
        buffer.putHeader(0x3B, bytes.count)
        raw(bytes)
        buffer.putLineEnd()
    }

    /// Appends a part of a streamed string.
    public mutating func streamedPart(_ bytes: RESPBytes) { streamedPart(bytes.span) }

    /// Appends a part of a streamed string.
    public mutating func streamedPart(_ bytes: [UInt8]) { streamedPart(bytes.span) }

    /// Appends a part of a streamed string.
    public mutating func streamedPart(_ text: String) { streamedPart(text.utf8Span.span) }

    /// Ends a streamed string. RESP2: O(bytes of it).
    public mutating func endStreamedString() {
        guard version == .resp2 else { return literal(";0\r\n") }
        let start = endStream()
        buffer.insertHeader(0x24, buffer.count - start, at: start)
        buffer.putLineEnd()
    }

    /// Begins an array of which every reply until ``endStreamedAggregate()`` is an element.
    public mutating func beginStreamedArray() { beginStream("*?\r\n") }

    /// Begins a set of which every reply until ``endStreamedAggregate()`` is an element. RESP2: an array.
    public mutating func beginStreamedSet() { beginStream("~?\r\n") }

    /// Begins a map of which the replies until ``endStreamedAggregate()`` are keys and values in turn. RESP2: an array
    /// of all of them.
    public mutating func beginStreamedMap() { beginStream("%?\r\n") }

    /// Ends the array, set or map that was begun last. RESP2: O(bytes of it), since its elements are counted and moved.
    public mutating func endStreamedAggregate() {
        guard version == .resp2 else { return literal(".\r\n") }
        let start = endStream()
        let count = replies(in: buffer.span(at: start, count: buffer.count - start))
        buffer.insertHeader(0x2A, count, at: start)
    }

    private mutating func beginStream(_ header: StaticString) {
        guard version == .resp2 else { return literal(header) }
        openStreams.append(buffer.count)
    }

    /// Where the contents of the stream that was begun last are.
    private mutating func endStream() -> Int {
        precondition(!openStreams.isEmpty, "a streamed value ends that was not begun")
        return openStreams.removeLast()
    }

    private func replies(in bytes: Span<UInt8>) -> Int {
        var reader = RESPReader(measured: bytes)
        var count = 0
        while !reader.isAtEnd {
            reader.skip()
            count += 1
        }
        return count
    }
}
