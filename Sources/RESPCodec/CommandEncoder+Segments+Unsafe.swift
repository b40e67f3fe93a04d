// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension CommandEncoder {
    /// The bytes, without a copy; of an encoder that shares payloads, those of the front segment, which are all bytes
    /// unless it has a payload. Empty only if there are no bytes.
    ///
    /// Write these, ``removeFirst(_:)`` what was taken, and go on until ``isEmpty``; or write several at once with
    /// ``forEachSegment(first:_:)``.
    @inlinable
    public var span: Span<UInt8> {
        @_lifetime(borrow self) get {
            if payloads.count > 0 { return frontSegment }
            return buffer.span
        }
    }

    @usableFromInline
    var frontSegment: Span<UInt8> {
        @_lifetime(borrow self) get {
            let gap = payloads.storage[payloads.first].gap
            if gap > 0 { return buffer.span(first: gap) }
            let payload = payloads.storage[payloads.first]
            // The bytes are in a chunk, which the original keeps alive, never inside the value, of which this is a
            // copy.
            let span = payload.bytes.span.extracting(payload.start..<payload.end)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Calls `body` with every segment in order, or with the first `maximum`; none of them is empty.
    ///
    /// The bytes of a segment stay where they are until the encoder is changed: a driver may collect the addresses of
    /// several for one vectored write. One call of `body` if the encoder doesn't share payloads or has none.
    public func forEachSegment<E: Error>(
        first maximum: Int = .max, _ body: (Span<UInt8>) throws(E) -> Void
    ) throws(E) {
        var left = maximum
        var start = 0
        for index in payloads.first..<payloads.storage.count {
            let gap = payloads.storage[index].gap
            if gap > 0 {
                guard left > 0 else { return }
                try body(buffer.span(at: start, count: gap))
                start += gap
                left -= 1
            }
            guard left > 0 else { return }
            let payload = payloads.storage[index]
            try body(payload.bytes.span.extracting(payload.start..<payload.end))
            left -= 1
        }
        if left > 0, start < buffer.count { try body(buffer.span(at: start, count: buffer.count - start)) }
    }

    /// Appends a payload by reference.
    @usableFromInline @inline(never)
    mutating func bulk(sharing bytes: RESPBytes) {
        buffer.putHeader(0x24, bytes.count)
        payloads.append(bytes, behind: buffer.count)
        buffer.putLineEnd()
    }

    @usableFromInline @inline(never)
    mutating func removeFirst(acrossSegments count: Int) {
        precondition(count >= 0 && count <= self.count, "more bytes taken than there are")
        var rest = count
        while rest > 0, payloads.count > 0 {
            let gap = payloads.takeGap(rest)
            buffer.removeFirst(gap)
            rest -= gap
            if rest > 0 { rest -= payloads.takeFirst(rest) }
        }
        buffer.removeFirst(rest)
    }

    @usableFromInline @inline(never)
    mutating func truncate(acrossSegments count: Int) {
        precondition(count >= 0 && count <= self.count, "more bytes kept than there are")
        var rest = self.count - count
        while rest > 0 {
            let copied = min(rest, buffer.count - payloads.gaps)
            buffer.truncate(to: buffer.count - copied)
            rest -= copied
            if rest > 0 { rest -= payloads.takeLast(rest) }
        }
    }
}
