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
            if first == 0x20 || (0x09...0x0D).contains(first) {
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
            if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { break }
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
            if escaped == 0x78, let value = hexNumber(rest.prefix(2)) {
                text.append(value)
                rest = rest.dropFirst(2)
                continue
            }
            switch escaped {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "a"): text.append(0x07)
            default: text.append(escaped)
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

    private func hexNumber(_ digits: ArraySlice<UInt8>) -> UInt8? {
        let text = String(decoding: digits, as: UTF8.self)
        return text.count == 2 && text.allSatisfy { $0.isASCII && $0.isHexDigit } ? UInt8(text, radix: 16) : nil
    }
}
