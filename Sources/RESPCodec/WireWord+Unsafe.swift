// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Eight bytes of input in one register, first byte lowest, and what can be found out about them without a loop.
@frozen @usableFromInline
struct WireWord {
    @usableFromInline let bits: UInt64

    @inlinable @inline(__always)
    init(bits: UInt64) { self.bits = bits }

    /// The bytes from `index` on. Traps unless eight are there.
    @inlinable @inline(__always)
    init(_ bytes: Span<UInt8>, at index: Int) {
        precondition(index >= 0 && index &+ 8 <= bytes.count)
        let raw = unsafe bytes.bytes
        self.bits = UInt64(
            littleEndian: unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
    }

    /// What stands behind the marker at `index`, completed with zeros behind the last byte. Nil if nothing does, or if
    /// there are fewer than eight bytes in all.
    @inlinable @inline(__always)
    init?(_ bytes: Span<UInt8>, behindMarkerAt index: Int) {
        let beyond = index &+ 9 &- bytes.count
        if beyond <= 0 {
            self.init(bytes, at: index &+ 1)
        } else {
            guard beyond < 8, bytes.count >= 8 else { return nil }
            self.init(
                bits: WireWord(bytes, at: bytes.count &- 8).bits >> UInt64(truncatingIfNeeded: beyond &* 8))
        }
    }

    /// A count or length with its CRLF at the start of this word: value, and bytes taken. Nothing is taken unless the
    /// text is a plain number of one to six digits, without sign and leading zero.
    @inlinable @inline(__always)
    var length: (value: Int, width: Int) {
        let first = bits & 0xFF &- 48
        if first <= 9 {
            if bits & 0xFF_FF00 == 0x0A_0D00 { return (Int(truncatingIfNeeded: first), 3) }
            let second = bits >> 8 & 0xFF &- 48
            if second <= 9, first != 0 {
                if bits & 0xFFFF_0000 == 0x0A0D_0000 {
                    return (Int(truncatingIfNeeded: first &* 10 &+ second), 4)
                }
                let third = bits >> 16 & 0xFF &- 48
                if third <= 9, bits & 0xFF_FF00_0000 == 0x0A_0D00_0000 {
                    return (Int(truncatingIfNeeded: first &* 100 &+ second &* 10 &+ third), 5)
                }
                let (value, digits) = digitsBeforeLineEnd
                if digits > 0 { return (value, digits &+ 2) }
            }
        }
        return (0, 0)
    }

    /// One to six digits that end with CRLF inside this word: their value and how many they are; no digits otherwise.
    @inlinable @inline(__always)
    var digitsBeforeLineEnd: (value: Int, digits: Int) {
        let count = WireWord.firstZero(bits ^ 0x0D0D_0D0D_0D0D_0D0D)
        guard count &- 1 < 6, bits >> UInt64(truncatingIfNeeded: (count &+ 1) &* 8) & 0xFF == 0x0A else {
            return (0, 0)
        }
        // The digits go to the high end, zeros below them stand for leading zeros.
        let shift = UInt64(truncatingIfNeeded: 64 &- count &* 8)
        let values = (bits << shift) ^ (0x3030_3030_3030_3030 & (~0 << shift))
        guard (values | (values &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0 else { return (0, 0) }
        return (WireWord.sum(ofDigits: values), Int(bitPattern: count))
    }

    /// Whether all eight bytes are decimal digits.
    @inlinable @inline(__always)
    var isAllDigits: Bool {
        let values = bits ^ 0x3030_3030_3030_3030
        return (values | (values &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0
    }

    /// The index of the first byte that is a carriage return or a line feed; 8 if there is none.
    @inlinable @inline(__always)
    var firstLineBreak: Int {
        let carriageReturn = WireWord.zeros(bits ^ 0x0D0D_0D0D_0D0D_0D0D)
        let lineFeed = WireWord.zeros(bits ^ 0x0A0A_0A0A_0A0A_0A0A)
        return (carriageReturn | lineFeed).trailingZeroBitCount >> 3
    }

    /// The decimal number written in eight bytes that hold 0…9, the first byte being the most significant digit.
    @inlinable @inline(__always)
    static func sum(ofDigits values: UInt64) -> Int {
        let pairs = values &* 10 &+ values >> 8
        let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = (pairs >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return Int(truncatingIfNeeded: (low &+ high) >> 32 & 0xFFFF_FFFF)
    }

    /// High bits of the bytes that are zero. Bytes above the first zero may be marked wrongly, the first never is.
    @inlinable @inline(__always)
    static func zeros(_ bits: UInt64) -> UInt64 {
        (bits &- 0x0101_0101_0101_0101) & ~bits & 0x8080_8080_8080_8080
    }

    @inlinable @inline(__always)
    static func firstZero(_ bits: UInt64) -> UInt { UInt(bitPattern: zeros(bits).trailingZeroBitCount >> 3) }
}
