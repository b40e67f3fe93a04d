// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pool
import RESPCodec
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// Connections on which nothing comes any more, on a clock that only the test moves.
@Suite(.timeLimit(.minutes(1))) struct LivenessTests {
    @Test func `a connection that owes replies and stays silent is given up, and the next call has a new one`()
        async throws
    {
        let server = ScriptedServer { $0.connection == 0 ? .none : .bulk($0.words[1]) }
        let scripted = ScriptedClient(server) {
            $0.commandTimeout = nil
            $0.connection.silenceLimit = .seconds(4)
        }
        try await scripted.client.connect()
        let start = scripted.clock.now
        let call = Task { try await scripted.client.execute(echo("lost")) }
        try await server.waitForCommands(1)
        let time = Task { try await scripted.clock.runFreely() }
        let error = await #expect(throws: ConnectionError.self) { try await call.value }
        time.cancel()
        _ = try? await time.value
        guard case .closed(.silent(for: .seconds(4)), .outcomeUnknown, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        let silence = start.duration(to: scripted.clock.now)
        #expect(silence >= .seconds(4) && silence <= .seconds(8), "\(silence)")
        #expect(try await scripted.client.execute(echo("next")) == "next")
        #expect(server.connectionCount == 2)
    }

    @Test func `calls that time out one after the other don't keep a dead connection alive`() async throws {
        // A black hole swallowed the first command: what is answered from then on would answer tombstones for ever.
        let server = ScriptedServer { $0.connection == 0 ? .none : .bulk($0.words[1]) }
        let scripted = ScriptedClient(server) {
            $0.commandTimeout = .seconds(1)
            $0.connection.silenceLimit = .seconds(4)
        }
        try await scripted.client.connect()
        var calls = 0
        while server.connectionCount == 1, calls < 100 {
            calls += 1
            let call = Task { try await scripted.client.execute(echo("again")) }
            try await server.waitForCommands(calls)
            guard server.connectionCount == 1 else { break }
            let time = Task { try await scripted.clock.runFreely() }
            _ = try? await call.value
            time.cancel()
            _ = try? await time.value
        }
        #expect(server.connectionCount == 2)
    }

    @Test func `replies that all come too late, since one got lost, don't keep a connection alive`() async throws {
        // The first command is not answered; each later one brings the answer to itself, which the one before it gets.
        let server = ScriptedServer { $0.connection == 0 && $0.words[1] == "0" ? .none : .bulk($0.words[1]) }
        let scripted = ScriptedClient(server) {
            $0.commandTimeout = .seconds(1)
            $0.connection.silenceLimit = .seconds(4)
        }
        try await scripted.client.connect()
        let start = scripted.clock.now
        var (calls, reply) = (0, String?.none)
        while reply == nil, calls < 1000 {
            let call = Task { [calls] in try await scripted.client.execute(echo("\(calls)")) }
            calls += 1
            try await server.waitForCommands(calls)
            // Its reply has answered the call before: each call brings something.
            while let open = scripted.client.pool.sharedIfOpen(), open.inFlight > 1 { await Task.yield() }
            if server.connectionCount == 1 { scripted.clock.advance(by: .seconds(1)) }
            reply = try? await call.value
        }
        // The first calls time out; the one on a new connection doesn't.
        #expect(calls > 1 && reply == "\(calls - 1)")
        #expect(server.connectionCount == 2)
        #expect(start.duration(to: scripted.clock.now) >= .seconds(4))
    }

    @Test func `a command that blocks on the server may be silent for as long as it likes`() async throws {
        let server = ScriptedServer { _ in .none }
        let scripted = ScriptedClient(server) { $0.connection.silenceLimit = .seconds(4) }
        let call = Task { try await scripted.client.blpop("list", timeout: .zero) }
        try await server.waitForCommands(1)
        for _ in 0..<50 {
            // Whoever wants to look whether the peer lives has ample chance to.
            for _ in 0..<20 { await Task.yield() }
            scripted.clock.advance(by: .seconds(2))
        }
        server.send(.array([.bulk("list"), .bulk("element")]), to: 0)
        #expect(try await call.value?.element == "element")
    }
}
