// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Why a byte stream is not RESP, or is more of it than the limits allow.
///
/// Every case means that the stream has lost its framing: close the connection. An error *reply* (`-ERR …`) is ordinary
/// data and is never reported this way. Offsets are in bytes, counted from the first byte that the decoder ever got;
/// they don't depend on how the stream was cut into reads.
@nonexhaustive
public enum RESPDecodingError: Error, Hashable, Sendable {
    /// `byte` stands where a type marker has to be.
    case unknownKind(byte: UInt8, offset: Int)
    /// The byte at `offset` can't be part of a count or length: a sign (−1 alone means null, and only for bulk strings
    /// and arrays), a leading zero, no digit at all, or anything that isn't a digit.
    case invalidLength(kind: RESPKind, offset: Int)
    /// The byte at `offset` can't be part of this value (a number, a boolean or a null).
    case invalidValue(kind: RESPKind, offset: Int)
    /// The digit at `offset` makes the integer leave the range of a signed 64-bit number.
    case integerOverflow(offset: Int)
    /// The byte at `offset` breaks a line: a line feed without a carriage return before it, or the reverse.
    case invalidLineBreak(offset: Int)
    /// The byte at `offset` should belong to the CRLF that ends a bulk payload.
    case missingTerminator(offset: Int)
    /// The verbatim string whose payload has its fourth byte at `offset` lacks the colon there.
    case invalidVerbatimFormat(offset: Int)
    /// `byte` stands where the next part of a streamed string has to start, with a semicolon.
    case invalidStreamPart(byte: UInt8, offset: Int)
    /// The streamed map that ends at `offset` has a key without a value.
    case missingValue(offset: Int)
    /// `byte` stands where an argument of a command has to start, as a bulk string, with a dollar sign; or it is a NUL in
    /// an inline command.
    case invalidArgument(byte: UInt8, offset: Int)
    /// The inline command that starts at `offset` has a quote that isn't closed.
    case unbalancedQuotes(offset: Int)
    /// The inline command that starts at `offset` is longer than `limit` bytes.
    case inlineTooLong(limit: Int, offset: Int)
    /// The value at `offset` announces `declared` bytes of payload (`Int.max`: more than 18 digits). Of a streamed string,
    /// it is the part at `offset`, and `declared` counts those before it as well.
    case bulkTooLong(declared: Int, limit: Int, offset: Int)
    /// The aggregate at `offset` announces `declared` elements or pairs (`Int.max`: more than 18 digits). Of a streamed
    /// aggregate, the element that is too many is at `offset`.
    case tooManyElements(declared: Int, limit: Int, offset: Int)
    /// The aggregate at `offset` is nested more than `limit` deep.
    case nestedTooDeeply(limit: Int, offset: Int)
    /// The frame that starts at `offset` is, or announces to be, longer than `limit` bytes.
    case frameTooLarge(limit: Int, offset: Int)
    /// The bytes given as one complete frame end too early; `offset` is their count.
    case incompleteFrame(offset: Int)
    /// The bytes given as one complete frame go on behind its end, at `offset`.
    case trailingBytes(offset: Int)

    /// Where it happened, in bytes from the first byte that the decoder ever got.
    public var offset: Int {
        switch self {
        case .unknownKind(_, let offset), .invalidLength(_, let offset), .invalidValue(_, let offset),
            .integerOverflow(let offset), .invalidLineBreak(let offset), .missingTerminator(let offset),
            .invalidVerbatimFormat(let offset), .invalidStreamPart(_, let offset), .missingValue(let offset),
            .invalidArgument(_, let offset), .unbalancedQuotes(let offset), .inlineTooLong(_, let offset),
            .bulkTooLong(_, _, let offset), .tooManyElements(_, _, let offset), .nestedTooDeeply(_, let offset),
            .frameTooLarge(_, let offset), .incompleteFrame(let offset), .trailingBytes(let offset):
            offset
        }
    }
}

extension RESPDecodingError: CustomStringConvertible {
    /// The error as a sentence, with its offset.
    public var description: String {
        switch self {
        case .unknownKind(let byte, let offset):
            "byte \(byte) at offset \(offset) is not a RESP type marker"
        case .invalidLength(let kind, let offset):
            "malformed \(kind) length at offset \(offset)"
        case .invalidValue(let kind, let offset):
            "malformed \(kind) at offset \(offset)"
        case .integerOverflow(let offset):
            "integer beyond 64 bits at offset \(offset)"
        case .invalidLineBreak(let offset):
            "carriage return and line feed don't stand together at offset \(offset)"
        case .missingTerminator(let offset):
            "CRLF missing behind a payload at offset \(offset)"
        case .invalidVerbatimFormat(let offset):
            "verbatim string without a three-letter format and colon at offset \(offset)"
        case .invalidStreamPart(let byte, let offset):
            "byte \(byte) at offset \(offset), where the next part of a streamed string has to start"
        case .missingValue(let offset):
            "streamed map that ends with a key, at offset \(offset)"
        case .invalidArgument(let byte, let offset):
            "byte \(byte) at offset \(offset), where no command can have it"
        case .unbalancedQuotes(let offset):
            "unbalanced quotes in the inline command at offset \(offset)"
        case .inlineTooLong(let limit, let offset):
            "inline command at offset \(offset) is longer than the limit of \(limit) bytes"
        case .bulkTooLong(let declared, let limit, let offset):
            "payload of \(declared) bytes at offset \(offset) is above the limit of \(limit)"
        case .tooManyElements(let declared, let limit, let offset):
            "aggregate of \(declared) at offset \(offset) is above the limit of \(limit)"
        case .nestedTooDeeply(let limit, let offset):
            "aggregate at offset \(offset) is nested deeper than the limit of \(limit)"
        case .frameTooLarge(let limit, let offset):
            "frame at offset \(offset) is longer than the limit of \(limit) bytes"
        case .incompleteFrame(let offset):
            "the frame isn't complete at its end, offset \(offset)"
        case .trailingBytes(let offset):
            "bytes behind the frame's end, at offset \(offset)"
        }
    }
}
