// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// A server that has no room for another client, and a client that may not open another connection.
@Suite(.timeLimit(.minutes(1))) struct ConnectionLimitTests {
    @Test(arguments: Dialect.all)
    func `the words of a full server reach the caller, and a later call finds room`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version, options: ["--maxclients", "1"])
        defer { server.kill() }
        try await dialect.withClient(of: server) { first in
            try await first.set("k", "v")
            try await dialect.withClient(of: server) { second in
                let calls = (0..<5).map { _ in Task { try await second.get("k") } }
                for call in calls {
                    let error = await #expect(throws: ConnectionError.self) { try await call.value }
                    guard case .handshakeRefused(_, let refusal)? = error else {
                        Issue.record("got \(String(describing: error))")
                        continue
                    }
                    #expect(refusal.message.contains("max number of clients"))
                    #expect(error?.mayHaveExecuted == false)
                }
                #expect(try await first.get("k") == "v", "who was there first notices nothing")
                first.close()
                var answer: RESPBytes?
                try await eventually("the server has room again") {
                    answer = try? await second.get("k")
                    return answer != nil
                }
                #expect(answer == "v")
            }
        }
    }

    @Test func `no more connections are opened than the configuration allows, and all of them are given back`()
        async throws
    {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        try await server.withClient(configure: {
            $0.maximumConnections = 4
            $0.clientName = "limited"
            $0.commandTimeout = nil
        }) { client async throws in
            // Each of these needs a connection for itself, and none is answered before the pushes below.
            let pops = (0..<12).map { number in
                Task { try await client.blpop("list:\(number)", timeout: .zero, as: Int.self)?.element }
            }
            for number in 0..<12 { try await client.rpush("list:\(number)", number) }
            for (number, pop) in pops.enumerated() { #expect(try await pop.value == number) }
            let connections = try await server.connections(named: "limited")
            #expect((2...5).contains(connections.count), "four at most besides the shared one")
            #expect(connections.allSatisfy { $0["flags"]?.contains("b") == false })
        }
    }
}
