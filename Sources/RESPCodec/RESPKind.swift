// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The type marker that every RESP value starts with; the raw value is the byte on the wire.
///
/// Markers and their meaning: <https://valkey.io/topics/protocol/>. RESP2 has the first five only and writes nulls as a
/// bulk string or an array of length −1; ``RESPReader`` and ``RESPFrame`` report both of those as ``null``.
public enum RESPKind: UInt8, Sendable, Hashable, CaseIterable {
    /// `+`: a short line of text without line breaks.
    case simpleString = 0x2B
    /// `-`: an error, whose first word is its code.
    case simpleError = 0x2D
    /// `:`: a signed 64-bit integer.
    case integer = 0x3A
    /// `$`: binary-safe bytes, preceded by their count.
    case bulkString = 0x24
    /// `*`: values in order.
    case array = 0x2A
    /// `_`: no value (RESP3; RESP2's two forms are reported as this kind, too).
    case null = 0x5F
    /// `#`: true or false (RESP3).
    case boolean = 0x23
    /// `,`: a floating-point number (RESP3).
    case double = 0x2C
    /// `(`: an integer of any size, as decimal text (RESP3).
    case bigNumber = 0x28
    /// `!`: an error whose text is binary-safe (RESP3).
    case bulkError = 0x21
    /// `=`: bytes preceded by a three-letter format, such as `txt:` (RESP3).
    case verbatimString = 0x3D
    /// `%`: keys and values in order (RESP3).
    case map = 0x25
    /// `~`: values without order (RESP3).
    case set = 0x7E
    /// `>`: out-of-band values, such as a published message (RESP3).
    case push = 0x3E
    /// `|`: keys and values *about* the value that follows (RESP3); never counted as an element.
    case attribute = 0x7C

    /// Whether this is `-` or `!`.
    @inlinable public var isError: Bool { self == .simpleError || self == .bulkError }

    /// Whether a value of this kind is a count followed by other values.
    @inlinable public var isAggregate: Bool {
        switch self {
        case .array, .map, .set, .push, .attribute: true
        default: false
        }
    }
}

extension RESPKind: CustomStringConvertible {
    /// The kind in words, such as `bulk string`.
    public var description: String {
        switch self {
        case .simpleString: "simple string"
        case .simpleError: "error"
        case .integer: "integer"
        case .bulkString: "bulk string"
        case .array: "array"
        case .null: "null"
        case .boolean: "boolean"
        case .double: "double"
        case .bigNumber: "big number"
        case .bulkError: "bulk error"
        case .verbatimString: "verbatim string"
        case .map: "map"
        case .set: "set"
        case .push: "push"
        case .attribute: "attribute"
        }
    }
}
