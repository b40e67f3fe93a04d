// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// The values of a frame as the vector files write them, read with what the codec offers for reading.
enum VectorReaders {
    /// Read with a cursor, value by value.
    static func valuesByReader(of frame: RESPFrame) throws(RESPTypeMismatch) -> [VectorValue] {
        try frame.withReader { reader throws(RESPTypeMismatch) in
            let values = try valueWithAttributes(&reader)
            if !reader.isAtEnd { throw RESPTypeMismatch(wanted: "the end", found: .missing) }
            return values
        }
    }

    private static func valueWithAttributes(_ reader: inout RESPReader) throws(RESPTypeMismatch) -> [VectorValue] {
        var values: [VectorValue] = []
        while let count = reader.readAttributeHeader() {
            values.append(.aggregate("|", try pairs(count, &reader)))
        }
        values.append(try value(&reader))
        return values
    }

    private static func value(_ reader: inout RESPReader) throws(RESPTypeMismatch) -> VectorValue {
        let kind = try reader.peekKind()
        switch kind {
        case .simpleString, .bulkString, .bigNumber: return .bytes(kind.marker, hex: hex(try reader.readBytes()))
        case .verbatimString:
            let (format, text) = try reader.readVerbatim()
            return .bytes(kind.marker, hex: hex(format) + "3a" + hex(text))
        case .simpleError, .bulkError: return .bytes(kind.marker, hex: hex(reader.readErrorBytes() ?? "?"))
        case .integer: return .integer(String(try reader.readInteger(as: Int64.self)))
        case .double: return .double(try reader.readDouble())
        case .boolean: return .boolean(try reader.readBoolean())
        case .null: return reader.readNull() ? .null : .integer("no null")
        case .array, .set, .push:
            var values: [VectorValue] = []
            for _ in 0..<(try reader.readArrayHeader()) { values += try valueWithAttributes(&reader) }
            return .aggregate(kind.marker, values)
        case .map: return .aggregate(kind.marker, try pairs(try reader.readMapHeader(), &reader))
        case .attribute: return .integer("an attribute on its own")
        }
    }

    private static func pairs(_ count: Int, _ reader: inout RESPReader) throws(RESPTypeMismatch) -> [VectorValue] {
        var items: [VectorValue] = []
        for _ in 0..<count {
            var key = try valueWithAttributes(&reader)
            let last = key.removeLast()
            items += key + [.pair([last] + (try valueWithAttributes(&reader)))]
        }
        return items
    }

    /// Read by index, from a tree.
    static func valuesByTree(of frame: RESPFrame) throws -> [VectorValue] {
        let tree = try RESPTree(frame)
        return try values(of: tree.root)
    }

    /// A value with the attributes before it, the farthest first.
    private static func values(of view: RESPView) throws(RESPTypeMismatch) -> [VectorValue] {
        let value = try value(of: view)
        guard let attributes = view.attributes else { return [value] }
        return try values(of: attributes) + [value]
    }

    private static func value(of view: RESPView) throws(RESPTypeMismatch) -> VectorValue {
        switch view.kind {
        case .simpleString, .bulkString, .bigNumber: return .bytes(view.kind.marker, hex: hex(try view.bytes))
        case .verbatimString:
            let verbatim = try view.decode(as: RESPVerbatimString.self)
            return .bytes("=", hex: hex(verbatim.format) + "3a" + hex(verbatim.text))
        case .simpleError, .bulkError:
            let bytes = try view.withReader { reader throws(RESPTypeMismatch) in reader.readErrorBytes() }
            return .bytes(view.kind.marker, hex: hex(bytes ?? "?"))
        case .integer: return .integer(String(try view.integer(as: Int64.self)))
        case .double: return .double(try view.double)
        case .boolean: return .boolean(try view.boolean)
        case .null: return .null
        case .array, .set, .push:
            var items: [VectorValue] = []
            for index in 0..<view.count { items += try values(of: try view[index]) }
            return .aggregate(view.kind.marker, items)
        case .map, .attribute:
            var items: [VectorValue] = []
            for index in 0..<view.count {
                let pair = try view.pair(index)
                var key = try values(of: pair.key)
                let last = key.removeLast()
                items += key + [.pair([last] + (try values(of: pair.value)))]
            }
            return .aggregate(view.kind.marker, items)
        }
    }

    private static func hex(_ bytes: RESPBytes) -> String {
        [UInt8](bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension RESPKind {
    fileprivate var marker: String { String(UnicodeScalar(rawValue)) }
}
