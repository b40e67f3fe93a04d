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

    @Test func `a server that is full for a while is dialed seldom, and who waited hears its words`() async throws {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        // The longest delays that can be drawn, so that dials can be counted.
        let environment = ClientEnvironment(random: { $0.upperBound })
        var configuration = NodeConfiguration(endpoint: server.endpoint)
        configuration.commandTimeout = .seconds(1)
        configuration.clientName = "late"
        let client = ValkeyClient(configuration, environment: environment)
        defer { client.close() }
        try await client.set("k", "v")
        try await server.withClient { other in
            _ = try await other.execute(RawCommand("CONFIG", "SET", "maxclients", "1", as: String.self))
            let before = try await server.rejectedConnections(other)
            _ = try await other.execute(RawCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes", as: Int.self))
            let calls = (0..<50).map { _ in Task { try await client.get("k") } }
            for call in calls {
                let error = await #expect(throws: PoolError.self) { try await call.value }
                #expect("\(error as Any)".contains("max number of clients"), "\(error as Any)")
            }
            let dials = try await server.rejectedConnections(other) - before
            #expect((1...10).contains(dials), "fifty callers, one dial at a time, with delays: \(dials)")
            _ = try await other.execute(RawCommand("CONFIG", "SET", "maxclients", "100", as: String.self))
            #expect(try await client.get("k") == "v")
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

extension TestServer {
    /// How many connections the server has refused because it was full.
    fileprivate func rejectedConnections(_ client: ValkeyClient) async throws -> Int {
        let info = try await client.execute(RawCommand("INFO", "stats", as: String.self))
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("rejected_connections:") }
        return try #require(line.flatMap { Int($0.dropFirst("rejected_connections:".count)) })
    }
}
