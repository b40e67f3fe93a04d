// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pool
import RESPCodec
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// Connections whose time is over: they finish what was sent on them, and others serve what is new.
@Suite(.timeLimit(.minutes(2))) struct RetirementTests {
    /// ECHO is answered at once, HELD when the test says so.
    private func scripted(_ change: (inout NodeConfiguration) -> Void = { _ in }) -> ScriptedClient {
        ScriptedClient(ScriptedServer { $0.name == "ECHO" ? .bulk($0.words[1]) : .none }) { configuration in
            configuration.commandTimeout = nil
            change(&configuration)
        }
    }

    private func hold(_ scripted: ScriptedClient) -> Task<String, any Error> {
        Task { try await scripted.client.execute(RawCommand("HELD", as: String.self)) }
    }

    private func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    @Test func `at the end of its lifetime the shared connection finishes, and a new one serves what is new`()
        async throws
    {
        let scripted = scripted { $0.connectionLifetime = .seconds(60) }
        let (client, server) = (scripted.client, scripted.server)
        #expect(try await client.execute(echo("first")) == "first")
        let held = hold(scripted)
        try await server.waitForCommands(2)
        scripted.clock.advance(by: .seconds(60))
        await until { client.pool.status.retiring == 1 }
        #expect(try await client.execute(echo("second")) == "second")
        #expect(server.connectionCount == 2)
        #expect(server.commands.map(\.connection) == [0, 0, 1])
        server.send(.bulk("late, but here"), to: 0)
        #expect(try await held.value == "late, but here")
        await until { client.pool.status.retiring == 0 }
        #expect(client.pool.counters.closed == [.lifetime: 1])
        client.close()
    }

    @Test func `calls go on without an error while connections are replaced again and again`() async throws {
        let scripted = scripted { $0.connectionLifetime = .seconds(10) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<20 {
                group.addTask {
                    for round in 0..<100 {
                        let text = "\(task) \(round)"
                        guard try await scripted.client.execute(echo(text)) == text else { throw CancellationError() }
                        guard task == 0, round % 10 == 9 else { continue }
                        // Whoever still uses an old connection has three times as long.
                        await until { scripted.client.pool.status.retiring == 0 }
                        scripted.clock.advance(by: .seconds(10))
                    }
                }
            }
            try await group.waitForAll()
        }
        await until { (scripted.client.pool.counters.closed[.lifetime] ?? 0) > 0 }
        #expect(scripted.server.commands.count == 2_000, "nothing was lost, nothing was sent twice")
        scripted.client.close()
    }

    @Test func `a retired connection that is idle ends at once and takes no call`() async throws {
        let server = ScriptedServer.echo()
        let connection = try await RESPConnection.open(
            NodeConfiguration(endpoint: .unix(path: "memory")),
            environment: ClientEnvironment(server.connector, ManualClock()))
        connection.retire()
        let options = CallOptions(now: ContinuousClock.now, deadline: nil, mayWaitInline: true)
        let error = await #expect(throws: ConnectionError.self) {
            try await connection.roundTrip(options) { echo("x").encode(into: &$0) }
        }
        guard case .closed(.retired, .notSent, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func `at a shutdown calls under way finish and new ones are refused`() async throws {
        let scripted = scripted()
        let held = hold(scripted)
        try await scripted.server.waitForCommands(1)
        let shutdown = Task { await scripted.client.shutdown(within: .seconds(10)) }
        await until { scripted.client.pool.status.retiring == 1 }
        await #expect(throws: PoolError.self) { try await scripted.client.execute(echo("x")) }
        scripted.server.send(.bulk("finished"), to: 0)
        #expect(try await held.value == "finished")
        #expect(await shutdown.value)
    }

    @Test func `a shutdown ends at its deadline what has not finished`() async throws {
        let scripted = scripted()
        let held = hold(scripted)
        try await scripted.server.waitForCommands(1)
        let shutdown = Task { await scripted.client.shutdown(within: .seconds(10)) }
        await until { scripted.client.pool.status.retiring == 1 }
        scripted.clock.advance(by: .seconds(10))
        #expect(await shutdown.value == false)
        let error = await #expect(throws: ConnectionError.self) { try await held.value }
        #expect(error?.mayHaveExecuted == true)
    }

    @Test func `a connection that lay unused for long is asked before a call gets it, and replaced if it is silent`()
        async throws
    {
        // Connections of their own: WATCH. The first one is silent when it is asked.
        let server = ScriptedServer { command in
            command.name == "PING" && command.connection == 0 ? .none : .ok
        }
        let scripted = ScriptedClient(server) { $0.probeAfterSilence = .seconds(20) }
        func watch() async throws {
            let tx = try await scripted.client.watch("k")
            try await tx.unwatch()
        }
        try await watch()
        await until { scripted.client.pool.status.idle == 1 }
        scripted.clock.advance(by: .seconds(20))
        let second = Task { try await watch() }
        await until { scripted.server.commands.contains { $0.name == "PING" } }
        scripted.clock.advance(by: .seconds(3))
        try await second.value
        #expect(scripted.server.connectionCount == 2)
        #expect(scripted.client.pool.counters.closed == [.failedProbe: 1])
    }
}
