// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pool
import RESPCodec
import Testing
import ToolkitTesting

@testable import Pipeline

/// `withConnection`: one connection for a scope, and what becomes of it.
@Suite(.timeLimit(.minutes(2))) struct LeasedConnectionTests {
    /// A server that answers RESET as servers do, and holds back what it is asked for "held".
    private static func server() -> ScriptedServer {
        ScriptedServer { command in
            switch command.name {
            case "RESET": .simple("RESET")
            case "ECHO": .bulk(command.words[1])
            case "BLPOP": .none
            default: command.words.last == "held" ? .none : .ok
            }
        }
    }

    @Test func `all calls of a scope go over one connection, which is nobody else's`() async throws {
        let scripted = ScriptedClient(Self.server())
        _ = try await scripted.client.execute(echo("shared"))
        let said = try await scripted.client.withConnection { connection in
            _ = try await scripted.client.execute(echo("beside"))
            let first = try await connection.execute(echo("a"))
            let both = try await connection.pipeline(echo("b"), echo("c"))
            return [first, both.0, both.1]
        }
        #expect(said == ["a", "b", "c"])
        #expect(scripted.server.commands.map(\.connection) == [0, 0, 1, 1, 1])
    }

    @Test func `a connection to which nothing was bound goes back as it is`() async throws {
        let scripted = ScriptedClient(Self.server())
        for text in ["a", "b"] {
            let said = try await scripted.client.withConnection { try await $0.execute(echo(text)) }
            #expect(said == text)
            #expect(scripted.client.pool.status.leased == 0)
        }
        #expect(scripted.server.commands.map(\.words) == [["ECHO", "a"], ["ECHO", "b"]])
        #expect(scripted.server.connectionCount == 1)
    }

    @Test(arguments: [false, true])
    func `what was bound to it is reset before anybody else gets it`(fails: Bool) async throws {
        struct Failure: Error {}
        let scripted = ScriptedClient(Self.server()) {
            $0.maximumConnections = 1
            $0.database = 1
        }
        let scope = { () async throws in
            try await scripted.client.withConnection { connection in
                try await connection.execute(MULTI())
                _ = try await connection.execute(RawCommand("INCR", "n", as: String.self))
                if fails { throw Failure() }
            }
        }
        if fails { await #expect(throws: Failure.self) { try await scope() } } else { try await scope() }
        let said = try await scripted.client.withConnection { try await $0.execute(echo("next")) }
        #expect(said == "next")
        #expect(scripted.server.commands.map(\.name) == ["MULTI", "INCR", "RESET", "ECHO"])
        #expect(scripted.server.connectionCount == 1)
        let handshakes = scripted.server.handshakes.map(\.name)
        #expect(handshakes.filter { $0 == "HELLO" }.count == 2)
        #expect(handshakes.filter { $0 == "SELECT" }.count == 2)
    }

    @Test func `one that owes a reply is closed`() async throws {
        let scripted = ScriptedClient(Self.server()) { $0.maximumConnections = 1 }
        let scope = Task {
            try await scripted.client.withConnection { connection in
                _ = try await connection.execute(RawCommand("BLPOP", "list", "0"))
            }
        }
        try await scripted.server.waitForCommands(1)
        scope.cancel()
        await #expect(throws: CancellationError.self) { try await scope.value }
        let said = try await scripted.client.withConnection { try await $0.execute(echo("next")) }
        #expect(said == "next")
        #expect(scripted.server.commands.map(\.connection) == [0, 1])
    }

    @Test func `a server that can't reset a connection costs one, and nothing else`() async throws {
        let scripted = ScriptedClient(
            ScriptedServer { $0.name == "RESET" ? .error("ERR unknown command 'RESET'") : .ok }
        ) { $0.maximumConnections = 1 }
        for _ in 1...2 {
            try await scripted.client.withConnection { connection in
                _ = try await connection.execute(WATCH(.one("k".bulkString)))
            }
        }
        // What is said to the second connection at its end may be here already.
        #expect(scripted.server.commands.map(\.connection).prefix(3) == [0, 0, 1])
    }

    @Test func `behind CLIENT REPLY OFF commands are sent and nothing is waited for`() async throws {
        let server = ScriptedServer(answersHandshakes: false) { command in
            switch command.words.last {
            case "OFF", "unanswered": .none
            default: .ok
            }
        }
        let scripted = ScriptedClient(server) { $0.protocolVersion = .resp2 }
        try await scripted.client.withConnection { connection in
            #expect(try await connection.execute(RawCommand("CLIENT", "REPLY", "OFF", as: String.self)) == "OK")
            try await connection.send(RawCommand("SET", "a", "unanswered"))
            try await connection.send(RawCommand("SET", "b", "unanswered"))
            do {
                _ = try await connection.execute(RawCommand("GET", "a"))
                Issue.record("no reply would come")
            } catch CommandMisuse.repliesAreOff(name: "GET") {}
            #expect(try await connection.execute(RawCommand("CLIENT", "REPLY", "ON", as: String.self)) == "OK")
            #expect(try await connection.execute(RawCommand("SET", "c", "1", as: String.self)) == "OK")
        }
        #expect(scripted.client.pool.status.idle == 0 && scripted.client.pool.status.resetting == 0)
    }

    @Test func `a batch that outlives its scope is refused`() async throws {
        let scripted = ScriptedClient(Self.server())
        let batch = try await scripted.client.withConnection { connection in connection.pipeline() }
        batch.enqueue(echo("late"))
        await #expect(throws: CommandMisuse.self) { _ = try await batch.run() }
        #expect(scripted.server.commands.isEmpty)
    }

    @Test func `a lost connection is an error and is not replaced within the scope`() async throws {
        let server = ScriptedServer { $0.name == "GET" ? .close : .ok }
        let scripted = ScriptedClient(server)
        await #expect(throws: ConnectionError.self) {
            try await scripted.client.withConnection { connection in
                do { _ = try await connection.execute(RawCommand("GET", "k")) } catch is ConnectionError {}
                _ = try await connection.execute(RawCommand("SET", "k", "v"))
            }
        }
        #expect(server.commands.map(\.name) == ["GET"])
        #expect(scripted.client.pool.status.idle == 0)
    }

    @Test func `calls on a lease have the time that was set for them`() async throws {
        let scripted = ScriptedClient(Self.server()) { $0.connectTimeout = .seconds(1000) }
        let end = scripted.clock.now + .seconds(2)
        let scope = Task {
            try await scripted.client.with(timeout: .seconds(2)).withConnection { connection in
                _ = try await connection.execute(RawCommand("GET", "held"))
            }
        }
        try await scripted.server.waitForCommands(1)
        try await scripted.clock.waitForSleeper(until: end)
        scripted.clock.advance(to: end)
        await #expect(throws: ConnectionError.self) { try await scope.value }
    }
}
