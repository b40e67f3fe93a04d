// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// What may stand on the first line of a value, behind its marker, in the plainest way: whole texts are looked at.
enum ReferenceGrammar {
    case text, integer, bigNumber, double, boolean, empty
    /// A length; the text −1 and the question mark are allowed for some kinds only.
    case length(mayBeNull: Bool, mayBeStreamed: Bool)

    init(_ kind: RESPKind) {
        self =
            switch kind {
            case .simpleString, .simpleError: .text
            case .integer: .integer
            case .bigNumber: .bigNumber
            case .double: .double
            case .boolean: .boolean
            case .null: .empty
            case .bulkString, .array: .length(mayBeNull: true, mayBeStreamed: true)
            case .map, .set: .length(mayBeNull: false, mayBeStreamed: true)
            case .bulkError, .verbatimString, .push, .attribute: .length(mayBeNull: false, mayBeStreamed: false)
            }
    }

    /// Whether `text` is a complete line of this kind.
    func accepts(_ text: String) -> Bool {
        switch self {
        case .text: true
        case .integer: isWhole(text) && Int64(text) != nil
        case .bigNumber: isWhole(text)
        case .double: ["inf", "-inf", "nan", "-nan"].contains(text) || isDecimal(text)
        case .boolean: text == "t" || text == "f"
        case .empty: text.isEmpty
        case .length(let mayBeNull, let mayBeStreamed):
            !text.hasPrefix("-") && isWhole(text) || mayBeNull && text == "-1" || mayBeStreamed && text == "?"
        }
    }

    /// Where the first byte stands that can't be part of such a line; nil if `text` can be continued to one.
    func firstWrongByte(of text: [UInt8]) -> Int? {
        if mayBegin(text[...]) { return nil }
        // What begins with a wrong text is wrong: so this is a binary search.
        var right = 0
        var wrong = text.count
        while wrong - right > 1 {
            let middle = (right + wrong) / 2
            if mayBegin(text[..<middle]) { right = middle } else { wrong = middle }
        }
        return right
    }

    private func mayBegin(_ text: ArraySlice<UInt8>) -> Bool {
        if case .text = self { return true }
        let text = String(decoding: text, as: UTF8.self)
        return ["", "0", "1", "t", "inf", "nf", "f", "an", "n"].contains { accepts(text + $0) }
    }

    /// `-?(0|[1-9][0-9]*)`
    private func isWhole(_ text: String) -> Bool {
        let digits = Array((text.hasPrefix("-") ? text.dropFirst() : text[...]).utf8)
        return isDigits(digits) && (digits[0] != 0x30 || digits.count == 1)
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    private func isDecimal(_ text: String) -> Bool {
        var rest = text
        if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            var exponent = Array(rest[rest.index(after: mark)...].utf8)
            if exponent.first == 0x2B || exponent.first == 0x2D { exponent.removeFirst() }
            guard isDigits(exponent) else { return false }
            rest = String(rest[..<mark])
        }
        if let point = rest.firstIndex(of: ".") {
            guard isDigits(Array(rest[rest.index(after: point)...].utf8)) else { return false }
            rest = String(rest[..<point])
        }
        return isWhole(rest)
    }

    private func isDigits(_ text: [UInt8]) -> Bool {
        !text.isEmpty && text.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
