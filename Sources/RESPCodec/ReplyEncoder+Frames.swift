// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension ReplyEncoder {
    /// Appends a frame in this encoder's version, such as a reply that a proxy has received in RESP3 for a client that
    /// speaks RESP2.
    ///
    /// RESP3: as it is, with RESP2's nulls as `_`. RESP2: what the server would have sent there; see the table of
    /// ``ReplyEncoder``. Attributes are left out with their contents, of a verbatim string the format, and of an
    /// error's text the line breaks. Numbers keep their digits. A null that stands for an array is `$-1`, where servers
    /// send `*-1`: nothing tells the two apart in RESP3. A frame that is an attribute alone is left out as well.
    ///
    /// Decoding what was written and writing it again gives the same bytes.
    ///
    /// - Complexity: O(values and bytes of the frame), in one pass without recursion. What needs no change is copied in
    ///   runs.
    public mutating func frame(_ frame: RESPFrame) {
        frame.withSpan { bytes in
            var writer = FrameWriter(bytes)
            writer.write(to: &buffer, version)
        }
    }
}

/// Copies one frame to a buffer and changes what a version of the protocol has in another form.
private struct FrameWriter: ~Copyable, ~Escapable {
    private var reader: RESPReader
    /// What is before has been written.
    private var written = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { reader = RESPReader(measured: bytes) }

    mutating func write(to buffer: inout EncodingBuffer, _ version: RESPVersion) {
        while !reader.isAtEnd {
            let start = reader.position
            let (marker, number, text) = reader.takeHeader()
            guard let kind = RESPKind(rawValue: marker) else { return }
            let payload = reader.position
            switch kind {
            case .bulkString, .bulkError, .verbatimString:
                if number >= 0 { reader.position = min(reader.bytes.count, payload + number + 2) }
            default: break
            }
            if version == .resp3 {
                guard kind == .bulkString || kind == .array, number < 0 else { continue }
                copy(until: start, to: &buffer)
                buffer.putMarker(RESPKind.null.rawValue)
                buffer.putLineEnd()
                written = reader.position
            } else {
                downConvert(kind, number, start: start, text: text, payload: payload, to: &buffer)
            }
        }
        copy(until: reader.bytes.count, to: &buffer)
    }

    /// Writes what RESP2 has in place of a value whose header has been taken, unless that is the value itself.
    private mutating func downConvert(
        _ kind: RESPKind, _ number: Int, start: Int, text: Int, payload: Int, to buffer: inout EncodingBuffer
    ) {
        switch kind {
        case .simpleString, .simpleError, .integer, .bulkString, .array:
            return
        case .set, .push:
            copy(until: start, to: &buffer)
            buffer.putHeader(RESPKind.array.rawValue, number)
        case .map:
            copy(until: start, to: &buffer)
            buffer.putHeader(RESPKind.array.rawValue, 2 &* number)
        case .attribute:
            copy(until: start, to: &buffer)
            for _ in 0..<2 * number { reader.skip() }
        case .null:
            copy(until: start, to: &buffer)
            buffer.reserve(8)
            buffer.put(0x0A0D_312D24, count: 5)
        case .boolean:
            copy(until: start, to: &buffer)
            buffer.putLine(RESPKind.integer.rawValue, magnitude: reader.bytes[text] == 0x74 ? 1 : 0, isNegative: false)
        case .double, .bigNumber:
            copy(until: start, to: &buffer)
            buffer.putHeader(RESPKind.bulkString.rawValue, reader.position - 2 - text)
            written = text
            return
        case .verbatimString:
            copy(until: start, to: &buffer)
            buffer.putHeader(RESPKind.bulkString.rawValue, number - 4)
            written = payload + 4
            return
        case .bulkError:
            copy(until: start, to: &buffer)
            buffer.putMarker(RESPKind.simpleError.rawValue)
            buffer.putText(reader.bytes.extracting(payload..<payload + number))
            buffer.putLineEnd()
        }
        written = reader.position
    }

    /// Copies what is before `end` and has not been written.
    private mutating func copy(until end: Int, to buffer: inout EncodingBuffer) {
        guard end > written else { return }
        buffer.reserve(end - written)
        buffer.put(reader.bytes.extracting(written..<end))
        written = end
    }
}
