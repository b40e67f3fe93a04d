// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The text of a number with a fraction, byte by byte. Hexadecimal, white space and anything else that C's `strtod`
/// would take is refused.
///
/// On the wire, numbers are written as in JSON: `[-] digits [. digits] [e [sign] digits]` without leading zeros, or
/// `inf` or `nan` with an optional minus sign. In text that users wrote, a plus sign and leading zeros are fine.
struct DecimalGrammar: Sendable {
    private enum State: UInt8 {
        case start, sign, zero, integral, point, fraction, exponentMark, exponentSign, exponent
        case i, `in`, inf, n, na, nan
    }

    private var state = State.start
    private let isLenient: Bool

    init(isLenient: Bool = false) { self.isLenient = isLenient }

    /// Takes the next byte. False: the text is not a number, whatever follows.
    mutating func accepts(_ byte: UInt8) -> Bool {
        switch (state, byte) {
        case (.start, 0x2D): state = .sign
        case (.start, 0x2B) where isLenient: state = .sign
        case (.start, 0x30), (.sign, 0x30): state = isLenient ? .integral : .zero
        case (.start, 0x31...0x39), (.sign, 0x31...0x39), (.integral, 0x30...0x39): state = .integral
        case (.zero, 0x2E), (.integral, 0x2E): state = .point
        case (.point, 0x30...0x39), (.fraction, 0x30...0x39): state = .fraction
        case (.zero, 0x65), (.zero, 0x45), (.integral, 0x65), (.integral, 0x45), (.fraction, 0x65), (.fraction, 0x45):
            state = .exponentMark
        case (.exponentMark, 0x2B), (.exponentMark, 0x2D): state = .exponentSign
        case (.exponentMark, 0x30...0x39), (.exponentSign, 0x30...0x39), (.exponent, 0x30...0x39): state = .exponent
        case (.start, 0x69), (.sign, 0x69): state = .i
        case (.i, 0x6E): state = .in
        case (.in, 0x66): state = .inf
        case (.start, 0x6E), (.sign, 0x6E): state = .n
        case (.n, 0x61): state = .na
        case (.na, 0x6E): state = .nan
        default: return false
        }
        return true
    }

    /// Whether the text may end here.
    var isComplete: Bool {
        switch state {
        case .zero, .integral, .fraction, .exponent, .inf, .nan: true
        default: false
        }
    }
}
