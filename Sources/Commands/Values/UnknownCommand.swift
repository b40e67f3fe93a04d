// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What is known of a command that the server does not know: most often it is newer than the server.
///
/// ```swift
/// do { try await client.delifeq("lock", token) } catch let error as ServerError where error.unknownCommand != nil { … }
/// ```
public struct UnknownCommand: Hashable, Sendable {
    /// The command, in capitals: `DELIFEQ`, `CLUSTER SLOT-STATS`.
    public let name: String
    /// The first version that has it; nil if every server that this package is for has it, or if it is none of its commands.
    public let since: ServerVersion?
    /// Who does not know it; nil if the server didn't say who it is.
    public let server: ServerIdentity?

    /// What the text of an error reply says; nil if it says something else.
    ///
    /// Takes `ERR unknown command 'NAME', with args beginning with: 'WORD' …` and
    /// `ERR unknown subcommand 'WORD'. Try NAME HELP.`, as servers write since Redis 7.
    init?(message: String, server: ServerIdentity?) {
        let folded = message.lowercased()
        let quoted = message.split(omittingEmptySubsequences: false) { $0 == "'" || $0 == "`" }
        guard quoted.count > 2 else { return nil }
        let first = quoted[1].uppercased()
        if folded.hasPrefix("err unknown command ") {
            let pair = quoted.count > 4 ? "\(first) \(quoted[3].uppercased())" : first
            let since = Self.since(pair)
            name = since == nil ? first : pair
            self.since = since ?? Self.since(first)
        } else if folded.hasPrefix("err unknown subcommand '") {
            let words = quoted[quoted.count - 1].split(separator: " ")
            guard words.count == 4, words[1] == "Try", words[3].hasPrefix("HELP") else { return nil }
            name = "\(words[2].uppercased()) \(first)"
            since = Self.since(name)
        } else {
            return nil
        }
        self.server = server
    }

    private static func since(_ name: String) -> ServerVersion? {
        for line in NewerCommands.table.description.split(separator: "\n") {
            guard let space = line.lastIndex(of: " "), line[..<space] == name else { continue }
            return ServerVersion(line[line.index(after: space)...])
        }
        return nil
    }
}

extension UnknownCommand: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        let server = server.map { "the server is \($0)" } ?? "the server doesn't say which one it is"
        guard let since else { return "\(name) is unknown to it, and \(server)" }
        let products = since < ServerVersion(8, 0) ? "Valkey and Redis" : "Valkey"
        return "\(name) exists since \(products) \(since), and \(server)"
    }
}
