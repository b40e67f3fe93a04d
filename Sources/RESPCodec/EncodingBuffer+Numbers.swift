// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension EncodingBuffer {
    /// Appends an integer as a bulk string.
    @usableFromInline
    mutating func putBulk(magnitude: UInt64, isNegative: Bool) {
        if putShortBulk(magnitude: magnitude, isNegative: isNegative) { return }
        let digits = DecimalDigits(magnitude)
        putHeader(0x24, isNegative ? digits.count &+ 1 : digits.count)
        put(digits, isNegative: isNegative)
        put(0x0A0D, count: 2)
    }

    /// Appends a marker, an integer and CRLF.
    @usableFromInline
    mutating func putLine(_ marker: UInt8, magnitude: UInt64, isNegative: Bool) {
        reserve(8)
        put(UInt64(marker), count: 1)
        put(DecimalDigits(magnitude), isNegative: isNegative)
        put(0x0A0D, count: 2)
    }

    /// Appends digits, perhaps with a minus, and leaves room for CRLF.
    private mutating func put(_ digits: DecimalDigits, isNegative: Bool) {
        reserve(48)
        if isNegative { put(0x2D, count: 1) }
        put(digits)
    }

    /// Appends `digits`. There is room for 28 bytes: see ``reserve(_:)``.
    mutating func put(_ digits: DecimalDigits) {
        put(digits.leading, count: digits.leadingCount)
        if digits.wordsBehind == 2 { put(digits.following, count: 8) }
        if digits.wordsBehind >= 1 { put(digits.last, count: 8) }
    }
}

/// Integers wider than 64 bits, in groups of 16 digits: nothing is allocated for them either.
extension EncodingBuffer {
    /// Appends an integer as a bulk string; or, with a marker, as a line of its own.
    @inlinable
    mutating func putWide<Number: FixedWidthInteger>(_ value: Number, line marker: UInt8? = nil) {
        let group = Number.Magnitude(10_000_000_000_000_000 as UInt64)
        var rest = value.magnitude
        var divisor = 1 as Number.Magnitude
        var groups = 0
        while rest / divisor >= group {
            divisor *= group
            groups += 1
        }
        var digits = rest / divisor
        putWideStart(UInt64(truncatingIfNeeded: digits), isNegative: value < 0, groups: groups, line: marker)
        while groups > 0 {
            rest -= digits * divisor
            divisor /= group
            groups -= 1
            digits = rest / divisor
            putGroup(UInt64(truncatingIfNeeded: digits))
        }
        putLineEnd()
    }

    /// Appends a header or a marker, and the first digits of a number that has `groups` of 16 digits more.
    @usableFromInline
    mutating func putWideStart(_ leading: UInt64, isNegative: Bool, groups: Int, line marker: UInt8?) {
        let digits = DecimalDigits(leading)
        if let marker {
            reserve(8)
            put(UInt64(marker), count: 1)
        } else {
            putHeader(0x24, digits.count &+ groups &* 16 &+ (isNegative ? 1 : 0))
        }
        put(digits, isNegative: isNegative)
    }

    /// Appends 16 digits, zeros in front included.
    @usableFromInline
    mutating func putGroup(_ value: UInt64) {
        reserve(24)
        let upper = value / 100_000_000
        put(DecimalDigits.eight(upper), count: 8)
        put(DecimalDigits.eight(value &- upper &* 100_000_000), count: 8)
    }

    /// Appends CRLF.
    @usableFromInline
    mutating func putLineEnd() {
        reserve(8)
        put(0x0A0D, count: 2)
    }
}

extension EncodingBuffer {
    /// Appends the text of a double as a bulk string; or, with a marker, as a line of its own.
    mutating func put(_ value: Double, line marker: UInt8? = nil) {
        // Whole numbers are written out, as far as Valkey does so. `Int64(exactly:)` rounds, and so would need libm in
        // programs that are not optimized and import nothing else.
        let whole = value.magnitude <= 0x1p62 ? Int64(value) : 0
        if Double(whole) == value, whole != 0 || value.sign == .plus {
            if let marker {
                putLine(marker, magnitude: whole.magnitude, isNegative: whole < 0)
            } else {
                putBulk(magnitude: whole.magnitude, isNegative: whole < 0)
            }
            return
        }
        let text = DoubleText(value)
        if let marker {
            reserve(8)
            put(UInt64(marker), count: 1)
        } else {
            putHeader(0x24, text.count)
        }
        reserve(40)
        put(text.bytes.span.extracting(first: text.count))
        put(0x0A0D, count: 2)
    }
}
