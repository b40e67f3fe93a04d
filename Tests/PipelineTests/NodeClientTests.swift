// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import Pool
import RESPCodec
import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(2))) struct NodeClientTests {
    @Test(arguments: [1, 7, 100_000], [false, true])
    func `many concurrent callers each get their own reply, however the bytes are cut`(
        cut: Int, inline: Bool
    ) async throws {
        let scripted = ScriptedClient(
            .echo {
                $0.maximumRead = cut
                $0.canWaitInline = inline
            })
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<100 {
                group.addTask {
                    for round in 0..<10 {
                        let text = "task \(task) round \(round)"
                        guard try await scripted.client.execute(echo(text)) == text else { return false }
                    }
                    return true
                }
            }
            for try await allRight in group { #expect(allRight) }
        }
        #expect(scripted.server.connectionCount == 1)
        #expect(scripted.server.commands.count == 1000)
    }

    @Test func `the reply of a cancelled call answers nobody else`() async throws {
        let server = ScriptedServer { $0.words[1] == "held" ? .none : .bulk($0.words[1]) }
        let scripted = ScriptedClient(server)
        #expect(try await scripted.client.execute(echo("first")) == "first")
        let cancelled = Task { try await scripted.client.execute(echo("held")) }
        try await server.waitForCommands(2)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }

        // The late reply is the first that arrives after the cancellation: it must be dropped, not handed on.
        server.send(.bulk("late"), to: 0)
        #expect(try await scripted.client.execute(echo("next")) == "next")
        #expect(server.connectionCount == 1)
    }

    @Test(arguments: [false, true])
    func `a call of a task that is cancelled already sends nothing`(busy: Bool) async throws {
        let server = ScriptedServer { $0.words[1] == "held" ? .none : .bulk($0.words[1]) }
        let scripted = ScriptedClient(server)
        #expect(try await scripted.client.execute(echo("first")) == "first")
        let held = busy ? Task { try await scripted.client.execute(echo("held")) } : nil
        try await server.waitForCommands(busy ? 2 : 1)
        let cancelled = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await scripted.client.execute(echo("never"))
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        if busy { server.send(.bulk("held"), to: 0) }
        #expect(try await held?.value == (busy ? "held" : nil))
        #expect(try await scripted.client.execute(echo("next")) == "next")
        #expect(!server.commands.contains { $0.words[1] == "never" })
    }

    @Test func `a call that times out may have run, and its late reply answers nobody`() async throws {
        // The server answers when it is told to, so that the replies come in the order of the commands.
        let server = ScriptedServer { _ in .none }
        let scripted = ScriptedClient(server)
        let slow = Task { try await scripted.client.execute(RawCommand("SLOW", as: String.self)) }
        try await server.waitForCommands(1)
        try await scripted.clock.waitForSleepers(1)
        scripted.clock.advance(by: .seconds(5))
        let error = await #expect(throws: ConnectionError.self) { try await slow.value }
        guard case .timedOut(.outcomeUnknown, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        let next = Task { try await scripted.client.execute(echo("mine")) }
        try await server.waitForCommands(2)
        server.send(.bulk("late"), to: 0)
        server.send(.bulk("mine"), to: 0)
        #expect(try await next.value == "mine")
        #expect(server.connectionCount == 1)
    }

    @Test func `when the connection ends a write is not sent again, and the error says that it may have run`()
        async throws
    {
        let server = ScriptedServer { _ in .close }
        let scripted = ScriptedClient(server)
        let error = await #expect(throws: ConnectionError.self) {
            try await scripted.client.execute(RawCommand("INCR", "n", as: Int.self))
        }
        #expect(error?.mayHaveExecuted == true)
        #expect(server.commands.count == 1)
    }

    @Test func `when the connection ends a command that only reads is sent again on a new one`() async throws {
        let server = ScriptedServer(replies: [.close, .bulk("value")])
        let scripted = ScriptedClient(server)
        #expect(try await scripted.client.get("k") == "value")
        #expect(server.connectionCount == 2)
    }

    @Test func `a reply that nobody asked for closes the connection and the next call makes another`() async throws {
        let scripted = ScriptedClient(.echo()) { $0.connection.probeAfter = .zero }
        #expect(try await scripted.client.execute(echo("a")) == "a")
        scripted.server.send(.bulk("stray"), to: 0)
        #expect(try await scripted.client.execute(echo("b")) == "b")
        #expect(scripted.server.connectionCount == 2)
        #expect(scripted.server.commands.count == 2)
    }

    @Test func `a handshake that is not answered in time closes its connection`() async throws {
        let server = ScriptedServer(answersHandshakes: false) { _ in .none }
        let scripted = ScriptedClient(server) { $0.connectTimeout = .seconds(1) }
        let call = Task { try await scripted.client.execute(echo("x")) }
        try await server.waitForCommands(1)
        // Two sleep: the call in the pool, until its deadline, and the handshake.
        try await scripted.clock.waitForSleepers(2)
        scripted.clock.advance(by: .seconds(1))
        let error = await #expect(throws: ConnectionError.self) { try await call.value }
        guard case .connectTimedOut? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        server.send(.ok, to: 0)
        #expect(server.connectionCount == 1)
    }

    @Test(arguments: ["SELECT", "auth", "Watch", "MULTI", "subscribe", "MONITOR", "RESET"])
    func `a raw command that binds state to its connection is refused before it is sent`(name: String) async throws {
        let scripted = ScriptedClient(.echo())
        await #expect(throws: CommandMisuse.bindsConnection(name: name.uppercased())) {
            try await scripted.client.execute(RawCommand(name, "1", as: RESPFrame.self))
        }
        #expect(scripted.server.commands.isEmpty)
    }

    @Test func `a command that blocks has a connection to itself`() async throws {
        let server = ScriptedServer { $0.name == "BLPOP" ? .none : .bulk($0.words[1]) }
        let scripted = ScriptedClient(server)
        let blocked = Task { try await scripted.client.execute(RawCommand("BLPOP", "q", "0", as: RESPFrame.self)) }
        try await server.waitForCommands(1)
        #expect(try await scripted.client.execute(echo("meanwhile")) == "meanwhile")
        #expect(server.connectionCount == 2)
        blocked.cancel()
        await #expect(throws: CancellationError.self) { try await blocked.value }
    }

    @Test func `closing the client ends a call that blocks on the server`() async throws {
        let server = ScriptedServer { _ in .none }
        let scripted = ScriptedClient(server)
        let blocked = Task { try await scripted.client.execute(RawCommand("BLPOP", "q", "0", as: RESPFrame.self)) }
        try await server.waitForCommands(1)
        scripted.client.close()
        let error = await #expect(throws: ConnectionError.self) { try await blocked.value }
        #expect(error?.mayHaveExecuted == true)
    }

    @Test func `more unsent bytes than allowed are refused, and nothing of the command was sent`() async throws {
        var options = InMemoryTransport.Options()
        options.capacity = 1024
        let scripted = ScriptedClient(ScriptedServer(options: options) { _ in .none }) {
            $0.connection.maximumUnsentBytes = 4096
        }
        let big = String(repeating: "x", count: 3000)
        let calls = (0..<20).map { _ in
            Task { try await scripted.client.execute(RawCommand("SET", "k", big, as: String.self)) }
        }
        for call in calls { call.cancel() }
        for call in calls {
            switch await call.result {
            case .failure(is CancellationError), .failure(ConnectionError.overloaded): break
            case .failure(let error): Issue.record("\(error)")
            case .success(let reply): Issue.record("\(reply)")
            }
        }
    }

    @Test func `a closed client fails its waiting calls and every later one`() async throws {
        let server = ScriptedServer { _ in .none }
        let scripted = ScriptedClient(server)
        let waiting = Task { try await scripted.client.execute(echo("x")) }
        try await server.waitForCommands(1)
        scripted.client.close()
        let error = await #expect(throws: ConnectionError.self) { try await waiting.value }
        guard case .closed(.closedByOwner, .outcomeUnknown, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        await #expect(throws: PoolError.self) { try await scripted.client.execute(echo("y")) }
    }

    @Test func `calls from the main actor work as any others`() async throws {
        let scripted = ScriptedClient(.echo { $0.canWaitInline = true })
        try await onMainActor(scripted.client)
    }

    @MainActor private func onMainActor(_ client: NodeClient) async throws {
        for number in 0..<20 { #expect(try await client.execute(echo("\(number)")) == "\(number)") }
    }

    @Test func `whoever has waited for replies goes on in its actor`() async throws {
        let scripted = ScriptedClient(
            ScriptedServer { $0.name == "ECHO" ? .bulk($0.words[1]) : .error("ERR no") })
        try await waitOnMainActor(scripted.client)
        let waiter = Waiter()
        for _ in 0..<20 { try await waiter.wait(scripted.client) }
    }

    // In another actor these preconditions fail, and with them the process: there is no question with an answer.

    @MainActor private func waitOnMainActor(_ client: NodeClient) async throws {
        #expect(try await client.execute(echo("one")) == "one")
        MainActor.preconditionIsolated()
        _ = try? await client.execute(RawCommand("SET", as: String.self))
        MainActor.preconditionIsolated()
    }

    private actor Waiter {
        func wait(_ client: NodeClient) async throws {
            #expect(try await client.execute(echo("one")) == "one")
            preconditionIsolated()
            _ = try? await client.execute(RawCommand("SET", as: String.self))
            preconditionIsolated()
            let batch = client.pipeline()
            let handle = batch.enqueue(echo("two"))
            let replies = try await batch.run()
            preconditionIsolated()
            #expect(try replies[handle] == "two")
        }
    }
}
