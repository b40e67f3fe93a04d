// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Synchronization
import Testing
import ToolkitTesting
import ValkeyToolkit

@Suite(.timeLimit(.minutes(1))) struct ExpiringLockTests {
    /// Begins now, since a real client beside it counts its deadlines by the real clock.
    private let clock = ManualClock(now: .now)

    /// Time for the lock, and on a scripted network for the client, too.
    private func environment(_ connector: (any TransportConnector)? = nil) -> ClientEnvironment {
        let live = ClientEnvironment.live
        return ClientEnvironment(
            connector: connector ?? live.connector, now: { [clock] in clock.now },
            sleep: { [clock] instant in try await clock.sleep(until: instant) }, random: { $0.lowerBound })
    }

    @Test(arguments: ServerSupport.ServerVersion.allCases)
    func `one holds it at a time, and every holder has a higher token`(version: ServerSupport.ServerVersion)
        async throws
    {
        let server = try await SharedServers.shared.server(version)
        let client = ValkeyClient(NodeConfiguration(endpoint: server.endpoint))
        defer { client.close() }
        let visits = Visits()
        // Who waits asks again after three milliseconds, and no machine is so slow that the lease ends.
        let environment = ClientEnvironment(random: { _ in 0.001 })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    let lock = ExpiringLock(client, name: "exclusive", lease: .seconds(30), environment: environment)
                    try await lock.withLock { token in
                        #expect(visits.enter() == 1)
                        _ = try await client.ping()
                        visits.leave(token)
                    }
                }
            }
            try await tasks.waitForAll()
        }
        #expect(visits.tokens.count == 8)
        #expect(zip(visits.tokens, visits.tokens.dropFirst()).allSatisfy { $0 < $1 })
        #expect(try await client.exists("lock:{exclusive}") == 0)
    }

    @Test(arguments: ServerSupport.ServerVersion.allCases)
    func `whoever loses it is cancelled, and doesn't release another's`(version: ServerSupport.ServerVersion)
        async throws
    {
        let server = try await SharedServers.shared.server(version)
        let client = ValkeyClient(NodeConfiguration(endpoint: server.endpoint))
        defer { client.close() }
        let lock = ExpiringLock(client, name: "lost", lease: .seconds(30), environment: environment())
        let started = Mutex(false)
        let task = Task {
            try await lock.withLock { _ in
                started.withLock { $0 = true }
                while true { _ = try await client.ping() }
            }
        }
        while !started.withLock({ $0 }) { _ = try await client.ping() }
        // It is renewed as long as it is there: somebody shortens its life, and the holder makes it long again.
        try await client.pexpire("lock:{lost}", .milliseconds(20_000))
        try await clock.waitForSleeper(until: clock.now + .seconds(10))
        clock.advance(by: .seconds(10))
        try await clock.waitForSleeper(until: clock.now + .seconds(10))
        let renewed = try await client.eval("return redis.call('PTTL', KEYS[1])", keys: ["lock:{lost}"], as: Int.self)
        #expect(renewed > 20_000)
        try await client.set("lock:{lost}", "somebody else")
        clock.advance(by: .seconds(10))
        let error = await #expect(throws: LockLost.self) { try await task.value }
        if case .takenOver? = error {} else { Issue.record("\(String(describing: error))") }
        #expect(try await client.get("lock:{lost}", as: String.self) == "somebody else")
        try await client.del("lock:{lost}")
    }

    @Test func `a server that doesn't answer any more costs the lock when the lease is over`() async throws {
        let server = ScriptedServer { command in
            switch command.name {
            case "EVALSHA": .error("NOSCRIPT No matching script.")
            // Acquiring, and not renewing.
            case "EVAL" where command.words[1].contains("INCR"): .integer(7)
            default: .none
            }
        }
        let environment = environment(server.connector)
        var configuration = NodeConfiguration(endpoint: .tcp(host: "valkey.internal", port: 6379))
        configuration.commandTimeout = nil
        let client = ValkeyClient(configuration, environment: environment)
        defer { client.close() }
        let lock = ExpiringLock(client, name: "silent", lease: .seconds(30), environment: environment)
        let task = Task {
            try await lock.withLock { token in
                #expect(token == 7)
                try await environment.sleep(environment.now() + .seconds(3600))
            }
        }
        let start = clock.now
        try await clock.waitForSleeper(until: start + .seconds(10))
        clock.advance(by: .seconds(10))
        // The renewal waits for an answer until the lease is over.
        try await clock.waitForSleeper(until: start + .seconds(30))
        clock.advance(by: .seconds(20))
        let error = await #expect(throws: LockLost.self) { try await task.value }
        if case .notRenewed? = error {} else { Issue.record("\(String(describing: error))") }
    }

    @Test func `who doesn't hear whether it has the lock releases what it may have got`() async throws {
        let server = ScriptedServer { command in
            // Acquiring has one argument more.
            command.words.count == 7 ? .error("ERR something went wrong") : .integer(1)
        }
        let environment = environment(server.connector)
        let client = ValkeyClient(
            NodeConfiguration(endpoint: .tcp(host: "valkey.internal", port: 6379)), environment: environment)
        defer { client.close() }
        let lock = ExpiringLock(client, name: "asked", environment: environment)
        await #expect(throws: ServerError.self) {
            try await lock.withLock { _ in Issue.record("nobody has given it the lock") }
        }
        // The same lock and holder, another script.
        try #require(server.commands.count == 2)
        #expect(server.commands[0].words[3...5] == server.commands[1].words[3...5])
        #expect(server.commands[0].words[1] != server.commands[1].words[1])
    }

    @Test func `a body's own error and result come back, and the lock is released`() async throws {
        struct Failure: Error {}
        let server = ScriptedServer { $0.name == "EVALSHA" ? .integer(1) : .none }
        let environment = environment(server.connector)
        let client = ValkeyClient(
            NodeConfiguration(endpoint: .tcp(host: "valkey.internal", port: 6379)), environment: environment)
        defer { client.close() }
        let lock = ExpiringLock(client, name: "short", environment: environment)
        #expect(try await lock.withLock { $0 + 1 } == 2)
        await #expect(throws: Failure.self) { try await lock.withLock { _ in throw Failure() } }
        // Acquired and released, twice.
        #expect(server.commands.count == 4)
        #expect(server.commands[1].words[1] != server.commands[0].words[1])
        #expect(server.commands[3].words[1] == server.commands[1].words[1])
    }
}

/// Who is inside, and who has been.
private final class Visits: Sendable {
    private let state = Mutex((inside: 0, tokens: [Int]()))

    var tokens: [Int] { state.withLock { $0.tokens } }

    /// Returns how many are inside now.
    func enter() -> Int {
        state.withLock { state in
            state.inside += 1
            return state.inside
        }
    }

    func leave(_ token: Int) {
        state.withLock { state in
            state.inside -= 1
            state.tokens.append(token)
        }
    }
}
