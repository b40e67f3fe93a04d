// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(1))) struct ScriptedServerTests {
    @Test func `it answers commands in their order, however they are split`() async throws {
        for size in [1, 2, 7, 1000] {
            var options = InMemoryTransport.Options()
            options.maximumRead = size
            let server = ScriptedServer(options: options) { .bulk($0.words.joined(separator: "+")) }
            let client = try await connect(to: server)
            try await client.write("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nping\r\n")
            let expected = "$5\r\nGET+k\r\n$4\r\nping\r\n"
            #expect(try await text(client, expected.utf8.count) == expected)
            #expect(server.commands == [ScriptedCommand(["GET", "k"]), ScriptedCommand(["ping"])])
            #expect(server.commands.map(\.name) == ["GET", "PING"])
        }
    }

    @Test func `it reads commands typed by hand as servers do`() async throws {
        let server = ScriptedServer { .bulk($0.words.joined(separator: "+")) }
        let client = try await connect(to: server)
        try await client.write("set k \"a b\"\r\n")
        #expect(try await text(client, 15) == "$9\r\nset+k+a b\r\n")
    }

    @Test func `replies have the forms of the protocol`() {
        let reply = ScriptedReply.map([
            .simple("a"): .array([.integer(-1), .double(1.5), .boolean(true), .null, .nullBulk]),
            .bulk("b"): .set([.error("ERR x"), .push([])]),
        ])
        #expect(
            reply == .raw("%2\r\n+a\r\n*5\r\n:-1\r\n,1.5\r\n#t\r\n_\r\n$-1\r\n$1\r\nb\r\n~2\r\n-ERR x\r\n>0\r\n"))
        #expect(ScriptedReply(version: .resp2) { $0.double(1.5) } == .bulk("1.5"))
        #expect(ScriptedReply.ok.then(.null).thenClose().closesConnection)
    }

    @Test func `it introduces itself unless the script wants to`() async throws {
        let hello = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n"
        let server = ScriptedServer(replies: [.simple("first")])
        let client = try await connect(to: server)
        try await client.write(hello + "*1\r\n$4\r\nPING\r\n")
        let reply = try await text(client, 10)
        #expect(reply.hasPrefix("%7\r\n$6\r\n"))
        try await server.waitForCommands(1)
        #expect(server.commands.map(\.name) == ["PING"])
        #expect(server.handshakes.map(\.words) == [["HELLO", "3"]])

        let own = ScriptedServer(answersHandshakes: false, replies: [.error("NOPROTO no")])
        let other = try await connect(to: own)
        try await other.write(hello)
        #expect(try await text(other, 13) == "-NOPROTO no\r\n")
    }

    @Test func `replies in a list are given in order, and then nothing`() async throws {
        let server = ScriptedServer(replies: [.ok, .integer(2).then(.null), .none])
        let client = try await connect(to: server)
        for _ in 0..<4 { try await client.write("*1\r\n$1\r\nX\r\n") }
        #expect(try await text(client, 12) == "+OK\r\n:2\r\n_\r\n")
        try await server.waitForCommands(4)
        server.send(.push([.bulk("late"), .set([.nullBulk])]), to: 0)
        let pushed = ">2\r\n$4\r\nlate\r\n~1\r\n$-1\r\n"
        #expect(try await text(client, pushed.utf8.count) == pushed)
    }

    @Test func `a large reply flows as the client reads`() async throws {
        let value = [UInt8](repeating: 120, count: 1 << 20)
        let server = ScriptedServer(replies: [.bulk(value).thenClose()])
        let client = try await connect(to: server)
        try await client.write("*1\r\n$3\r\nBIG\r\n")
        #expect(try await client.readToEnd() == Array("$1048576\r\n".utf8) + value + [13, 10])
    }

    @Test func `it refuses, disconnects and resets when told to`() async throws {
        let server = ScriptedServer { _ in .ok }
        let (first, second) = (try await connect(to: server), try await connect(to: server))
        #expect(server.connectionCount == 2)
        server.disconnect(0)
        #expect(try await first.read().isEmpty)
        server.reset(1)
        await #expect(throws: TransportError.connectionReset(during: .read)) { try await second.read() }
        server.refuseConnections()
        let endpoint = Endpoint.unix(path: "scripted")
        await #expect(throws: TransportError.connectionRefused(endpoint)) {
            try await server.connector.connect(to: endpoint)
        }
        server.refuseConnections(false)
        let third = try await connect(to: server)
        try await third.write("*1\r\n$4\r\nPING\r\n")
        #expect(try await text(third, 5) == "+OK\r\n")
        #expect(server.commands == [ScriptedCommand(connection: 2, ["PING"])])
    }

    @Test func `what is no command ends the connection by an error`() async throws {
        let server = ScriptedServer { _ in .ok }
        for input in ["*1\r\n*0\r\n", "*x\r\n", "*1\r\n$-5\r\n"] {
            let client = try await connect(to: server)
            try await client.write(input)
            let reply = String(decoding: try await client.readToEnd(), as: UTF8.self)
            #expect(reply.hasPrefix("-ERR Protocol error: "))
        }
        #expect(server.commands.isEmpty)
    }

    @Test func `with a manual scheduler it does nothing by itself`() async throws {
        let scheduler = ManualScheduler()
        var options = InMemoryTransport.Options()
        options.scheduler = scheduler.scheduler
        let server = ScriptedServer(options: options) { _ in .ok }
        let client = try await server.connector.connect(to: .unix(path: "scripted"))
        _ = try client.tryWrite(Array("*1\r\n$4\r\nPING\r\n".utf8).span)
        #expect(server.commands.isEmpty)
        scheduler.runUntilIdle()
        #expect(server.commands.count == 1)
    }

    private func connect(to server: ScriptedServer) async throws -> TransportStream {
        TransportStream(try await server.connector.connect(to: .unix(path: "scripted")))
    }

    private func text(_ client: TransportStream, _ count: Int) async throws -> String {
        String(decoding: try await client.read(exactly: count), as: UTF8.self)
    }
}
