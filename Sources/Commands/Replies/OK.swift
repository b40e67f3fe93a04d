// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The answer of a command that only says that it was done. Anything else the server may say is an error.
@frozen public struct OK: RESPDecodable, Hashable, Sendable, CustomStringConvertible {
    /// Done.
    @inlinable public init() {}

    /// Takes any status line, or the same text as a bulk string.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let kind = try reader.peekKind()
        // Reading a string also takes numbers, and says what is wrong with an error in the place of a status.
        let text = try reader.readString()
        guard kind == .simpleString || kind == .bulkString else {
            throw RESPTypeMismatch(wanted: "a status", found: .text(text))
        }
    }

    /// `OK`.
    public var description: String { "OK" }
}
