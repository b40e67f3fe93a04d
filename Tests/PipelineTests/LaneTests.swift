// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pool
import RESPCodec
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// Large requests leave the shared connection to the small ones.
@Suite(.timeLimit(.minutes(2))) struct LaneTests {
    private func set(_ size: Int) -> RawCommand<String> {
        RawCommand("SET", "k", [UInt8](repeating: 1, count: size), as: String.self)
    }

    private func lanes(_ bytes: Int, inline: Bool = false) -> ScriptedClient {
        ScriptedClient(
            .echo {
                $0.canWaitInline = inline
            }
        ) { $0.lanes.largestSharedRequest = bytes }
    }

    @Test(arguments: [false, true])
    func `a request above the bound takes a connection of its own, one at the bound does not`(
        inline: Bool
    ) async throws {
        let size = 1_000
        var encoder = CommandEncoder()
        set(size).encode(into: &encoder)
        let scripted = lanes(encoder.count, inline: inline)
        #expect(try await scripted.client.execute(set(size)) == "OK")
        #expect(try await scripted.client.execute(set(size + 1)) == "OK")
        #expect(try await scripted.client.execute(set(size)) == "OK")
        #expect(try await scripted.client.execute(set(size + 1)) == "OK")
        #expect(scripted.server.commands.map(\.connection) == [0, 1, 0, 1])
        #expect(scripted.client.pool.status.leased == 0)
    }

    @Test func `a small command is not held up by a large one that does not leave`() async throws {
        // The second connection, which is the large request's, is not read.
        let server = ScriptedServer.echo()
        let connector = InMemoryConnector { _, transport in
            if server.connectionCount == 0 { server.serve(transport) } else { Self.shakeHandsOnly(transport) }
        }
        var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
        configuration.lanes.largestSharedRequest = 1_000
        let client = NodeClient(configuration, environment: ClientEnvironment(connector, ManualClock()))
        #expect(try await client.execute(echo("first")) == "first")
        let large = Task { try await client.execute(set(1 << 20)) }
        try await wait { client.pool.status.leased == 1 }
        for number in 0..<100 { #expect(try await client.execute(echo("\(number)")) == "\(number)") }
        large.cancel()
        await #expect(throws: CancellationError.self) { try await large.value }
        #expect(client.pool.status.leased == 0)
        client.close()
    }

    private static func shakeHandsOnly(_ transport: InMemoryTransport) {
        transport.setReadinessHandler { _ in try? transport.answerHandshake() }
        transport.arm(.readable)
    }

    @Test func `calls with large replies take connections of their own, batches too`() async throws {
        let server = ScriptedServer { $0.words.last == "held" ? .none : .ok }
        let scripted = ScriptedClient(server) { $0.maximumConnections = 2 }
        let client = scripted.client.with(largeReply: true)
        let held = Task { try await client.execute(RawCommand("GET", "held")) }
        try await server.waitForCommands(1)
        _ = try await client.execute(RawCommand("GET", "large"))
        let batch = client.pipeline()
        batch.enqueue(RawCommand("GET", "a"))
        _ = try await batch.run()
        _ = try await scripted.client.execute(RawCommand("GET", "small"))
        #expect(server.commands.map(\.connection) == [0, 1, 1, 2])
        held.cancel()
        await #expect(throws: CancellationError.self) { _ = try await held.value }
    }

    @Test func `while no exclusive connection is to be had a large reply comes over the shared one`() async throws {
        let server = ScriptedServer { $0.name == "BLPOP" ? .none : .ok }
        let scripted = ScriptedClient(server) { $0.maximumConnections = 1 }
        _ = try await scripted.client.execute(RawCommand("GET", "small"))
        let pop = Task { try await scripted.client.execute(RawCommand("BLPOP", "list", "0")) }
        try await server.waitForCommands(2)
        _ = try await scripted.client.with(largeReply: true).execute(RawCommand("GET", "large"))
        #expect(server.commands.map(\.connection) == [0, 1, 0])
        pop.cancel()
        await #expect(throws: CancellationError.self) { _ = try await pop.value }
    }

    @Test func `one task's large SET and small GET, one awaited after the other, keep their order`() async throws {
        let scripted = lanes(1_000)
        for _ in 0..<20 {
            _ = try await scripted.client.execute(set(5_000))
            _ = try await scripted.client.execute(RawCommand("GET", "k", as: String.self))
        }
        #expect(scripted.server.commands.map(\.name) == (0..<20).flatMap { _ in ["SET", "GET"] })
    }

    @Test func `while no exclusive connection is to be had a large request goes over the shared one`() async throws {
        let server = ScriptedServer { $0.name == "BLPOP" ? .none : .ok }
        let scripted = ScriptedClient(server) {
            $0.lanes.largestSharedRequest = 1_000
            $0.maximumConnections = 1
        }
        let blocked = Task { try await scripted.client.execute(RawCommand("BLPOP", "q", "0", as: RESPFrame.self)) }
        try await server.waitForCommands(1)
        #expect(try await scripted.client.execute(set(5_000)) == "OK")
        #expect(server.connectionCount == 2)
        blocked.cancel()
        _ = await blocked.result
    }

    @Test func `many large and small requests at a time each get their own reply`() async throws {
        let scripted = lanes(1_000, inline: true)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<30 {
                group.addTask {
                    for round in 0..<10 {
                        let text = String(repeating: "\(task).\(round) ", count: (task + round) % 3 == 0 ? 1_000 : 1)
                        guard try await scripted.client.execute(echo(text)) == text else { return false }
                    }
                    return true
                }
            }
            for try await allRight in group { #expect(allRight) }
        }
        #expect(scripted.client.pool.status.leased == 0)
    }
}
