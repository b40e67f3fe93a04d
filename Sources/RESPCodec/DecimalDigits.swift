// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The decimal digits of a number below 2⁶⁴ as words of eight, without a loop: which also says how many they are.
struct DecimalDigits {
    /// Eight digits each, the first one lowest; those of `leading` without leading zeros.
    private(set) var leading: UInt64
    private(set) var leadingCount: Int
    private(set) var following: UInt64 = 0
    private(set) var last: UInt64 = 0
    /// How many words follow the leading one: 0, 1 (`last`) or 2.
    private(set) var wordsBehind = 0

    /// The digits of a number below 10⁸.
    @inline(__always)
    init(short value: UInt64) {
        let digits = DecimalDigits.eight(value)
        // Seven leading zeros at most are taken off: the last digit stays, whatever it is.
        let zeros = ((digits ^ DecimalDigits.ascii) | 1 << 56).trailingZeroBitCount & ~7
        leading = digits >> UInt64(truncatingIfNeeded: zeros)
        leadingCount = 8 &- zeros / 8
    }

    init(_ value: UInt64) {
        let word = 100_000_000 as UInt64
        guard value >= word else {
            self.init(short: value)
            return
        }
        let upper = value / word
        if upper < word {
            self.init(short: upper)
            wordsBehind = 1
        } else {
            let top = upper / word
            self.init(short: top)
            following = DecimalDigits.eight(upper &- top &* word)
            wordsBehind = 2
        }
        last = DecimalDigits.eight(value &- upper &* word)
    }

    /// How many digits there are, 1 to 20.
    var count: Int { leadingCount &+ wordsBehind &* 8 }

    private static var ascii: UInt64 { 0x3030_3030_3030_3030 }

    /// The eight digits of a number below 10⁸: halves, quarters and digits are split off side by side in one
    /// register, dividing by multiplication.
    @inline(__always)
    static func eight(_ value: UInt64) -> UInt64 {
        let upper = value / 10_000
        let halves = upper | (value &- upper &* 10_000) << 32
        let hundreds = ((halves &* 10_486) >> 20) & 0x0000_007F_0000_007F
        let quarters = hundreds | (halves &- hundreds &* 100) << 16
        let tens = ((quarters &* 103) >> 10) & 0x000F_000F_000F_000F
        return (tens | (quarters &- tens &* 10) << 8) | ascii
    }
}
