// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How the commands of a server differ from those of the catalogue that the code was generated from.
public struct CatalogueDrift: CustomStringConvertible, Sendable {
    /// The server: `valkey 8.0.1`.
    public let server: String
    /// What the code was generated from: `valkey 9.1.2`.
    public let catalogue: String
    /// Commands that the server has and the code has not; by their names in capitals, sorted.
    public let unknown: [String]
    /// Commands that the code has and the server has not, sorted by name.
    public let absent: [(name: String, since: String)]
    /// Commands of both whose arity, flags, keys or arguments differ, sorted.
    public let different: [String]

    /// Compares what a server says of itself with the catalogue.
    public init(of live: Catalogue, from committed: Catalogue) {
        let (theirs, ours) = (live.commandsByName, committed.commandsByName)
        server = "\(live.server) \(live.version)"
        catalogue = "\(committed.server) \(committed.version)"
        unknown = theirs.keys.filter { ours[$0] == nil }.sorted()
        absent = ours.filter { theirs[$0.key] == nil }.map { ($0.key, $0.value.since) }.sorted { $0.0 < $1.0 }
        different = theirs.filter { ours[$0.key] != nil && ours[$0.key] != $0.value }.keys.sorted()
    }

    /// Whether they say the same.
    public var isEmpty: Bool { unknown.isEmpty && absent.isEmpty && different.isEmpty }

    /// A line for what is unknown, one for what is absent and since when others have it, one for what differs.
    public var description: String {
        func line(_ what: String, _ names: [String]) -> String {
            "  \(what): \(names.isEmpty ? "none" : "\(names.count) (\(names.joined(separator: ", ")))")"
        }
        return """
            \(server), compared with the catalogue of \(catalogue):
            \(line("commands without a type of their own", unknown))
            \(line("commands that it doesn't have", absent.map { "\($0.name) since \($0.since)" }))
            \(line("commands that it describes differently", different))
            """
    }
}

extension Catalogue {
    /// Commands and subcommands by their whole names in capitals. Containers, which can't be executed, are left out.
    public var commandsByName: [String: CatalogueCommand] {
        var all: [String: CatalogueCommand] = [:]
        for command in commands {
            let name = command.name.uppercased()
            guard let subcommands = command.subcommands else {
                all[name] = command
                continue
            }
            for subcommand in subcommands { all["\(name) \(subcommand.name.uppercased())"] = subcommand }
        }
        return all
    }
}
