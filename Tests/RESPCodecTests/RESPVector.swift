// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Foundation
internal import RESPCodec
internal import Testing

/// A stream of Tests/Vectors with what it means; see the README there.
struct RESPVector: Sendable, CustomTestStringConvertible {
    /// How a stream ends.
    enum End: Equatable, Sendable {
        /// With a complete frame, or with nothing.
        case complete
        /// Inside a frame.
        case incomplete
        case error(RESPDecodingError)
    }

    var name: String
    var bytes: [UInt8]
    var limits: RESPLimits
    /// The values of the complete frames, attributes before them included, and where each ends.
    var values: [VectorValue]
    var ends: [Int]
    var end: End

    var testDescription: String { name }

    var error: RESPDecodingError? {
        if case .error(let error) = end { error } else { nil }
    }

    /// Where the complete frames end, attributes counting as parts of the frames behind them.
    var frameEnds: [Int] { zip(values, ends).filter { !$0.0.isAttribute }.map(\.1) }

    /// The files by name, and how many vectors each has to have at least: an empty file must not pass for a tested one.
    static let files = [
        "simple-types": 40, "nulls": 20, "numbers": 130, "strings": 55, "lengths": 100, "line-ends": 20,
        "aggregates": 30, "pushes": 10, "attributes": 30, "streamed-strings": 40, "streamed-aggregates": 60,
        "limits": 80, "sequences": 15,
    ]

    /// The vectors of every file.
    static let all: Result<[RESPVector], any Error> = Result {
        try files.keys.sorted().flatMap { try vectors(inFile: $0) }
    }

    static func vectors(inFile name: String) throws -> [RESPVector] { try VectorFile(name).decoded() }
}

/// A file of Tests/Vectors: a JSON object on each line.
struct VectorFile {
    private let name: String
    private let lines: [Substring]

    init(_ name: String) throws {
        // This file is Tests/RESPCodecTests/….
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let url = folder.appendingPathComponent("Vectors/\(name).jsonl")
        lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        self.name = name
    }

    func decoded<Vector: Decodable>(as type: Vector.Type = Vector.self) throws -> [Vector] {
        let decoder = JSONDecoder()
        return try lines.map { line in
            do {
                return try decoder.decode(Vector.self, from: Data(line.utf8))
            } catch {
                throw VectorFileError("\(name): \(line): \(error)")
            }
        }
    }
}
