// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The text of a RESP3 double, byte by byte: `[sign] digits [. digits] [e [sign] digits]`, or `inf` or `nan` with an
/// optional sign. Hexadecimal, white space and anything else that C's `strtod` would take is refused.
struct DecimalGrammar: Sendable {
    private enum State: UInt8 {
        case start, sign, integral, point, fraction, exponentMark, exponentSign, exponent
        case i, `in`, inf, n, na, nan
    }

    private var state = State.start

    /// Takes the next byte. False: the text is not a number, whatever follows.
    mutating func accepts(_ byte: UInt8) -> Bool {
        switch (state, byte) {
        case (.start, 0x2B), (.start, 0x2D): state = .sign
        case (.start, 0x30...0x39), (.sign, 0x30...0x39), (.integral, 0x30...0x39): state = .integral
        case (.integral, 0x2E): state = .point
        case (.point, 0x30...0x39), (.fraction, 0x30...0x39): state = .fraction
        case (.integral, 0x65), (.integral, 0x45), (.fraction, 0x65), (.fraction, 0x45): state = .exponentMark
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
        case .integral, .fraction, .exponent, .inf, .nan: true
        default: false
        }
    }
}
