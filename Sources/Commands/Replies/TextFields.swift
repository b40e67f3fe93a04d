// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// What servers write for people and programs alike: lines of text with fields in them.
enum TextFields {
    /// The lines of a text that are not empty, whether they end in LF or CRLF.
    static func lines(_ text: String) -> [Substring] {
        text.split { $0.isNewline }
    }

    /// `name=value` pairs with spaces between them; a value may be empty, and hold `=`.
    static func pairs(_ line: some StringProtocol) -> [(name: String, value: String)] {
        line.split(separator: " ").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }

    /// `7` or `0-5460`; nil for anything else.
    static func range(_ word: some StringProtocol) -> ClosedRange<HashSlot>? {
        let bounds = word.split(separator: "-", omittingEmptySubsequences: false).map {
            UInt16($0).flatMap(HashSlot.init(rawValue:))
        }
        guard bounds.count <= 2, let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last else {
            return nil
        }
        return first...last
    }
}

extension RESPReader {
    /// Takes a text of one line for each value, or an array of such lines, and makes a value of each.
    mutating func readLines<Element>(
        _ make: (Substring) throws(RESPTypeMismatch) -> Element
    ) throws(RESPTypeMismatch) -> [Element] {
        if try peekKind() == .array {
            return try readArray { (reader) throws(RESPTypeMismatch) in try make(reader.readString()[...]) }
        }
        var elements: [Element] = []
        for line in TextFields.lines(try readString()) { elements.append(try make(line)) }
        return elements
    }

    /// Takes whole milliseconds.
    mutating func readMilliseconds() throws(RESPTypeMismatch) -> Duration {
        .milliseconds(try readInteger(as: Int64.self))
    }

    /// Takes whole microseconds.
    mutating func readMicroseconds() throws(RESPTypeMismatch) -> Duration {
        .microseconds(try readInteger(as: Int64.self))
    }

    /// Takes whole seconds.
    mutating func readSeconds() throws(RESPTypeMismatch) -> Duration { .seconds(try readInteger(as: Int64.self)) }

    /// Takes an array of at least `count` elements; what newer servers have put behind them is skipped.
    mutating func readRecord(
        of count: Int, _ wanted: String, _ body: (inout RESPReader) throws(RESPTypeMismatch) -> Void
    ) throws(RESPTypeMismatch) {
        let found = try readArrayHeader()
        guard found >= count else { throw RESPTypeMismatch(wanted: wanted, found: .count(found)) }
        try body(&self)
        skipRest(found - count)
    }
}
