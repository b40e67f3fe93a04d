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
            // The bytes are in memory that the original keeps alive, never inside the value, of which this is a copy.
            let span = payload.source.span.extracting(payload.start..<payload.end)
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
            try body(payload.source.span.extracting(payload.start..<payload.end))
            left -= 1
        }
        if left > 0, start < buffer.count { try body(buffer.span(at: start, count: buffer.count - start)) }
    }

    /// Whether all bytes are in one segment, which is ``span`` then.
    @inlinable public var isOneSegment: Bool { payloads.count == 0 }

    /// The segment at a place, none of them empty, and moves the place behind it; `nil` behind the last one.
    ///
    /// ```swift
    /// var place = CommandEncoder.SegmentPlace()
    /// while let segment = encoder.segment(at: &place) { … }
    /// ```
    ///
    /// The place is worth nothing once the encoder has been changed.
    @_lifetime(borrow self)
    public func segment(at place: inout SegmentPlace) -> Span<UInt8>? {
        let index = payloads.first + place.payload
        guard index < payloads.storage.count else {
            let start = place.copied
            place.copied = buffer.count
            return start < buffer.count ? buffer.span(at: start, count: buffer.count - start) : nil
        }
        let payload = payloads.storage[index]
        if !place.isBehindGap {
            place.isBehindGap = true
            if payload.gap > 0 {
                let start = place.copied
                place.copied += payload.gap
                return buffer.span(at: start, count: payload.gap)
            }
        }
        place.isBehindGap = false
        place.payload += 1
        let span = payload.source.span.extracting(payload.start..<payload.end)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// A place between two segments, see ``segment(at:)``.
    public struct SegmentPlace: Sendable {
        var payload = 0
        var isBehindGap = false
        var copied = 0

        /// Before the first one.
        public init() {}
    }

    /// Removes bytes from the middle, such as a command that is not to be sent after all; what is behind them moves up.
    ///
    /// Payloads that are kept by reference are not copied. O(bytes copied behind the range, and payloads).
    ///
    /// - Precondition: there are as many.
    public mutating func remove(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "more bytes removed than there are")
        buffer.remove(payloads.count > 0 ? payloads.remove(range) : range)
    }

    /// Appends a payload by reference.
    @usableFromInline @inline(never)
    mutating func bulk(sharing bytes: RESPBytes) { bulk(sharing: .received(bytes), count: bytes.count) }

    /// Appends a payload by reference.
    @usableFromInline @inline(never)
    mutating func bulk(sharing bytes: [UInt8]) { bulk(sharing: .array(bytes), count: bytes.count) }

    /// Appends a payload by reference.
    mutating func bulk(sharing text: String) { bulk(sharing: .text(text), count: text.utf8.count) }

    private mutating func bulk(sharing source: SharedPayloads.Source, count: Int) {
        buffer.putHeader(0x24, count)
        payloads.append(source, 0..<count, behind: buffer.count)
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
