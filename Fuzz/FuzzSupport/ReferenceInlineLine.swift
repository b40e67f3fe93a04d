// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The line of an inline command, split into words by the rules that the server documents for it: words are separated by
/// white space; `"…"` has the escapes `\n \r \t \b \a`, `\xHH` and a backslash before any byte; `'…'` has `\'` only; parts
/// with and without quotes that touch are one word.
struct ReferenceInlineLine {
    private(set) var words: [[UInt8]] = []
    /// Where each word begins.
    private(set) var starts: [Int] = []
    /// Whether all quotes are closed.
    private(set) var isBalanced = true

    private var rest: ArraySlice<UInt8>

    init(_ line: [UInt8]) {
        rest = line[...]
        while let first = rest.first {
            // Space, tab, line feed, vertical tab, form feed, carriage return.
            if [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(first) {
                rest.removeFirst()
            } else {
                starts.append(rest.startIndex)
                words.append(takeWord())
            }
        }
    }

    private mutating func takeWord() -> [UInt8] {
        var word: [UInt8] = []
        while let byte = rest.first {
            // Within a word, vertical tab and form feed are letters.
            if [0x20, 0x09, 0x0A, 0x0D].contains(byte) { break }
            rest.removeFirst()
            switch byte {
            case 0x22: word += takeDoubleQuoted()
            case 0x27: word += takeSingleQuoted()
            default: word.append(byte)
            }
        }
        return word
    }

    private mutating func takeDoubleQuoted() -> [UInt8] {
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == 0x22 { return text }
            guard byte == 0x5C, let escaped = rest.popFirst() else {
                text.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: Unicode.ASCII.self)
            if escaped == 0x78, digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) {
                text.append(value)
                rest = rest.dropFirst(2)
            } else {
                let special: [UInt8: UInt8] = [0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09, 0x62: 0x08, 0x61: 0x07]
                text.append(special[escaped] ?? escaped)
            }
        }
        isBalanced = false
        return text
    }

    private mutating func takeSingleQuoted() -> [UInt8] {
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == 0x27 { return text }
            if byte == 0x5C, rest.first == 0x27 {
                rest.removeFirst()
                text.append(0x27)
            } else {
                text.append(byte)
            }
        }
        isBalanced = false
        return text
    }
}
