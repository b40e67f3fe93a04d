// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

extension RESPVector: Decodable {
    enum CodingKeys: String, CodingKey {
        case name, stream, hex, limits, vals, used, end, error
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        bytes = try VectorStream(from: decoder).bytes
        limits = try fields.decodeIfPresent(VectorLimits.self, forKey: .limits)?.limits(else: .client) ?? .client
        values = try fields.decode([VectorValue].self, forKey: .vals)
        ends = try fields.decode([Int].self, forKey: .used)
        end = try VectorEnd(from: decoder).end
        guard values.count == ends.count else { throw VectorFileError("vals and used differ in count") }
    }
}

/// The bytes of a vector: `stream`, as text or as a list of texts, some with how often they are repeated, or `hex`.
struct VectorStream: Decodable {
    let bytes: [UInt8]

    private enum Part: Decodable {
        case text(String)
        case repeated(String, Int)

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self = .text(text)
            } else {
                var items = try decoder.unkeyedContainer()
                self = .repeated(try items.decode(String.self), try items.decode(Int.self))
            }
        }

        var bytes: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8)
            case .repeated(let text, let count): Array(repeatElement(Array(text.utf8), count: count).joined())
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: RESPVector.CodingKeys.self)
        if let digits = try fields.decodeIfPresent(String.self, forKey: .hex) {
            let pairs = stride(from: 0, to: digits.utf8.count, by: 2).map { digits.dropFirst($0).prefix(2) }
            bytes = pairs.compactMap { UInt8($0, radix: 16) }
            guard bytes.count * 2 == digits.utf8.count else { throw VectorFileError("no hexadecimal text") }
        } else if let parts = try? fields.decode([Part].self, forKey: .stream) {
            bytes = parts.flatMap(\.bytes)
        } else {
            bytes = try fields.decode(Part.self, forKey: .stream).bytes
        }
    }
}

/// The limits of a vector: those that aren't named are defaults, and null stands for none.
struct VectorLimits: Decodable {
    private enum CodingKeys: String, CodingKey {
        case maximumBulkLength, maximumElements, maximumDepth, maximumFrameBytes, maximumInlineLength
    }

    private let values: [CodingKeys: Int]

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        var values: [CodingKeys: Int] = [:]
        for key in fields.allKeys { values[key] = try fields.decodeIfPresent(Int.self, forKey: key) ?? .max }
        self.values = values
    }

    func limits(else others: RESPLimits) -> RESPLimits {
        RESPLimits(
            maximumBulkLength: values[.maximumBulkLength] ?? others.maximumBulkLength,
            maximumElements: values[.maximumElements] ?? others.maximumElements,
            maximumDepth: values[.maximumDepth] ?? others.maximumDepth,
            maximumFrameBytes: values[.maximumFrameBytes] ?? others.maximumFrameBytes,
            maximumInlineLength: values[.maximumInlineLength] ?? others.maximumInlineLength)
    }
}

/// How a vector's stream ends: `end`, and `error` if that is `"error"`.
struct VectorEnd: Decodable {
    let end: RESPVector.End

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: RESPVector.CodingKeys.self)
        switch try fields.decode(String.self, forKey: .end) {
        case "end": end = .complete
        case "incomplete": end = .incomplete
        case "error": end = .error(try fields.decode(VectorError.self, forKey: .error).error)
        case let other: throw VectorFileError("an end of \(other)")
        }
    }
}

/// The error of a vector: the name of the case of `RESPDecodingError` and its fields, null for what is beyond counting.
private struct VectorError: Decodable {
    let error: RESPDecodingError

    private enum CodingKeys: String, CodingKey {
        case name, offset, byte, kind, declared, limit
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Int {
            guard fields.contains(key) else { throw VectorFileError("an error without \(key)") }
            return try fields.decodeIfPresent(Int.self, forKey: key) ?? .max
        }
        func kind() throws -> RESPKind {
            let marker = try fields.decode(String.self, forKey: .kind)
            guard let kind = marker.utf8.first.flatMap(RESPKind.init(rawValue:)) else { throw VectorFileError(marker) }
            return kind
        }
        func byte() throws -> UInt8 { try fields.decode(UInt8.self, forKey: .byte) }
        let offset = try fields.decode(Int.self, forKey: .offset)
        switch try fields.decode(String.self, forKey: .name) {
        case "unknownKind": error = .unknownKind(byte: try byte(), offset: offset)
        case "invalidLength": error = .invalidLength(kind: try kind(), offset: offset)
        case "invalidValue": error = .invalidValue(kind: try kind(), offset: offset)
        case "integerOverflow": error = .integerOverflow(offset: offset)
        case "invalidLineBreak": error = .invalidLineBreak(offset: offset)
        case "missingTerminator": error = .missingTerminator(offset: offset)
        case "invalidVerbatimFormat": error = .invalidVerbatimFormat(offset: offset)
        case "invalidStreamPart": error = .invalidStreamPart(byte: try byte(), offset: offset)
        case "missingValue": error = .missingValue(offset: offset)
        case "invalidArgument": error = .invalidArgument(byte: try byte(), offset: offset)
        case "unbalancedQuotes": error = .unbalancedQuotes(offset: offset)
        case "inlineTooLong": error = .inlineTooLong(limit: try number(.limit), offset: offset)
        case "bulkTooLong":
            error = .bulkTooLong(declared: try number(.declared), limit: try number(.limit), offset: offset)
        case "tooManyElements":
            error = .tooManyElements(declared: try number(.declared), limit: try number(.limit), offset: offset)
        case "nestedTooDeeply": error = .nestedTooDeeply(limit: try number(.limit), offset: offset)
        case "frameTooLarge": error = .frameTooLarge(limit: try number(.limit), offset: offset)
        case let name: throw VectorFileError("an error named \(name)")
        }
    }
}
