// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Prints values as nested JSON arrays, without losing anything of them.
struct JSONPrinter {
    /// The values of a frame, attributes included, with the offset in the frame where each ends.
    static func values(of frame: RESPFrame) -> [(text: String, end: Int)] {
        frame.withReader { reader in
            var values: [(text: String, end: Int)] = []
            while !reader.isAtEnd {
                let text = attribute(&reader) ?? value(&reader)
                values.append((text, reader.offset))
            }
            return values
        }
    }

    /// The attribute that stands here, if one does.
    private static func attribute(_ reader: inout RESPReader) -> String? {
        guard let count = reader.readAttributeHeader() else { return nil }
        return "[\"|\",[\(pairs(count, &reader))]]"
    }

    // Recursion is bounded by the decoder's limit of depth.
    private static func value(_ reader: inout RESPReader) -> String {
        guard let kind = try? reader.peekKind() else { return "null" }
        let marker = String(UnicodeScalar(kind.rawValue))
        switch kind {
        case .simpleString, .bulkString, .bigNumber:
            return "[\"\(marker)\",\"\(hex((try? reader.readBytes()) ?? RESPBytes()))\"]"
        case .verbatimString:
            let (format, text) = (try? reader.readVerbatim()) ?? (RESPBytes(), RESPBytes())
            return "[\"=\",\"\(hex(format))3a\(hex(text))\"]"
        case .simpleError, .bulkError:
            return "[\"\(marker)\",\"\(hex(reader.readErrorBytes() ?? RESPBytes()))\"]"
        case .integer:
            return "[\":\",\"\((try? reader.readInteger(as: Int64.self)) ?? 0)\"]"
        case .double:
            return "[\",\",\"\(shortest((try? reader.readDouble()) ?? .nan))\"]"
        case .boolean:
            return "[\"#\",\((try? reader.readBoolean()) ?? false)]"
        case .null:
            reader.skip()
            return "[\"_\"]"
        case .array, .set, .push:
            let count = (try? reader.readArrayHeader()) ?? 0
            return "[\"\(marker)\",[\(elements(count, &reader).joined(separator: ","))]]"
        case .map:
            return "[\"%\",[\(pairs((try? reader.readMapHeader()) ?? 0, &reader))]]"
        case .attribute:
            return "null"
        }
    }

    private static func elements(_ count: Int, _ reader: inout RESPReader) -> [String] {
        var elements: [String] = []
        for _ in 0..<count {
            while let attribute = attribute(&reader) { elements.append(attribute) }
            elements.append(value(&reader))
        }
        return elements
    }

    private static func pairs(_ count: Int, _ reader: inout RESPReader) -> String {
        var items: [String] = []
        for _ in 0..<count {
            while let attribute = attribute(&reader) { items.append(attribute) }
            var pair = [value(&reader)]
            while let attribute = attribute(&reader) { pair.append(attribute) }
            pair.append(value(&reader))
            items.append("[\(pair.joined(separator: ","))]")
        }
        return items.joined(separator: ",")
    }

    private static func hex(_ bytes: RESPBytes) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in [UInt8](bytes) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func shortest(_ value: Double) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
