// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import Pool
import RESPCodec
import Testing
import ToolkitTesting
import Transport

/// What a client sends again, and what its caller learns.
@Suite(.timeLimit(.minutes(2))) struct RetryTests {
    @Test(arguments: ["LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "NOREPLICAS", "READONLY"])
    func `a command that was refused before it ran is sent again, whatever it does`(code: String) async throws {
        let refusal = ScriptedReply.error("\(code) come again")
        let scripted = ScriptedClient(ScriptedServer(replies: [refusal, refusal, .integer(1), refusal, .bulk("v")]))
        #expect(try await scripted.client.incr("n") == 1)
        #expect(try await scripted.client.get("k") == "v")
        #expect(scripted.server.commands.map(\.name) == ["INCR", "INCR", "INCR", "GET", "GET"])
    }

    @Test(arguments: ["OOM", "MISCONF", "NOPERM", "WRONGTYPE", "ERR"])
    func `other errors are answers`(code: String) async throws {
        let scripted = ScriptedClient(ScriptedServer { _ in .error("\(code) no") })
        let error = await #expect(throws: ServerError.self) { try await scripted.client.get("k") }
        #expect(error?.message == "\(code) no")
        #expect(scripted.server.commands.count == 1)
    }

    @Test func `a refusal that lasts reaches the caller when no further attempt fits before the deadline`() async throws
    {
        let scripted = ScriptedClient(ScriptedServer { _ in .error("LOADING") }, jitter: 1) {
            $0.commandTimeout = .milliseconds(35)
        }
        // Attempts come at 0, 10 and 30 ms; the next would come at 70 ms.
        let start = scripted.clock.now
        let call = Task { try await scripted.client.set("k", "v") }
        for moment in [10, 30] {
            try await scripted.clock.waitForSleeper(until: start + .milliseconds(moment))
            scripted.clock.advance(to: start + .milliseconds(moment))
        }
        let error = await #expect(throws: ServerError.self) { try await call.value }
        #expect(error?.code == .loading)
        #expect(error.flatMap { ExecutionCertainty(of: $0) } == .refused)
        #expect(scripted.server.commands.count == 3)
    }

    @Test func `an idempotent write is sent again after an unknown outcome if the call says so`() async throws {
        let scripted = ScriptedClient(ScriptedServer(replies: [.close, .ok, .close, .integer(1)]))
        try await scripted.client.with(retrying: .idempotentWrites).set("k", "v")
        #expect(scripted.server.commands.map(\.name) == ["SET", "SET"])
        // Counting twice is another result than counting once.
        let error = await #expect(throws: ConnectionError.self) {
            try await scripted.client.with(retrying: .idempotentWrites).incr("n")
        }
        #expect(error?.mayHaveExecuted == true)
        #expect(scripted.server.commands.count == 3)
    }

    @Test func `the configuration can say it for all calls, and a call otherwise`() async throws {
        let scripted = ScriptedClient(ScriptedServer(replies: [.close, .ok, .close])) {
            $0.retries.scope = .idempotentWrites
        }
        try await scripted.client.set("k", "v")
        let error = await #expect(throws: ConnectionError.self) {
            try await scripted.client.with(retrying: .nothing).get("k")
        }
        #expect(error?.mayHaveExecuted == true)
        #expect(scripted.server.commands.map(\.name) == ["SET", "SET", "GET"])
    }

    @Test func `a write that may have run keeps that verdict when the server doesn't come back`() async throws {
        let server = ScriptedServer { _ in .none }
        let scripted = ScriptedClient(server, jitter: 1)
        let call = Task { try await scripted.client.with(retrying: .idempotentWrites).set("k", "v") }
        try await server.waitForCommands(1)
        server.refuseConnections()
        server.disconnect()
        // Dials fail until the deadline of the call.
        let time = Task { try await scripted.clock.runFreely() }
        defer { time.cancel() }
        let error = await #expect(throws: ConnectionError.self) { try await call.value }
        #expect(error?.mayHaveExecuted == true)
    }

    @Test func `a batch that was refused as a whole is sent again as a whole`() async throws {
        let refusal = ScriptedReply.error("LOADING")
        let scripted = ScriptedClient(ScriptedServer(replies: [refusal, refusal, .ok, .integer(1)]))
        let pipe = scripted.client.pipeline()
        let stored = pipe.set("a", "1")
        let count = pipe.incr("n")
        let replies = try await pipe.run()
        _ = try replies[stored]
        #expect(try replies[count] == 1)
        #expect(scripted.server.commands.map(\.name) == ["SET", "INCR", "SET", "INCR"])
    }

    @Test func `a batch of which a part ran is never sent again`() async throws {
        let scripted = ScriptedClient(ScriptedServer(replies: [.ok, .error("LOADING")]))
        let pipe = scripted.client.pipeline()
        let stored = pipe.set("a", "1")
        let count = pipe.incr("n")
        let replies = try await pipe.run()
        _ = try replies[stored]
        #expect(throws: ServerError.self) { try replies[count] }
        #expect(scripted.server.commands.count == 2)
    }

    @Test func `a batch that stays refused brings the refusals as its replies`() async throws {
        let scripted = ScriptedClient(ScriptedServer { _ in .error("READONLY") }) { $0.retries.maximumAttempts = 3 }
        let pipe = scripted.client.pipeline()
        let count = pipe.incr("n")
        let replies = try await pipe.run()
        let error = #expect(throws: ServerError.self) { try replies[count] }
        #expect(error?.code == .readOnly)
        #expect(scripted.server.commands.count == 3)
    }

    @Test func `an atomic batch that was not executed is sent again`() async throws {
        let scripted = ScriptedClient(
            ScriptedServer(replies: [
                .ok, .error("LOADING"), .error("EXECABORT because of previous errors"),
                .ok, .simple("QUEUED"), .array([.integer(7)]),
            ]))
        let pipe = scripted.client.pipeline()
        let count = pipe.incr("n")
        #expect(try await pipe.run(atomic: true)[count] == 7)
        #expect(scripted.server.commands.map(\.name) == ["MULTI", "INCR", "EXEC", "MULTI", "INCR", "EXEC"])
    }

    @Test func `a blocking command that was refused is sent again`() async throws {
        let scripted = ScriptedClient(
            ScriptedServer(replies: [.error("READONLY"), .array([.bulk("q"), .bulk("element")])]))
        #expect(try await scripted.client.blpop("q", timeout: .zero, as: String.self)?.element == "element")
    }

    @Test func `a write that reaches a replica makes the client dial anew, and the old connection serves until then`()
        async throws
    {
        let replica = ScriptedServer { $0.name == "SET" ? .error("READONLY a replica") : .bulk("old") }
        let primary = ScriptedServer.echo()
        // Since the failover the same name leads to another machine.
        let connector = InMemoryConnector { _, transport in
            if replica.connectionCount == 0 { replica.serve(transport) } else { primary.serve(transport) }
        }
        let clock = ManualClock()
        let client = NodeClient(
            NodeConfiguration(endpoint: .tcp(host: "name", port: 6379)),
            environment: ClientEnvironment(connector, clock, jitter: 1))
        #expect(try await client.get("k") == "old")
        clock.advance(by: .seconds(1))
        let start = clock.now
        let write = Task { try await client.set("k", "v") }
        try await clock.waitForSleeper(until: start + .milliseconds(10))
        while client.pool.counters.opened < 2 { await Task.yield() }
        clock.advance(to: start + .milliseconds(10))
        _ = try await write.value
        #expect(primary.commands.map(\.name) == ["SET"])
        #expect(replica.commands.map(\.name) == ["GET", "SET"])
        #expect(replica.connectionCount == 1 && primary.connectionCount == 1)
    }
}
