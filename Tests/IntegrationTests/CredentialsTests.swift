// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Synchronization
import Testing
import ToolkitTesting
import ValkeyToolkit

/// Credentials that run out, on real servers.
@Suite(.timeLimit(.minutes(1))) struct CredentialsTests {
    /// One user after the other, each good for 100 s; the last one for ever.
    private final class Users: CredentialsProvider {
        private let names: Mutex<[String]>

        init(_ names: [String]) { self.names = Mutex(names) }

        func credentials() async throws -> ExpiringCredentials {
            let (name, isLast) = names.withLock { names in
                let isLast = names.count == 1
                return (isLast ? names[0] : names.removeFirst(), isLast)
            }
            return ExpiringCredentials(
                Credentials(username: name, password: "\(name)-password"), validFor: isLast ? nil : .seconds(100))
        }
    }

    private final class Load: Sendable {
        let isOver = Atomic(false)
    }

    @Test(arguments: Dialect.all)
    func `a rotation under load reaches every connection and costs nobody a command`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version)
        defer { server.kill() }
        for user in ["first", "second"] {
            try await server.cli("ACL", "SETUSER", user, "on", ">\(user)-password", "~*", "&*", "+@all")
        }
        // Time stands still until the test lets it pass: nothing but the rotation depends on it.
        let clock = ManualClock()
        let start = clock.now
        var configuration = NodeConfiguration.patient(server.endpoint)
        configuration.protocolVersion = dialect.protocolVersion
        configuration.commandTimeout = nil
        configuration.clientName = "rotated"
        configuration.credentialsProvider = Users(["first", "second"])
        let client = ValkeyClient(
            configuration,
            environment: ClientEnvironment(
                now: { clock.now }, sleep: { try await clock.sleep(until: $0) }, random: { $0.lowerBound }))
        defer { client.close() }
        func users() async throws -> [String?] {
            try await server.connections(named: "rotated").filter { $0["cmd"] != "blpop" }.map { $0["user"] }
        }

        // A connection on loan, one that lies unused, and in RESP3 a subscribed one; RESP2 allows those no AUTH.
        try await client.rpush("there", "element")
        #expect(try await client.blpop("there", timeout: .zero, as: String.self)?.element == "element")
        let pop = Task { try await client.blpop("list", timeout: .zero, as: String.self) }
        let subscription = dialect.protocolVersion == .resp3 ? try await client.subscribe(to: "channel") : nil
        try await eventually("it waits on the server") { try await server.hasBlockedConnection(named: "rotated") }
        let before = try await server.connections(named: "rotated").compactMap { $0["id"] }

        let load = Load()
        let counts = try await withThrowingTaskGroup(of: (String, Int).self) { group in
            for task in 0..<20 {
                group.addTask {
                    var count = 0
                    while !load.isOver.load(ordering: .relaxed) {
                        count += 1
                        let value = try await client.incr("counter:\(task)")
                        #expect(value == count)
                    }
                    return ("counter:\(task)", count)
                }
            }
            try await clock.waitForSleeper(until: start + .seconds(75))
            clock.advance(to: start + .seconds(75))
            try await eventually("everybody but the one who waits is the second user") {
                let users = try await users()
                return users.allSatisfy { $0 == "second" }
            }
            // What waits on the server authenticates when it is done waiting.
            try await client.rpush("list", "element")
            #expect(try await pop.value?.element == "element")
            try await eventually("so is that one") {
                let connections = try await server.connections(named: "rotated")
                return connections.allSatisfy { $0["user"] == "second" }
            }
            // Ends every connection of that user.
            try await server.cli("ACL", "DELUSER", "first")
            for number in 0..<100 { #expect(try await client.echo(number, as: Int.self) == number) }
            load.isOver.store(true, ordering: .relaxed)
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (counter, count) in counts {
            let stored = try await server.count(of: counter)
            #expect(stored == count)
        }
        let after = try await server.connections(named: "rotated").compactMap { $0["id"] }
        #expect(Set(after) == Set(before), "no connection was lost")
        if let subscription {
            try await client.publish("channel", "still here")
            #expect(try await subscription.next()?.message?.payload == "still here")
        }
    }
}
