// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What tells the entries of a stream apart, and orders them: a time in milliseconds, and a number for entries of the same.
///
/// Methods take one wherever they take an identifier, beside the server's own words: `-`, `+`, `$`, `>`, `(5-1`.
///
/// The server's documentation calls it `<ms>-<seq>`; both parts are unsigned and have 64 bits.
@frozen public struct StreamID: Hashable, Comparable, BitwiseCopyable, Sendable {
    /// The time by the clock of the server that took the entry, in milliseconds since 1970, unless somebody chose another number.
    public let milliseconds: UInt64
    /// The number of the entry among those of the same millisecond, from 0.
    public let sequence: UInt64

    /// The identifier of these parts.
    @inlinable
    public init(_ milliseconds: UInt64, _ sequence: UInt64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    /// The identifier that a text spells, `5-1`; without a number, `5`, that is 0. nil for any other text.
    public init?(_ text: String) {
        let text = text.utf8Span
        self.init(text.span)
    }

    /// In front of every entry: `0-0`, which no entry has.
    @inlinable public static var zero: StreamID { StreamID(0, 0) }

    /// By time, then by number.
    @inlinable public static func < (one: StreamID, other: StreamID) -> Bool {
        (one.milliseconds, one.sequence) < (other.milliseconds, other.sequence)
    }

    private init?(_ text: Span<UInt8>) {
        var parts: (UInt64, UInt64) = (0, 0)
        var digits = 0
        var isSecond = false
        for index in text.indices {
            let byte = text[index]
            if byte == UInt8(ascii: "-"), !isSecond, digits > 0 {
                isSecond = true
                digits = 0
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (product, isTooLarge) = (isSecond ? parts.1 : parts.0).multipliedReportingOverflow(by: 10)
            let (sum, overflows) = product.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
            guard !isTooLarge, !overflows else { return nil }
            if isSecond { parts.1 = sum } else { parts.0 = sum }
            digits += 1
        }
        guard digits > 0 else { return nil }
        self.init(parts.0, parts.1)
    }
}

extension StreamID: RESPDecodable {
    /// Takes a string. Allocates nothing.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let text = try reader.readSpan()
        guard let id = StreamID(text) else {
            throw RESPTypeMismatch(wanted: "a stream's identifier", found: .text(String(RESPBytes(text))))
        }
        self = id
    }
}

extension StreamID: BulkStringConvertible {
    /// The identifier as the server spells it.
    public var bulkString: BulkString { .string(description) }
}

extension StreamID: LosslessStringConvertible, ExpressibleByStringLiteral {
    /// The identifier as the server spells it: `5-1`.
    public var description: String { "\(milliseconds)-\(sequence)" }

    /// The identifier that a literal spells. Traps for a literal that spells none.
    public init(stringLiteral text: String) {
        guard let id = StreamID(text) else { preconditionFailure("'\(text)' is no identifier of an entry") }
        self = id
    }
}
