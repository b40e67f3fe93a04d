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
        if Number.bitWidth > 64, count > 18 { return wideDecimal(from: index, isNegative: isNegative) }
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

    /// The same for numbers of more than 64 bits.
    @inlinable
    func wideDecimal<Number: FixedWidthInteger>(from start: Int, isNegative: Bool) -> Number? {
        var value: Number = 0
        for index in start..<count {
            let digit = self[index] &- 48
            guard digit <= 9 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(Number(digit)) : product.addingReportingOverflow(Number(digit))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The number that the bytes spell as a double, rounded correctly. Nil if they don't spell one.
    var decimalDouble: Double? {
        // What fits into 53 bits and a power of ten up to 22 are exact in a Double, and so is what their quotient rounds to.
        if let plain = plainDecimal, plain.magnitude <= 1 << 53, plain.decimals <= 22 {
            let magnitude = Double(plain.magnitude) / powersOfTen[plain.decimals]
            return plain.isNegative ? -magnitude : magnitude
        }
        guard let form = decimalForm else { return nil }
        switch form {
        case .finite: return Double(String(utf8: self))
        case .infinity: return self[0] == 0x2D ? -.infinity : .infinity
        case .nan: return .nan
        }
    }

    /// The number that the bytes spell as a float, rounded once. Nil if they don't spell one.
    var decimalFloat: Float? {
        if let plain = plainDecimal, plain.magnitude <= 1 << 24, plain.decimals <= 10 {
            let magnitude = Float(plain.magnitude) / Float(powersOfTen[plain.decimals])
            return plain.isNegative ? -magnitude : magnitude
        }
        guard let form = decimalForm else { return nil }
        switch form {
        case .finite: return Float(String(utf8: self))
        case .infinity: return self[0] == 0x2D ? -.infinity : .infinity
        case .nan: return .nan
        }
    }

    /// The truth value that the bytes spell: `t` or `f`, `1` or `0`. Nil if they don't spell one.
    var boolean: Bool? {
        guard count == 1 else { return nil }
        switch self[0] {
        case 0x74, 0x31: return true
        case 0x66, 0x30: return false
        default: return nil
        }
    }

    /// Digits, at most with a sign and a point among them, and 18 at most: what the usual numbers consist of.
    private var plainDecimal: (magnitude: UInt64, decimals: Int, isNegative: Bool)? {
        guard count > 0 else { return nil }
        let start = self[0] == 0x2D || self[0] == 0x2B ? 1 : 0
        guard start < count, count &- start <= 19, self[start] != 0x2E else { return nil }
        var magnitude: UInt64 = 0
        var point = count
        for index in start..<count {
            let digit = UInt64(self[index]) &- 48
            if digit <= 9 {
                magnitude = magnitude &* 10 &+ digit
            } else {
                guard self[index] == 0x2E, point == count, index &+ 1 < count else { return nil }
                point = index
            }
        }
        return (magnitude, Swift.max(0, count &- point &- 1), self[0] == 0x2D)
    }

    /// What kind of number the bytes spell; nil if none.
    private var decimalForm: DecimalForm? {
        var grammar = DecimalGrammar(isLenient: true)
        for index in 0..<count {
            guard grammar.accepts(self[index]) else { return nil }
        }
        guard grammar.isComplete else { return nil }
        // What ends with a letter is inf or nan.
        switch self[count &- 1] {
        case 0x66: return .infinity
        case 0x6E: return .nan
        default: return .finite
        }
    }
}

private enum DecimalForm { case finite, infinity, nan }

private let powersOfTen: InlineArray<23, Double> = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
