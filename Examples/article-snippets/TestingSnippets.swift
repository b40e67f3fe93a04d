// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import ValkeyToolkit

// The code of the articles in ToolkitTesting.docc, compiled and run (Scripts/check-docc), beside that of Examples/rate-limiter.

@Suite(.timeLimit(.minutes(1))) struct TestingSnippets {
    @Test func `the landing page`() async throws {
        let server = ScriptedServer { command in
            command.name == "GET" ? .bulk("hello") : .error("ERR not in the script")
        }
        let environment = ClientEnvironment(connector: server.connector)
        let client = try ValkeyClient("valkey://anywhere", environment: environment)

        #expect(try await client.get("greeting", as: String.self) == "hello")
        #expect(server.commands == [ScriptedCommand(["GET", "greeting"])])
        client.close()
    }

    @Test func `replies of every kind`() async throws {
        let server = ScriptedServer(replies: [
            .integer(3), .array([.bulk("a"), .null]), .map([.bulk("k"): .double(1.5)]),
            .error("WRONGTYPE Operation against a key holding the wrong kind of value"),
            ScriptedReply { replies in
                replies.setHeader(1)
                replies.verbatimString("text", format: "mkd")
            },
        ])
        let client = TransportStream(try await server.connector.connect(to: .unix(path: "scripted")))
        for _ in 1...5 { try await client.write("ANY\r\n") }
        let first = try await client.read(exactly: 4)
        #expect(first == Array(":3\r\n".utf8))
        client.close()
    }

    @Test func `late replies and pushes`() async throws {
        let server = ScriptedServer { $0.name == "GET" ? .none : .ok }
        let client = try ValkeyClient(
            "valkey://anywhere", environment: ClientEnvironment(connector: server.connector))

        async let value = client.get("k", as: String.self)
        try await server.waitForCommands(1)
        server.send(.bulk("late"), to: 0)
        let received = try await value
        #expect(received == "late")

        server.reset()
        try await client.set("k", "over a new connection")
        #expect(server.connectionCount == 2)
        client.close()
    }

    @Test func `one plan for all connections`() async throws {
        let server = ScriptedServer { _ in .bulk("value") }
        let plan = FaultPlan(seed: 7, receiving: [.split(into: 1...3), .drop(.probability(0.0001))])
        let connector = FaultInjectingConnector(server.connector, plan)
        let client = try ValkeyClient(
            "valkey://anywhere", environment: ClientEnvironment(connector: connector))
        #expect(try await client.get("k", as: String.self) == "value", "\(connector)")
        client.close()
    }

    @Test func `faults that begin and end`() async throws {
        let server = ScriptedServer { _ in .bulk("value") }
        let connector = FaultInjectingConnector(server.connector, FaultPlan())
        let client = try ValkeyClient(
            "valkey://anywhere", environment: ClientEnvironment(connector: connector))
        try await client.connect()

        connector.setFaults([.stall(.now)])
        async let value = client.get("k", as: String.self)
        connector.setFaults([])
        let received = try await value
        #expect(received == "value")
        client.close()
    }

    @Test func `plans by number`() async throws {
        let server = ScriptedServer { _ in .bulk("value") }
        let connector = FaultInjectingConnector(server.connector) { number, endpoint in
            // The first connection breaks in the middle of some reply; what only reads is sent again over the next.
            number == 0 ? FaultPlan(receiving: [.reset(.after(250))]) : FaultPlan()
        }
        let client = try ValkeyClient(
            "valkey://anywhere", environment: ClientEnvironment(connector: connector))
        for _ in 1...20 { #expect(try await client.get("k", as: String.self) == "value", "\(connector)") }
        #expect(connector.attemptCount == 2)
        client.close()
    }

    @Test func `the machine alone`() {
        var stream = FaultPlan(seed: 1, sending: [.duplicate(.after(2), count: 3...3)]).makeStream(.sending)
        let now = ContinuousClock().systemEpoch
        stream.append(Array("abcdefgh".utf8).span, at: now)
        var arrived: [UInt8] = []
        while case .bytes(let count) = stream.step(at: now) {
            arrived += [UInt8](capacity: count) { output in _ = stream.move(into: &output) }
        }
        #expect(arrived == Array("abcdecdefgh".utf8))
        #expect(stream.log.events == [FaultEvent(at: 2, .duplicated(3))])
    }

    @Test func `a manual scheduler`() throws {
        let scheduler = ManualScheduler()
        var options = InMemoryTransport.Options()
        options.scheduler = scheduler.scheduler
        let server = ScriptedServer(options: options) { _ in .ok }
        let (client, other) = InMemoryTransport.pair(options)
        server.serve(other)

        _ = try client.tryWrite(Array("PING\r\n".utf8).span)
        #expect(server.commands.isEmpty)
        scheduler.runUntilIdle()
        #expect(server.commands.count == 1 && client.readableByteCount == 5)
    }
}
