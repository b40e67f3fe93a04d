// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPDecoder {
    /// Where the decoder stands between two parts.
    enum PartPhase: Sendable {
        /// Between frames.
        case frames
        /// A large payload has begun that is here as a whole.
        case whole(RESPBytes)
        /// It has been handed out.
        case wholeEnd
        /// A large payload is arriving, and leaves as it arrives.
        case pieces
    }

    /// The next complete frame, or the next piece of a payload of more than `threshold` bytes.
    ///
    /// Only strings that are a reply themselves come in pieces, not those inside of aggregates. Memory is bounded by the
    /// receive buffer then, whatever the payload's length. Whether a reply comes in pieces depends on its length alone,
    /// how many there are on how it arrives. Don't call ``next()`` before the payload's end.
    ///
    /// The limits are those of ``next()``, but for a streamed string, whose length nobody announces: it is bounded by
    /// ``RESPLimits/maximumBulkLength`` alone.
    ///
    /// ```swift
    /// while let part = try decoder.nextPart(streamingAbove: 1 << 20) {
    ///     switch part {
    ///     case .frame(let frame): handle(frame)
    ///     case .payloadStart(let start): file = create(ofSize: start.length)
    ///     case .payloadPiece(let bytes): file.write(bytes.span)
    ///     case .payloadEnd: file.close()
    ///     }
    /// }
    /// ```
    ///
    /// - Returns: the frame or piece, or nil if more input is needed.
    /// - Throws: `RESPDecodingError` when the stream is malformed or exceeds a limit; from then on, always the same.
    /// - Complexity: O(bytes not looked at yet). Allocates nothing in steady state if pieces are let go of.
    public mutating func nextPart(streamingAbove threshold: Int) throws(RESPDecodingError) -> RESPPart? {
        switch partPhase {
        case .frames:
            guard let frame = try next() else { return try beginPayload(above: threshold).map { .payloadStart($0) } }
            guard frame.count > threshold, let (start, payload) = frame.payload, payload.count > threshold else {
                return .frame(frame)
            }
            partPhase = .whole(payload)
            return .payloadStart(start)
        case .whole(let payload):
            partPhase = .wholeEnd
            return .payloadPiece(payload)
        case .wholeEnd:
            partPhase = .frames
            return .payloadEnd
        case .pieces:
            return try nextPiece()
        }
    }

    /// Begins to hand out the payload that is arriving, if it is large.
    private mutating func beginPayload(above threshold: Int) throws(RESPDecodingError) -> RESPPayloadStart? {
        guard scanner.isInsideOnlyPayload else { return nil }
        let element = scanner.element
        let isStreamed = element.form == .streamed
        let isVerbatim = element.kind == .verbatimString
        let length = isStreamed ? element.total : Int(clamping: element.magnitude) - (isVerbatim ? 4 : 0)
        let isFormatThere = window.count >= scanner.position + 4
        guard length > threshold, !isVerbatim || isFormatThere else { return nil }
        var start = RESPPayloadStart(kind: element.kind, length: isStreamed ? nil : length)
        let chunk = window.chunk
        let bytes = chunk.span(at: window.start, count: window.count)
        if element.start > 0 { start.attributes = RESPFrame(rewriting: bytes.extracting(first: element.start)) }
        if isStreamed { scanner.restartStreamedString() }
        var taken = scanner.position
        if isVerbatim {
            try scanner.checkFormat(bytes, at: taken)
            start.format = RESPBytes(bytes.extracting(taken..<taken + 3))
            scanner.element.kind = .bulkString
            taken += 4
        }
        drop(taken)
        partPhase = .pieces
        return start
    }

    private mutating func nextPiece() throws(RESPDecodingError) -> RESPPart? {
        while true {
            if scanner.isInsideOnlyPayload {
                let count = min(window.count, scanner.element.payloadEnd - 2)
                if count > 0 {
                    let piece =
                        count <= ByteStorage.inlineCapacity
                        ? ByteStorage(inlining: window.chunk.span(at: window.start, count: count))
                        : ByteStorage(chunk: window.chunk, offset: window.start, count: count)
                    drop(count)
                    return .payloadPiece(RESPBytes(storage: piece))
                }
            }
            guard window.count > 0 else { return nil }
            let chunk = window.chunk
            if let length = try scanner.frameLength(in: chunk.span(at: window.start, count: window.count)) {
                window.consume(length)
                partPhase = .frames
                return .payloadEnd
            }
            drop(scanner.position)
            guard scanner.isInsideOnlyPayload, scanner.element.payloadEnd > 2 else { return nil }
        }
    }

    /// Forgets the first `count` unread bytes.
    private mutating func drop(_ count: Int) {
        window.consume(count)
        scanner.giveAway(count)
    }
}

extension RESPFrame {
    /// The payload of a string or bulk error, and what comes before it.
    fileprivate var payload: (RESPPayloadStart, RESPBytes)? {
        storage.withBytes { bytes, chunk, offset in
            var reader = RESPReader(bytes, in: chunk, at: offset)
            guard let kind = try? reader.peekKind() else { return nil }
            guard kind == .bulkString || kind == .verbatimString || kind == .bulkError else { return nil }
            var start = RESPPayloadStart(kind: kind)
            let attributes = bytes.extracting(first: reader.position)
            if !attributes.isEmpty { start.attributes = RESPFrame(storage: ByteStorage(copying: attributes)) }
            var (_, count, _) = reader.takeHeader()
            var first = reader.position
            if kind == .verbatimString {
                start.format = RESPBytes(bytes.extracting(first..<first + 3))
                first += 4
                count -= 4
            }
            start.length = count
            let payload = bytes.extracting(first..<first + count)
            guard let chunk = chunk.chunk, count > ByteStorage.inlineCapacity else {
                return (start, RESPBytes(payload))
            }
            return (start, RESPBytes(storage: ByteStorage(chunk: chunk, offset: offset + first, count: count)))
        }
    }
}
