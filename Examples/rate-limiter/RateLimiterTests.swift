// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting
import ValkeyToolkit

/// A service tested without a server, on a network that fails when the test says so, in time that passes when it does.
@Suite(.timeLimit(.minutes(1))) struct RateLimiterTests {
    private let clock = ManualClock()

    @Test func `the fourth visit of a minute is one too many`() async throws {
        let visits = Atomic(0)
        let server = ScriptedServer { command in
            switch command.words {
            case ["INCR", "limit:ada"]: .integer(visits.add(1, ordering: .relaxed).newValue)
            case ["EXPIRE", "limit:ada", "60"]: .integer(1)
            default: .error("ERR not in the script")
            }
        }
        let limiter = RateLimiter(client: client(server.connector), limit: 3, now: { [clock] in clock.now })
        for admitted in [true, true, true, false] {
            #expect(await limiter.admits("ada") == admitted)
        }
        #expect(server.commands.map(\.name) == ["INCR", "EXPIRE", "INCR", "INCR", "INCR"])
    }

    @Test func `a server that is down is left alone for half a minute`() async throws {
        let server = ScriptedServer { _ in .integer(99) }
        let limiter = RateLimiter(client: client(server.connector), limit: 3, now: { [clock] in clock.now })
        server.refuseConnections()
        #expect(await limiter.admits("ada"))
        server.refuseConnections(false)
        clock.advance(by: .seconds(29))
        #expect(await limiter.admits("ada"))
        #expect(server.connectionCount == 0)
        clock.advance(by: .seconds(1))
        #expect(await !limiter.admits("ada"))
    }

    @Test func `a server that doesn't answer is waited for no longer than a second`() async throws {
        let server = ScriptedServer { _ in .none }
        let limiter = RateLimiter(client: client(server.connector), limit: 3, now: { [clock] in clock.now })
        let admitted = Task { await limiter.admits("ada") }
        try await server.waitForCommands(1)
        try await clock.waitForSleeper(until: clock.now + .seconds(1))
        clock.advance(by: .seconds(1))
        #expect(await admitted.value)
    }

    @Test(arguments: 1...20) func `wherever the connection breaks, nobody is locked out`(count: Int) async throws {
        let server = ScriptedServer { _ in .integer(1) }
        let connector = FaultInjectingConnector(
            server.connector, FaultPlan(seed: 7, receiving: [.split(into: 1...3), .reset(.after(150 + count))]),
            options: .init(clock: clock))
        let limiter = RateLimiter(client: client(connector), limit: 3, now: { [clock] in clock.now })
        for _ in 0..<10 {
            #expect(await limiter.admits("ada"), "\(connector)")
        }
    }

    @Test func `a slow network changes nothing`() async throws {
        let server = ScriptedServer { _ in .integer(2) }
        let slow = FaultPlan.both(seed: 1, [.delay(.zero ... .milliseconds(100)), .split(into: 1...1)])
        let connector = FaultInjectingConnector(server.connector, slow, options: .init(clock: clock))
        let limiter = RateLimiter(client: client(connector), limit: 3, now: { [clock] in clock.now })
        let time = Task { try await clock.runFreely(inStepsUpTo: .milliseconds(100)) }
        for _ in 0..<10 { #expect(await limiter.admits("ada"), "\(connector)") }
        time.cancel()
        #expect(server.commands.count == 10)
    }

    private func client(_ connector: some TransportConnector) -> ValkeyClient {
        var configuration = NodeConfiguration(endpoint: .tcp(host: "valkey.internal", port: 6379))
        configuration.commandTimeout = .seconds(1)
        let environment = ClientEnvironment(
            connector: connector, now: { [clock] in clock.now },
            sleep: { [clock] instant in try await clock.sleep(until: instant) }, random: { $0.lowerBound })
        return ValkeyClient(configuration, environment: environment)
    }
}
