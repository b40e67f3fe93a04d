// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Short texts and errors. Line breaks in them become spaces wherever they stand in a line, so that no text can end it
/// and have its rest read as another reply.
extension ReplyEncoder {
    /// Appends a short text such as `OK` or `QUEUED` as a simple string.
    public mutating func simpleString(_ text: String) { buffer.putTextLine(0x2B, text.utf8Span.span) }

    /// Appends a short text as a simple string.
    public mutating func simpleString(_ text: Span<UInt8>) { buffer.putTextLine(0x2B, text) }

    /// Appends an error of a code, such as `ERR` or `WRONGTYPE`, and a message.
    ///
    /// ```swift
    /// encoder.error(code: "ERR", "unknown command")   // "-ERR unknown command\r\n"
    /// ```
    ///
    /// - Parameters:
    ///   - code: one word in capitals, which clients know the kind of an error by.
    ///   - message: the rest of the text, for people.
    public mutating func error(code: String, _ message: String) {
        buffer.putMarker(0x2D)
        buffer.putText(code.utf8Span.span)
        buffer.putMarker(0x20)
        buffer.putText(message.utf8Span.span)
        buffer.putLineEnd()
    }

    /// Appends an error whose text has its code as the first word, such as ``RESPFrame/errorMessage``.
    public mutating func error(_ text: String) { buffer.putTextLine(0x2D, text.utf8Span.span) }

    /// Appends an error whose text has its code as the first word.
    public mutating func error(_ text: Span<UInt8>) { buffer.putTextLine(0x2D, text) }

    /// Appends an error of a code and a message of any bytes, which is kept as it is. RESP2: an ordinary error, with
    /// spaces in place of line breaks.
    public mutating func bulkError(code: String, _ message: String) {
        guard version == .resp3 else { return error(code: code, message) }
        let code = code.utf8Span.span
        let message = message.utf8Span.span
        buffer.putHeader(0x21, code.count + 1 + message.count)
        raw(code)
        buffer.putMarker(0x20)
        raw(message)
        buffer.putLineEnd()
    }

    /// Appends an error whose text, any bytes, has its code as the first word. RESP2: an ordinary error, with spaces in
    /// place of line breaks.
    public mutating func bulkError(_ text: Span<UInt8>) {
        guard version == .resp3 else { return error(text) }
        buffer.putHeader(0x21, text.count)
        raw(text)
        buffer.putLineEnd()
    }

    /// Appends text of a format, such as `txt` or `mkd`, that a client may show as it is. RESP2: a bulk string of the
    /// text.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - format: three bytes; as in the server, longer ones are cut and shorter ones filled up with spaces.
    public mutating func verbatimString(_ text: String, format: String = "txt") {
        verbatimString(text.utf8Span.span, format: format.utf8Span.span)
    }

    /// Appends text of a format; see ``verbatimString(_:format:)``.
    public mutating func verbatimString(_ text: Span<UInt8>, format: Span<UInt8>) {
        guard version == .resp3 else { return bulkString(text) }
        buffer.putHeader(0x3D, text.count + 4)
        for index in 0..<3 { buffer.putMarker(index < format.count ? format[index] : 0x20) }
        buffer.putMarker(0x3A)
        raw(text)
        buffer.putLineEnd()
    }
}

extension EncodingBuffer {
    /// Appends one byte.
    mutating func putMarker(_ byte: UInt8) {
        reserve(8)
        put(UInt64(byte), count: 1)
    }
}
