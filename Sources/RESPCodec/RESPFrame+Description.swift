// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPFrame: CustomStringConvertible {
    /// The values in a readable form: `["a", 1, null]`, `{"k": 1.5}`, `push["message", …]`, `error "ERR …"`.
    ///
    /// Attributes are left out, unless there is nothing else: `attribute{"ttl": 60}`. Strings and numbers are cut after
    /// 64 bytes, errors after 256, and everything after 1,000 values.
    public var description: String {
        withReader { reader in reader.printed() }
    }
}

extension RESPReader {
    /// All that is left to read in a readable form.
    mutating func printed() -> String {
        var printer = FramePrinter()
        while !isAtEnd, printer.takeValue(from: &self) {}
        return printer.text
    }
}

/// Prints one frame, without recursion: nesting is the peer's choice.
private struct FramePrinter {
    private struct Level {
        var remaining: Int
        var isMap: Bool
        var isFirst = true
    }

    private(set) var text = ""
    private var levels: [Level] = []
    private var budget = 1_000

    /// Prints the next value. False: enough has been printed.
    mutating func takeValue(from reader: inout RESPReader) -> Bool {
        guard let kind = try? reader.peekKind() else { return false }
        budget -= 1
        guard budget > 0 else {
            text += " …"
            return false
        }
        separate()
        switch kind {
        case .array: open(reader.takeHeader().number, "[")
        case .set: open(reader.takeHeader().number, "set[")
        case .push: open(reader.takeHeader().number, "push[")
        case .map: open(2 * reader.takeHeader().number, "{", isMap: true)
        case .attribute: open(2 * reader.takeHeader().number, "attribute{", isMap: true)
        case .null:
            reader.skip()
            text += "null"
        case .simpleError, .bulkError:
            guard let payload = reader.takeErrorPayload() else { return false }
            text += "error " + quoted(reader.bytes, payload, upTo: 256)
        case .simpleString, .bulkString, .verbatimString:
            guard let payload = try? reader.takePayload("a string") else { return false }
            text += quoted(reader.bytes, payload, upTo: 64)
        case .integer, .double, .boolean, .bigNumber:
            guard let span = try? reader.readSpan() else { return false }
            text += String(utf8: span.extracting(first: 64)) + (span.count > 64 ? "…" : "")
        }
        close()
        return true
    }

    private mutating func separate() {
        guard let level = levels.last else { return }
        if !level.isFirst { text += level.isMap && level.remaining & 1 == 1 ? ": " : ", " }
        levels[levels.count - 1].isFirst = false
        levels[levels.count - 1].remaining -= 1
    }

    private mutating func open(_ count: Int, _ bracket: String, isMap: Bool = false) {
        text += bracket
        levels.append(Level(remaining: count, isMap: isMap))
    }

    private func quoted(_ bytes: Span<UInt8>, _ payload: RESPReader.Payload, upTo limit: Int) -> String {
        let shown = bytes.extracting(payload.start..<payload.start + min(payload.count, limit))
        return "\"" + String(utf8: shown).escaped + "\"" + (payload.count > limit ? "…" : "")
    }

    private mutating func close() {
        while let level = levels.last, level.remaining == 0 {
            text += level.isMap ? "}" : "]"
            levels.removeLast()
        }
    }
}

extension String {
    /// The text without quotes, backslashes and control characters of its own, so that it can be quoted in a line.
    var escaped: String {
        var escaped = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
