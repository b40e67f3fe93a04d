// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import Pool
import RESPCodec
import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(2))) struct ClientStateTests {
    @Test func `everybody who listens hears the states from the present one to the end`() async throws {
        let scripted = ScriptedClient(.echo())
        var listeners: [Task<[String], Never>] = []
        for _ in 0..<3 {
            let (isListening, started) = AsyncStream.makeStream(of: Void.self)
            listeners.append(
                Task {
                    var seen: [String] = []
                    for await state in scripted.client.states {
                        // Which side notices the end first is open, and so is the wording of the cause.
                        seen.append("\("\(state)".prefix { $0 != ":" })")
                        started.finish()
                    }
                    return seen
                })
            for await _ in isListening {}
        }
        _ = try await scripted.client.execute(echo("a"))
        scripted.server.disconnect()
        _ = try await scripted.client.get("b")
        scripted.client.close()
        for listener in listeners {
            #expect(
                await listener.value == [
                    "idle", "connecting", "ready", "reconnecting", "ready", "closed",
                ])
        }
        var late = scripted.client.states.makeAsyncIterator()
        #expect(await late.next().map { "\($0)" } == "closed")
        #expect(await late.next() == nil)
    }

    @Test func `waiting until ready dials until the server is there`() async throws {
        let server = ScriptedServer.echo()
        server.refuseConnections()
        let scripted = ScriptedClient(server, jitter: 1)
        let ready = Task { try await scripted.client.waitUntilReady() }
        let start = scripted.clock.now
        for moment in [50, 150, 350] {
            try await scripted.clock.waitForSleeper(until: start + .milliseconds(moment))
            #expect(!scripted.client.state.isReady)
            if moment == 350 { server.refuseConnections(false) }
            scripted.clock.advance(to: start + .milliseconds(moment))
        }
        try await ready.value
        #expect(scripted.client.state.isReady)
        #expect(try await scripted.client.execute(echo("x")) == "x")
    }

    @Test func `it ends with the last cause when its time is over, and at once for causes that last`() async throws {
        let server = ScriptedServer(answersHandshakes: false) { _ in .error("WRONGPASS no") }
        let refused = ScriptedClient(server)
        await #expect(throws: ConnectionError.self) { try await refused.client.waitUntilReady() }
        #expect(server.connectionCount == 1)

        server.refuseConnections()
        let scripted = ScriptedClient(server, jitter: 1)
        await #expect(throws: TransportError.self) {
            try await scripted.client.waitUntilReady(timeout: .milliseconds(40))
        }
    }

    @Test func `a client that is run lives as long as its task and lets calls finish`() async throws {
        let server = ScriptedServer { _ in .none }
        let scripted = ScriptedClient(server)
        let service = Task { await scripted.client.run() }
        let call = Task { try await scripted.client.get("k") }
        try await server.waitForCommands(1)
        service.cancel()
        for await state in scripted.client.states { if case .closed = state { break } }
        // From now on calls are refused, while the one under way is waited for.
        server.send(.bulk("v"), to: 0)
        #expect(try await call.value == "v")
        await service.value
        await #expect(throws: PoolError.self) { try await scripted.client.get("k") }
    }
}
