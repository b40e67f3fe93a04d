// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pool
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// Idle connections that ask for a sign of life, on a clock that only the test moves: every eight seconds, and four more
/// for the answer.
@Suite(.timeLimit(.minutes(1))) struct KeepaliveTests {
    private func client(_ server: ScriptedServer, _ change: (inout NodeConfiguration) -> Void = { _ in })
        -> ScriptedClient
    {
        ScriptedClient(server) {
            $0.connection.keepalive = .seconds(8)
            $0.connection.silenceLimit = .seconds(4)
            change(&$0)
        }
    }

    /// Lets time pass in the steps of whoever sleeps, until something holds.
    private func pass(_ clock: ManualClock, until condition: () -> Bool) async throws {
        let time = Task { try await clock.runFreely() }
        defer { time.cancel() }
        try await wait(until: condition)
    }

    @Test func `an idle connection whose peer has vanished is found without a call`() async throws {
        let server = ScriptedServer { $0.connection == 0 ? .none : .bulk($0.words[1]) }
        let scripted = client(server)
        try await scripted.client.connect()
        let start = scripted.clock.now
        try await pass(scripted.clock) { scripted.client.pool.counters.closed[.lost] == 1 }
        let taken = start.duration(to: scripted.clock.now)
        #expect(taken >= .seconds(12) && taken <= .seconds(18), "\(taken)")
        #expect(server.commands.map(\.words) == [["PING"]])
        guard case .reconnecting(CloseReason.silent)? = Optional(scripted.client.state) else {
            Issue.record("the state is \(scripted.client.state)")
            return
        }
        #expect(try await scripted.client.execute(echo("next")) == "next")
        #expect(server.connectionCount == 2)
    }

    @Test func `a peer that answers keeps its connection, and a refusal is a sign of life too`() async throws {
        let server = ScriptedServer { $0.name == "PING" ? .error("LOADING the dataset") : .bulk($0.words[1]) }
        let scripted = client(server)
        try await scripted.client.connect()
        let connection = try #require(scripted.client.pool.sharedIfOpen())
        while server.commands.count < 5 {
            try await scripted.clock.waitForSleepers(1)
            scripted.clock.advanceToNextDeadline()
            // Whoever looks has looked when it sleeps again; if it has asked, no time passes before the answer is here.
            try await scripted.clock.waitForSleepers(1)
            try await wait { connection.inFlight == 0 }
        }
        #expect(try await scripted.client.execute(echo("here")) == "here")
        #expect(server.connectionCount == 1)
    }

    @Test func `a call that finds a PING in flight has its own reply`() async throws {
        let server = ScriptedServer { _ in .none }
        let scripted = client(server) { $0.connection.keepalive = .seconds(12) }
        try await scripted.client.connect()
        let start = scripted.clock.now
        // The first look is for the handshake's replies, and no other timer ends when one of these does. No moment may pass
        // after the last: the PING isn't answered, and the connection would be given up.
        for look in [1, 4, 7, 10, 13] {
            try await scripted.clock.waitForSleeper(until: start + .seconds(look))
            scripted.clock.advance(to: start + .seconds(look))
        }
        try await server.waitForCommands(1)
        let call = Task { try await scripted.client.execute(echo("mine")) }
        try await server.waitForCommands(2)
        server.send(.simple("PONG"), to: 0)
        server.send(.bulk("mine"), to: 0)
        #expect(try await call.value == "mine")
        #expect(server.connectionCount == 1)
    }

    @Test func `nothing is pinged while a reply is owed, however long it takes`() async throws {
        let server = ScriptedServer { _ in .none }
        let scripted = client(server) {
            $0.connection.silenceLimit = nil
            $0.commandTimeout = nil
        }
        try await scripted.client.connect()
        let call = Task { try await scripted.client.execute(echo("slow")) }
        try await server.waitForCommands(1)
        let start = scripted.clock.now
        try await pass(scripted.clock) { start.duration(to: scripted.clock.now) > .seconds(1000) }
        #expect(server.commands.count == 1)
        server.send(.bulk("slow"), to: 0)
        #expect(try await call.value == "slow")
    }

    @Test func `exclusive connections aren't pinged, and lie idle no longer than before`() async throws {
        let server = ScriptedServer { $0.name == "BLPOP" ? .array([.bulk("q"), .bulk("e")]) : .simple("PONG") }
        let scripted = client(server) { $0.idleTimeout = .seconds(20) }
        _ = try await scripted.client.blpop("q", timeout: .zero)
        #expect(server.openConnectionCount == 1)
        try await pass(scripted.clock) { server.openConnectionCount == 0 }
        #expect(server.commands.map(\.name) == ["BLPOP"])
    }

    @Test func `a client that is dropped isn't kept alive by its keepalive`() async throws {
        let server = ScriptedServer { _ in .simple("PONG") }
        let clock = ManualClock()
        do {
            let scripted = ScriptedClient(server, clock: clock) { $0.connection.keepalive = .seconds(8) }
            try await scripted.client.connect()
            try await clock.waitForSleepers(1)
        }
        try await wait(until: { server.openConnectionCount == 0 })
        try await wait(until: { clock.sleeperCount == 0 })
    }

    @Test(arguments: [ConnectionMode.subscriber, .monitor])
    func `connections of subscriptions and of MONITOR are left to themselves`(mode: ConnectionMode) async throws {
        let (server, clock) = (ScriptedServer { _ in .none }, ManualClock())
        let start = clock.now
        var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
        configuration.connection.keepalive = .seconds(8)
        let connection = try await RESPConnection.open(
            configuration, environment: ClientEnvironment(server.connector, clock), mode: mode)
        // The handshake's deadline is waited for still, and its replies had been.
        try await pass(clock) { clock.now > start + .seconds(3) && clock.sleeperCount == 0 }
        #expect(server.commands.isEmpty)
        connection.close()
    }
}
