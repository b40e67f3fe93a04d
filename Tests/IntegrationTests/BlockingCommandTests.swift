// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Commands that wait on the server have a connection to themselves.
@Suite(.timeLimit(.minutes(1))) struct BlockingCommandTests {
    @Test(arguments: Dialect.all)
    func `calls that wait on the server delay nobody, and each gets its own element`(dialect: Dialect) async throws {
        let server = try await SharedServers.shared.server(dialect.version)
        let name = unique("waiting")
        try await dialect.withClient(configure: { $0.clientName = name }) { client async throws in
            let keys = (0..<8).map { unique("blocked \($0)") }
            let pops = keys.map { key in
                Task { try await client.blpop(key, timeout: .zero, as: String.self) }
            }
            try await eventually("all eight wait on the server") {
                try await server.connections(named: name).count { $0["flags"]?.contains("b") == true } == 8
            }
            for number in 0..<100 { #expect(try await client.echo(number, as: Int.self) == number) }
            for key in keys { try await client.rpush(key, "for \(key)") }
            for (key, pop) in zip(keys, pops) {
                let popped = try await pop.value
                #expect(popped?.key == RESPBytes(key) && popped?.element == "for \(key)")
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `a call that waits on the server ends at once when cancelled, and so does its wait`(
        dialect: Dialect
    ) async throws {
        let server = try await SharedServers.shared.server(dialect.version)
        let name = unique("cancelled")
        try await dialect.withClient(configure: { $0.clientName = name }) { client async throws in
            let key = unique("list")
            let pop = Task { try await client.blpop(key, timeout: .zero) }
            try await eventually("it waits on the server") { try await server.hasBlockedConnection(named: name) }
            pop.cancel()
            await #expect(throws: CancellationError.self) { try await pop.value }
            // Its connection is closed: an element that comes now is not taken by a caller who is gone.
            try await eventually("nobody waits on the server") { try await !server.hasBlockedConnection(named: name) }
            try await client.rpush(key, "kept")
            #expect(try await client.lrange(key, 0, -1, as: String.self) == ["kept"])
            #expect(try await client.blpop(key, timeout: .zero, as: String.self)?.element == "kept")
        }
    }

    @Test(arguments: Dialect.all)
    func `the time of a blocking call is its own, not the client's`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            #expect(try await client.blpop(unique("never"), timeout: .milliseconds(10)) == nil)
            let (source, target) = (unique("source"), unique("target"))
            #expect(try await client.blmove(source, target, .left, .right, .milliseconds(10)) == nil)
            try await client.rpush(source, "moved")
            #expect(try await client.blmove(source, target, .left, .right, .zero) == "moved")
        }
    }

    @Test(arguments: Dialect.all)
    func `XREAD waits only with BLOCK, and then on a connection of its own`(dialect: Dialect) async throws {
        let server = try await SharedServers.shared.server(dialect.version)
        let name = unique("xread")
        try await dialect.withClient(configure: { $0.clientName = name }) { client async throws in
            let stream = unique("stream")
            let pipe = client.pipeline()
            let empty = pipe.xread(stream, .beginning)
            #expect(try await pipe.run()[empty] == nil, "without BLOCK it may be in a batch")
            let read = Task { try await client.xread(stream, .end, block: .zero, as: String.self) }
            try await eventually("it waits on the server") { try await server.hasBlockedConnection(named: name) }
            let id = try #require(try await client.xadd(stream, .automatic, "field", "value"))
            let entries = try await read.value?[stream]
            #expect(entries?.map(\.id) == [id] && entries?.first?["field"] == "value")
        }
    }

    @Test func `a server that dies ends a waiting call with an unknown outcome`() async throws {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        try await server.withClient(configure: { $0.clientName = "waiting" }) { client async throws in
            let pop = Task { try await client.blpop("list", timeout: .zero) }
            try await eventually("it waits on the server") { try await server.hasBlockedConnection(named: "waiting") }
            server.kill()
            let error = await #expect(throws: ConnectionError.self) { try await pop.value }
            #expect(error?.mayHaveExecuted == true)
        }
    }

    @Test(arguments: ServerVersion.allCases)
    func `one that is unblocked by somebody else is told so`(version: ServerVersion) async throws {
        let server = try await TestServer.start(version)
        defer { server.kill() }
        try await server.withClient(configure: { $0.clientName = "waiting" }) { client async throws in
            let pop = Task { try await client.blpop("list", timeout: .zero) }
            try await eventually("it waits on the server") { try await server.hasBlockedConnection(named: "waiting") }
            let waiting = try await server.connections(named: "waiting").first { $0["flags"]?.contains("b") == true }
            try await server.cli("CLIENT", "UNBLOCK", try #require(waiting?["id"]), "ERROR")
            let error = await #expect(throws: ServerError.self) { try await pop.value }
            #expect(error?.code == .unblocked)
        }
    }
}
