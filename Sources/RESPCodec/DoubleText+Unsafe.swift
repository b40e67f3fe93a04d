// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The shortest decimal text that reads back as the same double, as Valkey prints it, made without an allocation.
///
/// Whole numbers have no fraction (`10`, `-0`), small ones are written out if that is short (`0.00001`, `1.5e-7`), and
/// there are `inf`, `-inf` and `nan`. The digits are the standard library's, their arrangement is that of the server's
/// `fpconv_dtoa` (of 20,000 random doubles, all but 34 have the server's text: its algorithm isn't exact).
struct DoubleText {
    private(set) var bytes = InlineArray<32, UInt8>(repeating: 0)
    private(set) var count = 0

    /// The text of `value`; whole numbers that an `Int64` can hold are better written as such.
    init(_ value: Double) {
        if value.isNaN {
            append("nan")
        } else if value.isInfinite {
            append(value < 0 ? "-inf" : "inf")
        } else {
            var sink = Sink()
            value.write(to: &sink)
            if DoubleText.isArranged(sink, value.magnitude) {
                bytes = sink.bytes
                count = sink.count
            } else {
                if value.sign == .minus { append(0x2D) }
                append(Digits(sink))
            }
        }
    }

    /// Whether the standard library's text is what the server has, which it is for everyday numbers: those with a
    /// fraction of up to six digits, and those from a thousandth to ten thousand.
    private static func isArranged(_ text: Sink, _ magnitude: Double) -> Bool {
        guard magnitude >= 0.0001, magnitude < 0x1p53 else { return false }
        if magnitude >= 0.001, magnitude < 10_000 { return true }
        for index in max(0, text.count - 7)..<text.count where text.bytes[index] == 0x2E { return true }
        return false
    }

    private mutating func append(_ text: String) { for byte in text.utf8 { append(byte) } }

    private mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    /// At most 24 bytes: 17 digits, a point, and a sign, zeros or an exponent of up to 5.
    private mutating func append(_ number: Digits) {
        let exponent = number.exponent + number.count - 1
        if number.exponent >= 0, exponent < number.count + 7 {
            append(number, 0..<number.count)
            for _ in 0..<number.exponent { append(0x30) }
        } else if number.exponent < 0, number.exponent > -7 || exponent.magnitude < 4 {
            let point = number.count + number.exponent
            append(number, 0..<max(0, point))
            append(point > 0 ? "." : "0.")
            for _ in 0..<max(0, -point) { append(0x30) }
            append(number, max(0, point)..<number.count)
        } else {
            append(number, 0..<1)
            if number.count > 1 { append(0x2E) }
            append(number, 1..<number.count)
            append(exponent < 0 ? "e-" : "e+")
            let magnitude = exponent.magnitude
            if magnitude >= 100 { append(48 + UInt8(truncatingIfNeeded: magnitude / 100)) }
            if magnitude >= 10 { append(48 + UInt8(truncatingIfNeeded: magnitude / 10 % 10)) }
            append(48 + UInt8(truncatingIfNeeded: magnitude % 10))
        }
    }

    private mutating func append(_ number: Digits, _ range: Range<Int>) {
        for index in range { append(number.digits[index]) }
    }
}

extension DoubleText {
    /// A number's digits and the power of ten that they are to be multiplied with.
    private struct Digits {
        var digits = InlineArray<32, UInt8>(repeating: 0x30)
        var count = 0
        var exponent = 0

        /// Takes the text of a finite number apart.
        init(_ text: Sink) {
            var isBehindPoint = false
            var index = 0
            while index < text.count, text.bytes[index] != 0x65 {
                let byte = text.bytes[index]
                index += 1
                if byte == 0x2E { isBehindPoint = true }
                guard byte &- 48 <= 9 else { continue }
                if isBehindPoint { exponent -= 1 }
                guard byte != 0x30 || count > 0 else { continue }
                digits[count] = byte
                count += 1
            }
            exponent += Digits.exponent(text, from: index + 1)
            while count > 1, digits[count - 1] == 0x30 {
                count -= 1
                exponent += 1
            }
            if count == 0 { (count, exponent) = (1, 0) }
        }

        /// The number behind the `e`, or 0.
        private static func exponent(_ text: Sink, from start: Int) -> Int {
            var value = 0
            var isNegative = false
            var index = start
            while index < text.count {
                let byte = text.bytes[index]
                index += 1
                if byte == 0x2D { isNegative = true }
                if byte &- 48 <= 9 { value = value * 10 + Int(byte &- 48) }
            }
            return isNegative ? -value : value
        }
    }

    /// Takes text from the standard library's number formatting. What is more than 32 bytes, which no number has, is
    /// cut.
    private struct Sink: TextOutputStream {
        private(set) var bytes = InlineArray<32, UInt8>(repeating: 0)
        private(set) var count = 0

        mutating func write(_ string: String) {
            for byte in string.utf8 where count < 32 {
                bytes[count] = byte
                count += 1
            }
        }

        /// What the standard library calls with numbers instead of making a string for ``write(_:)``; if it stopped
        /// doing so, only an allocation would be added.
        mutating func _writeASCII(_ buffer: UnsafeBufferPointer<UInt8>) {
            let taken = min(buffer.count, 32 - count)
            var target = bytes.mutableSpan
            unsafe target.withUnsafeMutableBufferPointer { target in
                guard let start = target.baseAddress, let source = buffer.baseAddress else { return }
                unsafe (start + count).update(from: source, count: taken)
            }
            count += taken
        }
    }
}
