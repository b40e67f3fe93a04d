// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension Span where Element == UInt8 {
    /// The number that the bytes spell: an optional sign and digits. Nil if they don't or if it is out of range.
    @inlinable
    func decimal<Number: FixedWidthInteger>(as type: Number.Type = Number.self) -> Number? {
        var index = 0
        var isNegative = false
        if count > 1, self[0] == 0x2D || self[0] == 0x2B {
            isNegative = self[0] == 0x2D
            index = 1
        }
        guard index < count else { return nil }
        var magnitude: UInt64 = 0
        let safe = Swift.min(count, index &+ 19)
        while index < safe {
            let digit = UInt64(self[index]) &- 48
            guard digit <= 9 else { return nil }
            magnitude = magnitude &* 10 &+ digit
            index &+= 1
        }
        while index < count {
            let digit = UInt64(self[index]) &- 48
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard digit <= 9, !overflow, !carry else { return nil }
            magnitude = sum
            index &+= 1
        }
        guard isNegative else { return Number(exactly: magnitude) }
        guard magnitude <= UInt64(Int64.max) &+ 1 else { return nil }
        return Number(exactly: Int64(truncatingIfNeeded: 0 &- magnitude))
    }

    /// The number that the bytes spell as a RESP3 double, rounded correctly. Nil if they don't spell one.
    var decimalDouble: Double? {
        var grammar = DecimalGrammar(isLenient: true)
        // Up to 15 digits and a power of ten up to 22 are exact in a Double, and so is what their quotient rounds to.
        var digits: Int64 = 0
        var digitCount = 0
        var decimals = -1
        var isPlain = true
        for index in 0..<count {
            let byte = self[index]
            guard grammar.accepts(byte) else { return nil }
            switch byte {
            case 0x30...0x39:
                if digitCount > 0 || byte != 0x30 { digitCount += 1 }
                if digitCount <= 15 { digits = digits * 10 + Int64(byte &- 0x30) }
                if decimals >= 0 { decimals += 1 }
            case 0x2E: decimals = 0
            case 0x2D, 0x2B: if index > 0 { isPlain = false }
            default: isPlain = false
            }
        }
        guard grammar.isComplete else { return nil }
        let isNegative = self[0] == 0x2D
        if isPlain, digitCount <= 15, decimals <= 22 {
            let magnitude = Double(digits) / (decimals > 0 ? powersOfTen(decimals) : 1)
            return isNegative ? -magnitude : magnitude
        }
        // What ends with a letter is inf or nan.
        if self[count - 1] == 0x66 { return isNegative ? -Double.infinity : .infinity }
        if self[count - 1] == 0x6E { return .nan }
        return Double(String(utf8: self))
    }
}

/// 10 to the power of `exponent`, which is at most 22, exactly.
private func powersOfTen(_ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<exponent { power *= 10 }
    return power
}
