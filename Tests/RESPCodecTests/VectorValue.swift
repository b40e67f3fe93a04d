// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A value as the vector files write it, `["$","68656c6c6f"]`; see Tests/Vectors/README.md.
///
/// It is made of a file by ``init(from:)`` and of a frame's bytes by ``VectorPrinter``, which knows nothing of the codec.
struct VectorValue: Hashable, Sendable, CustomStringConvertible {
    /// The value as JSON, as in the files but for the texts of doubles: there is one text for each number.
    let text: String

    private init(_ marker: String, _ rest: String) { text = "[\"\(marker)\"\(rest)]" }

    /// `+ - $ ! = (`, with the bytes in hexadecimal.
    static func bytes(_ marker: String, hex: String) -> VectorValue { VectorValue(marker, ",\"\(hex)\"") }

    static func integer(_ digits: String) -> VectorValue { VectorValue(":", ",\"\(digits)\"") }

    static func double(_ value: Double) -> VectorValue {
        VectorValue(",", ",\"\(value.isNaN ? .nan : value)\"")
    }

    static func boolean(_ value: Bool) -> VectorValue { VectorValue("#", ",\(value)") }

    static var null: VectorValue { VectorValue("_", "") }

    /// `* ~ >`, with attributes among the elements; `% |`, with ``pair(_:)`` and attributes among them.
    static func aggregate(_ marker: String, _ items: [VectorValue]) -> VectorValue {
        VectorValue(marker, ",[\(items.map(\.text).joined(separator: ","))]")
    }

    /// A key and a value, with attributes before the value.
    static func pair(_ values: [VectorValue]) -> VectorValue { VectorValue(pair: values) }

    private init(pair values: [VectorValue]) { text = "[\(values.map(\.text).joined(separator: ","))]" }

    var isAttribute: Bool { text.hasPrefix("[\"|\"") }

    var description: String { text }
}

extension VectorValue: Decodable {
    init(from decoder: any Decoder) throws {
        var items = try decoder.unkeyedContainer()
        guard let marker = try? items.decode(String.self) else {
            self = .pair(try [VectorValue](from: decoder))
            return
        }
        switch marker {
        case "_": self = .null
        case "#": self = .boolean(try items.decode(Bool.self))
        case ":": self = .integer(try items.decode(String.self))
        case ",":
            let text = try items.decode(String.self)
            guard let value = Double(text) else { throw VectorFileError(text) }
            self = .double(value)
        case "+", "-", "$", "!", "=", "(": self = .bytes(marker, hex: try items.decode(String.self))
        case "*", "~", ">", "%", "|": self = .aggregate(marker, try items.decode([VectorValue].self))
        default: throw VectorFileError(marker)
        }
        if !items.isAtEnd { throw VectorFileError(marker) }
    }
}

/// What in a vector file makes no sense.
struct VectorFileError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
