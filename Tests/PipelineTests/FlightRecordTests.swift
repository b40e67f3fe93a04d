// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import RESPCodec
import Testing
import ToolkitTesting
import Transport

/// What the errors of a client say about why, and about where the time went, on a clock that only the test moves.
@Suite(.timeLimit(.minutes(1))) struct FlightRecordTests {
    @Test func `a call that times out says that it was sent, and for how long the server had been silent`() async throws
    {
        let server = ScriptedServer { $0.name == "SLOW" ? .none : .bulk($0.words[1]) }
        let scripted = ScriptedClient(server)
        for _ in 0..<2 { _ = try await scripted.client.execute(echo("secret")) }
        scripted.clock.advance(by: .seconds(60))
        let slow = Task { try await scripted.client.execute(RawCommand("SLOW", "secret", as: String.self)) }
        try await server.waitForCommands(3)
        try await scripted.clock.waitForSleeper(until: scripted.clock.now + .seconds(5))
        scripted.clock.advance(by: .seconds(6))
        let error = await #expect(throws: ConnectionError.self) { try await slow.value }
        let record = try #require(error?.flightRecord)
        #expect(record.silence == .seconds(6))
        #expect(record.inFlight == 1 && record.unsentBytes == 0)
        // The handshake is a request too.
        #expect(record.requests == 4)
        let call = try #require(record.call)
        #expect(call.stage == .sent && call.elapsed == .seconds(6) && call.waited == .zero)
        #expect(call.overdue == .seconds(1), "the clock jumped: a busy process looks the same")
        #expect(record.events.first?.kind == .requests && record.events.last?.kind == .requests)
        #expect("\(error!)".hasPrefix("timed out, command outcomeUnknown: sent 6.0 s ago, noticed 1.0 s late"))
        var dumped = record.debugDescription
        dump(error, to: &dumped)
        #expect(!dumped.contains("secret"))
    }

    @Test func `a call that times out in line for its turn says so`() async throws {
        let server = ScriptedServer { _ in .none }
        let scripted = ScriptedClient(server) { $0.connection.maximumInFlight = 1 }
        try await scripted.client.connect()
        scripted.clock.advance(by: .seconds(60))
        let first = Task { try await scripted.client.with(timeout: nil).execute(echo("first")) }
        try await server.waitForCommands(1)
        let waiting = Task { try await scripted.client.execute(echo("second")) }
        try await scripted.clock.waitForSleeper(until: scripted.clock.now + .seconds(5))
        scripted.clock.advance(by: .seconds(5))
        let error = await #expect(throws: ConnectionError.self) { try await waiting.value }
        let record = try #require(error?.flightRecord)
        #expect(record.call?.stage == .inLine)
        #expect(record.inFlight == 1 && record.inLine == 1)
        #expect(error.flatMap { ExecutionCertainty(of: $0) } == .notSent)
        first.cancel()
        _ = try? await first.value
    }

    @Test func `whoever loses its connection learns what had come before`() async throws {
        let server = ScriptedServer { $0.words[1] == "bad" ? .raw("?nonsense\r\n") : .bulk($0.words[1]) }
        let scripted = ScriptedClient(server)
        _ = try await scripted.client.execute(echo("good"))
        let error = await #expect(throws: ConnectionError.self) {
            try await scripted.client.execute(RawCommand("APPEND", "bad", "x", as: Int.self))
        }
        let record = try #require(error?.flightRecord)
        #expect(record.events.map(\.kind).suffix(3) == [.replies, .requests, .replies])
        #expect(record.call?.stage == .sent)
    }

    @Test func `the time that a call waited for its connection is told apart`() async throws {
        let clock = ManualClock()
        let server = ScriptedServer { _ in .none }
        let connector = InMemoryConnector { _, transport in
            clock.advance(by: .seconds(2))
            server.serve(transport)
        }
        var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
        configuration.commandTimeout = .seconds(5)
        let client = NodeClient(configuration, environment: ClientEnvironment(connector, clock))
        let deadline = clock.now + .seconds(5)
        let call = Task { try await client.execute(echo("x")) }
        try await server.waitForCommands(1)
        try await clock.waitForSleeper(until: deadline)
        clock.advance(to: deadline)
        let error = await #expect(throws: ConnectionError.self) { try await call.value }
        let facts = try #require(error?.flightRecord?.call)
        #expect(facts.stage == .sent && facts.elapsed == .seconds(5) && facts.waited == .seconds(2))
    }

    @Test(arguments: ["close", "nonsense"], ["INCR", "GET"])
    func `a connection that breaks in its first handshake has sent nobody's command`(
        how: String, command: String
    ) async throws {
        // The first answer of the handshake still comes; then the connection breaks, each time anew.
        let server = ScriptedServer(answersHandshakes: false) { request in
            guard request.name == "HELLO" else { return how == "nonsense" ? .raw("?\r\n") : .close }
            return .raw("%1\r\n+proto\r\n:3\r\n")
        }
        let scripted = ScriptedClient(server)
        let error = await #expect(throws: ConnectionError.self) {
            try await scripted.client.execute(RawCommand(command, "n", as: Int?.self))
        }
        guard case .handshakeBroken(_, let record?)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(error.flatMap { ExecutionCertainty(of: $0) } == .notSent)
        #expect(error?.mayHaveExecuted == false)
        #expect(record.requests == 1)
        #expect(server.connectionCount == 4, "it is tried again, as whatever was not sent, but not without end")
        #expect(!server.commands.contains { $0.name == command })
    }

    @Test func `a command whose first handshake broke is sent on the next connection`() async throws {
        let server = ScriptedServer { _ in .integer(1) }
        let broken = ScriptedServer(answersHandshakes: false) { _ in .close }
        let connector = InMemoryConnector { _, transport in
            if broken.connectionCount == 0 { broken.serve(transport) } else { server.serve(transport) }
        }
        let client = NodeClient(
            NodeConfiguration(endpoint: .unix(path: "memory")),
            environment: ClientEnvironment(connector, ManualClock()))
        #expect(try await client.incr("n") == 1)
        #expect(server.commands.map(\.name) == ["INCR"])
    }
}
