// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CommandCatalog

/// A catalogue of one command.
func catalogue(_ command: CatalogueCommand) -> Catalogue {
    Catalogue(server: "valkey", version: "1.2.3", commands: [command])
}

/// A command of the group `string`, since 1.0.0.
func command(
    _ name: String, flags: [String] = ["write"], _ arguments: [CatalogueArgument]
) -> CatalogueCommand {
    var command = CatalogueCommand(name: name, group: "string", since: "1.0.0")
    command.flags = flags
    command.arguments = arguments
    return command
}

/// What is generated for it, without the header.
func rendered(_ command: CatalogueCommand) -> String {
    GeneratedFile.sources(of: catalogue(command)).first { $0.name == "StringCommands.swift" }?.text ?? ""
}

/// `text` with line breaks as single spaces, so that it doesn't matter where a declaration was broken.
func unbroken(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        .replacing("( ", with: "(").replacing(" )", with: ")")
}

/// The line of `text` that begins with `start`, trimmed; with what follows it up to `count` lines.
func lines(of text: String, from start: String, count: Int = 1) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line.drop { $0 == " " })
    }
    guard let first = lines.firstIndex(where: { $0.hasPrefix(start) }) else { return [] }
    return Array(lines[first...].prefix(count))
}

extension CatalogueArgument {
    static let key = CatalogueArgument(name: "key", type: "key")

    static func token(_ token: String, optional: Bool = false) -> CatalogueArgument {
        CatalogueArgument(
            name: token.lowercased(), type: "pure-token", token: token, flags: optional ? ["optional"] : nil)
    }
}
