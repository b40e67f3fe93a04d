// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A value as the vector files write it, `["$","68656c6c6f"]`; see Tests/Vectors/README.md.
///
/// ``text`` is that form, so that a failure can be compared with the file. It is made of the file by ``init(from:)`` and
/// of a frame's bytes by ``VectorPrinter``, which knows nothing of the codec.
indirect enum VectorValue: Hashable, Sendable {
    /// `+ - $ ! = (`, with the bytes in hexadecimal.
    case bytes(marker: String, hex: String)
    case integer(String)
    case double(bits: UInt64)
    case boolean(Bool)
    case null
    /// `* ~ >`, with attributes among the elements.
    case elements(marker: String, [VectorValue])
    /// `% |`.
    case pairs(marker: String, [Pair])

    /// A key and a value with attributes before the value, or an attribute that stands before a key.
    enum Pair: Hashable, Sendable {
        case pair([VectorValue])
        case attribute(VectorValue)
    }

    static func double(_ value: Double) -> VectorValue {
        .double(bits: (value.isNaN ? .nan : value).bitPattern)
    }

    var isAttribute: Bool {
        if case .pairs("|", _) = self { true } else { false }
    }
}

extension VectorValue: CustomStringConvertible {
    var description: String { text }

    /// The value as JSON, as in the vector files but for the texts of doubles.
    var text: String {
        switch self {
        case .bytes(let marker, let hex): "[\"\(marker)\",\"\(hex)\"]"
        case .integer(let digits): "[\":\",\"\(digits)\"]"
        case .double(let bits): "[\",\",\"\(Double(bitPattern: bits))\"]"
        case .boolean(let value): "[\"#\",\(value)]"
        case .null: "[\"_\"]"
        case .elements(let marker, let values):
            "[\"\(marker)\",[\(values.map(\.text).joined(separator: ","))]]"
        case .pairs(let marker, let pairs):
            "[\"\(marker)\",[\(pairs.map(\.text).joined(separator: ","))]]"
        }
    }
}

extension VectorValue.Pair {
    var text: String {
        switch self {
        case .pair(let values): "[\(values.map(\.text).joined(separator: ","))]"
        case .attribute(let value): value.text
        }
    }
}

extension VectorValue: Decodable {
    init(from decoder: any Decoder) throws {
        var items = try decoder.unkeyedContainer()
        let marker = try items.decode(String.self)
        switch marker {
        case "_": self = .null
        case "#": self = .boolean(try items.decode(Bool.self))
        case ":": self = .integer(try items.decode(String.self))
        case ",":
            let text = try items.decode(String.self)
            guard let value = Double(text) else { throw VectorFileError(text) }
            self = .double(value)
        case "+", "-", "$", "!", "=", "(":
            self = .bytes(marker: marker, hex: try items.decode(String.self))
        case "*", "~", ">":
            self = .elements(marker: marker, try items.decode([VectorValue].self))
        case "%", "|":
            self = .pairs(marker: marker, try items.decode([Pair].self))
        default: throw VectorFileError(marker)
        }
        if !items.isAtEnd { throw VectorFileError(marker) }
    }
}

extension VectorValue.Pair: Decodable {
    init(from decoder: any Decoder) throws {
        if let values = try? [VectorValue](from: decoder) {
            self = .pair(values)
        } else {
            self = .attribute(try VectorValue(from: decoder))
        }
    }
}

/// What in a vector file makes no sense.
struct VectorFileError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
