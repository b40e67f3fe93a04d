// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// A server that is a replica for a while, as during a failover.
@Suite(.timeLimit(.minutes(1))) struct FailoverTests {
    @Test(arguments: Dialect.all)
    func `a write waits until its server is a primary again, and reads are served meanwhile`(
        dialect: Dialect
    ) async throws {
        let server = try await TestServer.start(dialect.version)
        defer { server.kill() }
        // A primary that doesn't exist is nowhere to be sent on to.
        try await dialect.withClient(of: server, configure: { $0.followsRedirects = false }) { client async throws in
            try await client.set("k", "before")
            try await server.cli("REPLICAOF", "127.0.0.1", "1")
            let write = Task { try await client.set("k", "after") }
            try await eventually("a write was refused") {
                try await server.cli("INFO", "errorstats").decode(as: String.self).contains("READONLY")
            }
            #expect(try await client.get("k") == "before")
            let error = await #expect(throws: ServerError.self) {
                try await client.with(retrying: .nothing).incr("n")
            }
            #expect(error?.code == .readOnly)
            try await server.cli("REPLICAOF", "NO", "ONE")
            _ = try await write.value
            #expect(try await client.get("k") == "after")
        }
    }
}
