// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Foundation

/// A file of generated code.
public struct GeneratedFile: Hashable, Sendable {
    /// The longest a file may be.
    static let lineLimit = 800

    /// Its name, without a folder.
    public var name: String
    /// Its text.
    public var text: String

    /// Everything that `catalogue` gives: the sources, sorted by name. The same input gives the same bytes.
    public static func sources(of catalogue: Catalogue) -> [GeneratedFile] {
        let resolver = CommandResolver(catalogue)
        let commands = resolver.commands
        let groups = Dictionary(grouping: commands, by: \.group)
        var files: [GeneratedFile] = []
        for (group, commands) in groups.sorted(by: { $0.key < $1.key }) {
            files += pack(commands.map(chunk), into: SwiftName.type(group) + "Commands", catalogue)
        }
        files.append(namespaces(of: commands, catalogue))
        files.append(newerCommands(of: catalogue))
        let shared = TypeRenderer.sharedTypes(resolver.sharedTypes).map { $0 + [""] }
        files += pack(shared, into: "SharedOptions", catalogue)
        return files.sorted { $0.name < $1.name }
    }

    /// Calls of every command, for the tests; sorted by name.
    public static func samples(of catalogue: Catalogue) -> [GeneratedFile] {
        let commands = CommandResolver(catalogue).commands
        let groups = Dictionary(grouping: commands, by: \.group)
        var files: [GeneratedFile] = [incompleteSamples(of: commands, catalogue)]
        var functions: [String] = []
        for (group, commands) in groups.sorted(by: { $0.key < $1.key }) {
            let chunks = commands.map { command in
                SampleRenderer(command: command).expressions().map { "        samples.add(\($0))" }
            }
            for (index, lines) in pack(chunks).enumerated() {
                let name = SwiftName.member(group) + String(index + 1)
                functions.append(name)
                let title = SwiftName.type(group) + "Samples\(index + 1)"
                files.append(file(title, samples(name, lines), catalogue))
            }
        }
        let all = functions.sorted().map { "        samples += \($0)()" }
        files.append(file("AllSamples", samples("generated", all), catalogue))
        return files.sorted { $0.name < $1.name }
    }

    /// Calls that lack an argument, which must be refused before anything is sent.
    private static func incompleteSamples(of commands: [ResolvedCommand], _ catalogue: Catalogue) -> GeneratedFile {
        let lines = commands.flatMap { SampleRenderer(command: $0).incompleteExpressions() }
            .map { "        samples.add(\($0))" }
        return file("IncompleteSamples", samples("lackingArguments", lines), catalogue)
    }

    /// A function that makes samples. It isn't optimised: calls of so many types, each specialised, took the compiler as
    /// long as the commands themselves.
    private static func samples(_ name: String, _ lines: [String]) -> [String] {
        [
            "internal import Commands", "internal import RESPCodec", "", "extension [CommandSample] {",
            "    @_optimize(none)", "    static func \(name)() -> [CommandSample] {",
            "        var samples: [CommandSample] = []",
        ] + lines + ["        return samples", "    }", "}"]
    }

    /// What was left out and why, as Markdown.
    public static func skippedReport(of catalogue: Catalogue) -> GeneratedFile {
        let resolver = CommandResolver(catalogue)
        var lines = [
            "# Commands without generated code", "",
            "From the catalogue of \(catalogue.server) \(catalogue.version):"
                + " \(resolver.commands.count) generated forms, \(resolver.skipped.count) commands left out."
                + " All of them can be sent as `RawCommand`.",
            "", "| command | reason |", "| --- | --- |",
        ]
        for command in resolver.skipped.sorted(by: { $0.name < $1.name }) {
            lines.append("| \(command.name) | \(command.reason) |")
        }
        let untyped = resolver.commands.filter { $0.reply.text == "RESPFrame" }.map(\.displayName)
        lines += [
            "", "## Commands whose reply is an untyped frame", "",
            untyped.isEmpty ? "None." : untyped.joined(separator: ", "),
        ]
        return GeneratedFile(name: "Skipped.md", text: lines.joined(separator: "\n") + "\n")
    }

    /// How the files in `folder` differ from `expected`: one sentence each; empty if they are the same.
    public static func differences(_ expected: [GeneratedFile], in folder: URL) throws -> [String] {
        var differences: [String] = []
        for file in expected {
            let url = folder.appending(path: file.name)
            guard let data = try? Data(contentsOf: url) else {
                differences.append("\(file.name) is missing")
                continue
            }
            if data != Data(file.text.utf8) { differences.append("\(file.name) is out of date") }
        }
        let names = Set(expected.map(\.name))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        where name.hasSuffix(".swift") && !names.contains(name) {
            differences.append("\(name) should not be there")
        }
        return differences
    }

    private static func chunk(_ command: ResolvedCommand) -> [String] {
        let mark = "// MARK: \(command.displayName)"
        return [mark, ""] + TypeRenderer(command: command).lines() + [""]
            + SurfaceRenderer(command: command).lines() + [""]
    }

    /// Puts chunks together into as few parts as have room for them.
    private static func pack(_ chunks: [[String]]) -> [[String]] {
        var parts: [[String]] = [[]]
        for chunk in chunks {
            if parts[parts.count - 1].count + chunk.count > lineLimit - 20 { parts.append([]) }
            parts[parts.count - 1] += chunk
        }
        return parts
    }

    private static func pack(_ chunks: [[String]], into name: String, _ catalogue: Catalogue) -> [GeneratedFile] {
        let parts = pack(chunks)
        return parts.enumerated().map { index, lines in
            file(name + (parts.count > 1 ? String(index + 1) : ""), ["public import RESPCodec", ""] + lines, catalogue)
        }
    }

    private static func file(_ name: String, _ lines: [String], _ catalogue: Catalogue) -> GeneratedFile {
        let header = [
            "// Generated by command-generator from the catalogue of \(catalogue.server) \(catalogue.version).",
            "// Do not edit: change the tables in Sources/CommandCatalog and render again.",
            "// swift-format-ignore-file", "",
        ]
        var body = lines
        while body.last?.isEmpty == true { body.removeLast() }
        return GeneratedFile(name: name + ".swift", text: (header + body).joined(separator: "\n") + "\n")
    }

    /// What errors say of commands that a server doesn't know: those that not every server has that is supported.
    private static func newerCommands(of catalogue: Catalogue) -> GeneratedFile {
        var lines: [String] = []
        for command in catalogue.commands {
            for one in command.subcommands ?? [command] where Self.isNewer(one.since, than: "7.0.99") {
                let container = command.subcommands == nil ? "" : command.name.uppercased() + " "
                lines.append("        \(container)\(one.name.uppercased()) \(one.since)")
            }
        }
        return file(
            "NewerCommands",
            ["/// Commands that came after 7.0, each with its first version.", "enum NewerCommands {"]
                + ["    static var table: StaticString {", "        \"\"\""] + lines.sorted()
                + ["        \"\"\"", "    }", "}"],
            catalogue)
    }

    private static func isNewer(_ version: String, than other: String) -> Bool {
        version.compare(other, options: .numeric) == .orderedDescending
    }

    private static func namespaces(of commands: [ResolvedCommand], _ catalogue: Catalogue) -> GeneratedFile {
        let names = Set(commands.compactMap(\.namespace)).subtracting(CommandFacts.handWrittenNamespaces)
        let lines = names.sorted().flatMap {
            ["/// The commands that begin with `\($0)`.", "public enum \($0) {}", ""]
        }
        return file("Namespaces", lines, catalogue)
    }
}
