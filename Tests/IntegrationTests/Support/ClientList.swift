// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import ServerSupport

extension TestServer {
    /// The fields of each connection of that name, from CLIENT LIST over a connection of its own: `flags`, `cmd`, `id` ….
    func connections(named name: String) async throws -> [[String: String]] {
        let list = try await cli("CLIENT", "LIST").decode(as: String.self)
        let connections = list.split(separator: "\n").map { line in
            line.split(separator: " ").reduce(into: [String: String]()) { fields, field in
                let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
            }
        }
        return connections.filter { $0["name"] == name }
    }

    /// Whether a connection of that name waits on the server: in a blocking command, or because of CLIENT PAUSE.
    func hasBlockedConnection(named name: String) async throws -> Bool {
        try await connections(named: name).contains { $0["flags"]?.contains("b") == true }
    }

    /// The value of a key as a number; zero if it isn't there.
    func count(of key: String) async throws -> Int {
        try await cli("GET", key).decode(as: Int?.self) ?? 0
    }
}
