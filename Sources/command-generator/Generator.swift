// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import CommandCatalog
internal import Foundation

/// `render`, `check`, `capture` and `drift`; see `usage`.
@main
enum Generator {
    static let usage = """
        usage: command-generator render  [--root FOLDER]
                   writes Sources/Commands/Generated and its Skipped.md from the catalogue
               command-generator check   [--root FOLDER]
                   says what of that is out of date; exit status 1 if anything is
               command-generator capture --endpoint HOST:PORT --output FILE
                   asks a running server what its commands are
               command-generator drift   --endpoint HOST:PORT [--root FOLDER]
                   says how a running server's commands differ from the catalogue, which is no error

        """

    static func main() async {
        do {
            try await run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("command-generator: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) async throws {
        let options = Options(arguments)
        switch arguments.first {
        case "render": try render(Repository(root: options["root"] ?? "."))
        case "check": try check(Repository(root: options["root"] ?? "."))
        case "capture":
            guard let endpoint = options["endpoint"], let output = options["output"] else { fallthrough }
            try await Capture.run(endpoint: endpoint, output: output)
        case "drift":
            guard let endpoint = options["endpoint"] else { fallthrough }
            let committed = try Repository(root: options["root"] ?? ".").catalogue()
            print(CatalogueDrift(of: try await Capture.catalogue(endpoint: endpoint), from: committed))
        default:
            FileHandle.standardError.write(Data(usage.utf8))
            exit(2)
        }
    }

    private static func render(_ repository: Repository) throws {
        let written = try repository.render()
        print("wrote \(written) files")
    }

    private static func check(_ repository: Repository) throws {
        let differences = try repository.differences()
        for difference in differences { print(difference) }
        guard differences.isEmpty else { exit(1) }
        print("generated code is up to date")
    }
}

/// `--name value` pairs.
struct Options {
    private var values: [String: String] = [:]

    init(_ arguments: [String]) {
        for (name, value) in zip(arguments, arguments.dropFirst()) where name.hasPrefix("--") {
            values[String(name.dropFirst(2))] = value
        }
    }

    subscript(name: String) -> String? { values[name] }
}
