// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A verbatim string with its format: text that a server means to be shown as it is, such as the answer of `INFO`.
///
/// Those who don't care for the format decode a `String`.
public struct RESPVerbatimString: RESPDecodable, Hashable, Sendable {
    /// Three letters: `txt` for plain text, `mkd` for Markdown.
    public var format: RESPBytes
    /// The text.
    public var text: RESPBytes

    /// Text of a format.
    public init(_ text: RESPBytes, format: RESPBytes = "txt") {
        self.text = text
        self.format = format
    }

    /// Takes a verbatim string; or any other string as plain text, which is what RESP2 has in its place.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        switch try reader.peekKind() {
        case .verbatimString:
            (format, text) = try reader.readVerbatim()
        case .simpleString, .bulkString:
            (format, text) = ("txt", try reader.readBytes())
        case let kind:
            throw reader.mismatch("a verbatim string", kind)
        }
    }
}
