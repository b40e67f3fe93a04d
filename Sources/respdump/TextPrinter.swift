// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Prints frames for reading: a line per value, with its offset in the stream, indented by its depth.
struct TextPrinter {
    /// Offset in the stream of the frame's first byte.
    let base: Int
    private(set) var lines: [String] = []

    init(_ frame: RESPFrame, at base: Int) {
        self.base = base
        frame.withReader { reader in
            while !reader.isAtEnd { take(&reader, depth: 0, label: "") }
        }
    }

    // Recursion is bounded by the decoder's limit of depth.
    private mutating func take(_ reader: inout RESPReader, depth: Int, label: String) {
        let offset = reader.offset
        if let count = reader.readAttributeHeader() {
            add(offset, depth, "attribute of \(count)")
            takePairs(count, &reader, depth: depth)
            return
        }
        guard let kind = try? reader.peekKind() else { return }
        switch kind {
        case .array, .set, .push:
            let count = (try? reader.readArrayHeader()) ?? 0
            add(offset, depth, "\(label)\(kind) of \(count)")
            for index in 0..<count { takeWithAttributes(&reader, depth: depth + 1, label: "[\(index)] ") }
        case .map:
            let count = (try? reader.readMapHeader()) ?? 0
            add(offset, depth, "\(label)map of \(count)")
            takePairs(count, &reader, depth: depth)
        case .null:
            reader.skip()
            add(offset, depth, "\(label)null")
        case .simpleError, .bulkError:
            add(offset, depth, "\(label)\(kind) \(quoted(reader.readErrorMessage() ?? ""))")
        case .simpleString, .bulkString, .verbatimString:
            let bytes = (try? reader.readBytes()) ?? RESPBytes()
            add(offset, depth, "\(label)\(kind) \(quoted(String(bytes))) (\(bytes.count) bytes)")
        case .integer, .double, .boolean, .bigNumber, .attribute:
            add(offset, depth, "\(label)\(kind) \((try? reader.readString()) ?? "")")
        }
    }

    private mutating func takeWithAttributes(_ reader: inout RESPReader, depth: Int, label: String) {
        var isValue = false
        while !isValue, !reader.isAtEnd {
            isValue = !reader.isAtAttribute
            take(&reader, depth: depth, label: label)
        }
    }

    private mutating func takePairs(_ count: Int, _ reader: inout RESPReader, depth: Int) {
        for _ in 0..<count {
            takeWithAttributes(&reader, depth: depth + 1, label: "key ")
            takeWithAttributes(&reader, depth: depth + 1, label: "value ")
        }
    }

    private mutating func add(_ offset: Int, _ depth: Int, _ text: String) {
        let number = String(base + offset)
        let column = String(repeating: " ", count: max(0, 8 - number.utf8.count)) + number
        lines.append(column + "  " + String(repeating: "  ", count: depth) + text)
    }

    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: quoted += "\\\(scalar)"
            case 0x0A: quoted += "\\n"
            case 0x0D: quoted += "\\r"
            case 0..<0x20, 0x7F: quoted += "\\u{\(String(scalar.value, radix: 16))}"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
