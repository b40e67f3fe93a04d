// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Foundation

/// What a server says of its own commands, without any prose: the request half of the generated code.
public struct Catalogue: Hashable, Sendable {
    /// The product: `valkey` or `redis`.
    public var server: String
    /// The product's version.
    public var version: String
    /// The commands, sorted by name; subcommands are inside.
    public var commands: [CatalogueCommand]

    /// A catalogue of these commands.
    public init(server: String, version: String, commands: [CatalogueCommand]) {
        self.server = server
        self.version = version
        self.commands = commands.sorted { $0.name < $1.name }
    }

    /// Reads the committed form.
    ///
    /// - Throws: `DecodingError` for anything else.
    public init(json: Data) throws {
        let file = try JSONDecoder().decode(File.self, from: json)
        self.init(server: file.server, version: file.version, commands: file.commands)
    }

    /// The committed form: JSON with sorted keys, one command a line, so that a changed command is a changed line.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try commands.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let text = """
            {"server": "\(server)", "version": "\(version)", "commands": [
            \(lines.joined(separator: ",\n"))
            ]}

            """
        return Data(text.utf8)
    }

    private struct File: Codable {
        var server: String
        var version: String
        var commands: [CatalogueCommand]
    }
}
