// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Where words begin and end in the line of an inline command: white space, quotes and what escapes them.
///
/// The rules are those of Valkey 9 (`sdssplitargs`). Parts in quotes and parts without may stand next to each other and are
/// one argument together, as in a shell: `a"b c"'d'` is `ab cd`. Redis, and Valkey before 9, refuse what follows a
/// closing quote immediately.
struct InlineCommandGrammar: Sendable {
    enum Phase: UInt8 {
        case blank, word, doubleQuoted, doubleEscape, singleQuoted, singleEscape
    }

    private(set) var phase = Phase.blank
    /// How many arguments have begun.
    private(set) var arguments = 0

    /// Whether the line may end here: outside of quotes.
    var isBalanced: Bool { phase == .blank || phase == .word }

    /// Takes the next byte of the line, which is neither its line feed nor a NUL.
    @inline(__always)
    mutating func take(_ byte: UInt8) {
        switch phase {
        case .blank:
            if InlineCommandGrammar.isBlank(byte) { return }
            arguments &+= 1
            phase = InlineCommandGrammar.phase(inWord: byte)
        case .word:
            phase = InlineCommandGrammar.phase(inWord: byte)
        case .doubleQuoted:
            if byte == 0x22 { phase = .word } else if byte == 0x5C { phase = .doubleEscape }
        case .doubleEscape:
            phase = .doubleQuoted
        case .singleQuoted:
            if byte == 0x27 { phase = .word } else if byte == 0x5C { phase = .singleEscape }
        case .singleEscape:
            // Only a quote is escaped; a backslash before anything else is one itself.
            if byte != 0x5C { phase = .singleQuoted }
        }
    }

    /// Whether `byte` is skipped before an argument: space, tab, vertical tab, form feed, carriage return.
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }

    /// Whether `byte` ends an argument outside of quotes. Vertical tab and form feed don't.
    @inline(__always)
    static func endsWord(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }

    @inline(__always)
    private static func phase(inWord byte: UInt8) -> Phase {
        switch byte {
        case 0x22: .doubleQuoted
        case 0x27: .singleQuoted
        default: endsWord(byte) ? .blank : .word
        }
    }
}
