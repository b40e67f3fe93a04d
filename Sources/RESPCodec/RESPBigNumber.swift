// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// An integer of any size, as its decimal text: for big numbers that no integer type of Swift takes, and to hand on to
/// libraries that calculate with such.
///
/// ```swift
/// let number = RESPBigNumber("-36893488147419103232")!
/// Int128(number)   // -36893488147419103232
/// Int(number)      // nil
/// ```
public struct RESPBigNumber: Hashable, Sendable {
    /// The digits, the most significant one first, behind a minus sign if the number is negative. Without leading zeros,
    /// so that equal numbers are equal.
    public let digits: RESPBytes

    /// The number that `text` spells: an optional sign and digits. Nil if it doesn't.
    ///
    /// - Complexity: O(*n*). Allocates once if there are more than 23 digits.
    public init?(_ text: RESPBytes) {
        let span = text.span
        guard let start = RESPBigNumber.firstSignificantDigit(of: span) else { return nil }
        let isNegative = span[0] == 0x2D && span[start] != 0x30
        switch (start, isNegative) {
        case (0, _), (1, true): digits = text
        case (_, false): digits = RESPBytes(span.extracting(droppingFirst: start))
        case (_, true): digits = RESPBytes([0x2D] + [UInt8](copying: span.extracting(droppingFirst: start)))
        }
    }

    /// The number that `text` spells: an optional sign and digits. Nil if it doesn't.
    public init?(_ text: String) { self.init(RESPBytes(text)) }

    /// The number that `value` is.
    public init(_ value: some BinaryInteger) { digits = RESPBytes(String(value)) }

    /// Whether the number is below zero.
    public var isNegative: Bool { digits.span[0] == 0x2D }

    /// The index of the first digit other than zero, or of the last one; nil if this isn't a number.
    private static func firstSignificantDigit(of text: Span<UInt8>) -> Int? {
        guard text.count > 0 else { return nil }
        let start = text[0] == 0x2D || text[0] == 0x2B ? 1 : 0
        guard start < text.count else { return nil }
        var significant = text.count - 1
        for index in start..<text.count {
            guard text[index] &- 48 <= 9 else { return nil }
            if text[index] != 0x30 { significant = min(significant, index) }
        }
        return significant
    }
}

extension RESPBigNumber: RESPDecodable {
    /// Takes a big number, an integer, or a string that spells one.
    ///
    /// - Complexity: O(*n*). Up to 23 digits are copied, more shared, as with ``RESPBytes``.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let payload = try reader.takePayload("a big number")
        let text = RESPBytes(
            storage: ByteStorage(
                reader.bytes.extracting(payload.start..<payload.start + payload.count), in: reader.chunk,
                at: reader.chunkOffset + payload.start))
        guard let number = RESPBigNumber(text) else { throw reader.unconvertible("a big number", payload) }
        self = number
    }
}

extension RESPBigNumber: CustomStringConvertible {
    /// The number in decimal.
    public var description: String { String(digits) }
}

extension FixedWidthInteger {
    /// The same number; nil if it is out of range. O(*n*), allocates nothing.
    @inlinable public init?(_ number: RESPBigNumber) { self.init(number.digits) }
}
