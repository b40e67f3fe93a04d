// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import RESPCodec
import Testing
import ToolkitTesting

/// Deadlines: the configuration's, a call's own, and those of commands that block.
@Suite(.timeLimit(.minutes(2))) struct CallSettingsTests {
    /// Whether a call to a server that says nothing ends, unanswered, so long after it began.
    private func ends(
        after limit: Duration, timeout: Duration? = .seconds(5),
        _ call: @escaping @Sendable (NodeClient) async throws -> Void
    ) async throws {
        let scripted = ScriptedClient(ScriptedServer { _ in .none }) {
            $0.commandTimeout = timeout
            // A connection has one timer, which is not moved to a later deadline before it has fired.
            $0.connectTimeout = .seconds(1000)
        }
        let end = scripted.clock.now + limit
        let running = Task { try await call(scripted.client) }
        try await scripted.server.waitForCommands(1)
        try await scripted.clock.waitForSleeper(until: end)
        scripted.clock.advance(to: end)
        let error = await #expect(throws: ConnectionError.self) { try await running.value }
        guard case .timedOut(.outcomeUnknown, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func `a call has the configuration's time, unless it is given another`() async throws {
        try await ends(after: .seconds(5)) { _ = try await $0.get("k") }
        try await ends(after: .seconds(1)) { _ = try await $0.with(timeout: .seconds(1)).get("k") }
        try await ends(after: .seconds(60)) { _ = try await $0.with(timeout: .seconds(60)).get("k") }
        try await ends(after: .seconds(1), timeout: nil) { _ = try await $0.with(timeout: .seconds(1)).get("k") }
        try await ends(after: .seconds(2)) { client in
            let pipe = client.with(timeout: .seconds(2)).pipeline()
            pipe.get("k")
            _ = try await pipe.run()
        }
    }

    @Test func `one deadline can hold for several calls`() async throws {
        let server = ScriptedServer { $0.words[1] == "held" ? .none : .bulk("v") }
        let scripted = ScriptedClient(server)
        let end = scripted.clock.now + .seconds(10)
        let calls = scripted.client.with(deadline: end)
        scripted.clock.advance(by: .seconds(8))
        #expect(try await calls.get("k") == "v")
        let held = Task { try await calls.get("held") }
        try await server.waitForCommands(2)
        try await scripted.clock.waitForSleeper(until: end)
        scripted.clock.advance(to: end)
        await #expect(throws: ConnectionError.self) { try await held.value }
    }

    @Test func `a deadline that has passed ends a call before anything is sent`() async throws {
        let scripted = ScriptedClient(.echo())
        scripted.clock.advance(by: .seconds(1))
        let calls = scripted.client.with(deadline: scripted.clock.now)
        let error = await #expect(throws: (any Error).self) { try await calls.get("k") }
        #expect(error.flatMap { ExecutionCertainty(of: $0) } == .notSent)
        #expect(scripted.server.commands.isEmpty)
    }

    @Test(arguments: [
        ("BLPOP q 2", 7000), ("WAIT 1 500", 5500), ("XREAD BLOCK 30000 STREAMS s $", 35000),
    ])
    func `the time that a command blocks comes on top of the configuration's`(line: String, limit: Int) async throws {
        let words = line.split(separator: " ").map(String.init)
        try await ends(after: .milliseconds(limit)) { client in
            let arguments = words.dropFirst().map(\.bulkString)
            _ = try await client.execute(RawCommand(words[0], arguments: arguments, as: RESPFrame.self))
        }
    }

    @Test func `a time that is given for a call covers blocking too`() async throws {
        for own in [Duration.zero, .seconds(9)] {
            try await ends(after: .seconds(1)) { _ = try await $0.with(timeout: .seconds(1)).blpop("q", timeout: own) }
        }
    }

    @Test func `a command that blocks without end is ended by no default`() async throws {
        let server = ScriptedServer { _ in .none }
        let scripted = ScriptedClient(server)
        let call = Task { try await scripted.client.blpop("q", timeout: .zero, as: String.self) }
        try await server.waitForCommands(1)
        scripted.clock.advance(by: .seconds(1_000_000))
        server.send(.array([.bulk("q"), .bulk("late")]), to: 0)
        #expect(try await call.value?.element == "late")
    }

    @Test func `settings add up, and the client's own calls keep theirs`() async throws {
        let scripted = ScriptedClient(ScriptedServer(replies: [.close, .ok, .close]))
        let calls = scripted.client.with(timeout: nil).with(retrying: .idempotentWrites)
        try await calls.set("k", "v")
        await #expect(throws: ConnectionError.self) { try await scripted.client.set("k", "v") }
        #expect(scripted.server.commands.count == 3)
    }
}
