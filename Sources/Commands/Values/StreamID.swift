// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What tells the entries of a stream apart, and orders them: a time in milliseconds, and a number for entries of the same.
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
        let hyphen = text.indices.first { text[$0] == UInt8(ascii: "-") }
        guard let milliseconds = Self.number(text, 0..<(hyphen ?? text.count)) else { return nil }
        guard let hyphen else {
            self.init(milliseconds, 0)
            return
        }
        guard let sequence = Self.number(text, hyphen + 1..<text.count) else { return nil }
        self.init(milliseconds, sequence)
    }

    /// Digits and nothing else, at least one.
    private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var number: UInt64 = 0
        for index in range {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = product.addingReportingOverflow(UInt64(digit))
            guard !isTooLarge, !overflows else { return nil }
            number = sum
        }
        return number
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

extension StreamID: BulkStringConvertible, LosslessStringConvertible {
    /// The identifier as the server spells it: `5-1`.
    public var description: String {
        let text = StreamIDText(self)
        guard let digits = try? UTF8Span(validating: text.bytes.span.extracting(text.start...)) else { return "" }
        return String(copying: digits)
    }

    /// The identifier as the server spells it.
    public var bulkString: BulkString { .string(description) }

    /// Appends it as a bulk string, with a `(` in front if it is to be left out. Allocates nothing unless the encoder grows.
    @usableFromInline func encode(into encoder: inout CommandEncoder, isExcluded: Bool = false) {
        var text = StreamIDText(self)
        if isExcluded { text.put(UInt8(ascii: "(")) }
        encoder.bulk(text.bytes.span.extracting(text.start...))
    }
}

/// An identifier as the server spells it, written from its end.
private struct StreamIDText {
    /// Two numbers of 20 digits and two signs.
    private(set) var bytes = InlineArray<42, UInt8>(repeating: 0)
    /// Where it begins.
    private(set) var start = 42

    init(_ id: StreamID) {
        put(id.sequence)
        put(UInt8(ascii: "-"))
        put(id.milliseconds)
    }

    mutating func put(_ byte: UInt8) {
        start -= 1
        bytes[start] = byte
    }

    private mutating func put(_ number: UInt64) {
        var number = number
        repeat {
            put(UInt8(ascii: "0") + UInt8(number % 10))
            number /= 10
        } while number > 0
    }
}
