// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// `REDIRECT`, as a replica answers a client that follows redirects: the command goes to the primary.
@Suite(.timeLimit(.minutes(2))) struct RedirectedCallTests {
    private final class Demotion: Sendable {
        private let value = Mutex(false)
        var isDemoted: Bool {
            get { value.withLock(\.self) }
            set { value.withLock { $0 = newValue } }
        }
    }

    /// Two servers, the first of which becomes a replica of the second when told so.
    private final class Pair: Sendable {
        let state = Demotion()
        let clock = ManualClock()
        let first: ScriptedServer
        let second: ScriptedServer
        let client: NodeClient

        /// - Parameter answered: how many commands the first server still answers when it has become a replica.
        init(
            answered: Int = 0, address: String = "10.0.0.2:6379", _ change: (inout NodeConfiguration) -> Void = { _ in }
        ) {
            let left = Mutex(answered)
            let state = state
            first = ScriptedServer { _ in
                let refuses =
                    state.isDemoted
                    && left.withLock { left in
                        left -= 1
                        return left < 0
                    }
                return refuses ? .error("REDIRECT \(address)") : .bulk("first")
            }
            second = ScriptedServer { _ in .bulk("second") }
            var configuration = NodeConfiguration(endpoint: .tcp(host: "10.0.0.1", port: 6379))
            configuration.retries.initialDelay = .zero
            // Nobody waits between attempts here, so it takes as many as it takes until another connection is there.
            configuration.retries.maximumAttempts = .max
            change(&configuration)
            let servers = [first, second]
            let connector = InMemoryConnector { endpoint, transport in
                switch endpoint {
                case .tcp(host: "10.0.0.1", port: 6379): servers[0].serve(transport)
                case .tcp(host: "10.0.0.2", port: 6379): servers[1].serve(transport)
                default: throw TransportError.connectionRefused(endpoint)
                }
            }
            client = NodeClient(configuration, environment: ClientEnvironment(connector, clock))
        }

        func get(_ key: String = "k") async throws -> String {
            try await client.execute(RawCommand("GET", key, as: String.self))
        }

        /// A connection that has just been made is not replaced at once.
        func demote() {
            clock.advance(by: .seconds(1))
            state.isDemoted = true
        }
    }

    @Test func `what was refused is sent again to the primary, and so is everything later`() async throws {
        let pair = Pair()
        #expect(try await pair.get() == "first")
        pair.demote()
        #expect(try await pair.get() == "second")
        let asked = pair.first.commands.count
        for _ in 1...10 { #expect(try await pair.get() == "second") }
        #expect(pair.first.commands.count == asked)
        #expect(pair.second.connectionCount == 1)
    }

    @Test func `it is announced in the handshake, and not by a client that doesn't follow`() async throws {
        let capability = ["CLIENT", "CAPA", "redirect"]
        let following = Pair()
        _ = try await following.get()
        #expect(following.first.handshakes.contains { $0.words == capability })
        let staying = Pair { $0.followsRedirects = false }
        _ = try await staying.get()
        #expect(!staying.first.handshakes.contains { $0.words == capability })
    }

    @Test func `addresses are translated`() async throws {
        let pair = Pair(address: "172.17.0.9:7000") {
            $0.translateAddress = { address in
                address == NodeAddress(host: "172.17.0.9", port: 7000)
                    ? NodeAddress(host: "10.0.0.2", port: 6379) : address
            }
        }
        _ = try await pair.get()
        pair.demote()
        #expect(try await pair.get() == "second")
    }

    @Test(arguments: 0...4) func `of a batch only what was refused is sent again, in its order`(answered: Int)
        async throws
    {
        let pair = Pair(answered: answered)
        _ = try await pair.get()
        pair.demote()
        let batch = pair.client.pipeline()
        // With handles: Swift 6.3's optimiser crashes where replies are asked by their positions here.
        let handles = (0..<4).map { batch.enqueue(RawCommand("SET", "key \($0)", "\($0)", as: String.self)) }
        let replies = try await batch.run()
        let texts = try handles.map { try replies[$0] }
        let expected = (0..<4).map { $0 < answered ? "first" : "second" }
        #expect(texts == expected)
        #expect(pair.second.commands.map { $0.words[1] } == (answered..<4).map { "key \($0)" })
    }

    @Test func `a transaction starts over at the primary`() async throws {
        let pair = Pair()
        _ = try await pair.get()
        pair.demote()
        let counts = Mutex(0)
        let error = await #expect(throws: (any Error).self) {
            try await pair.client.transaction(watching: "k", maximumAttempts: 4) {
                watching -> TransactionPlan<String> in
                counts.withLock { $0 += 1 }
                _ = try await watching.get("k")
                let multi = watching.multi()
                let stored = multi.enqueue(RawCommand("SET", "k", "v", as: String.self))
                return multi.commit(stored)
            }
        }
        // The scripted servers know no EXEC: what counts is where it was sent.
        #expect(error is RESPTypeMismatch)
        #expect(pair.second.commands.map(\.name) == ["WATCH", "GET", "MULTI", "SET", "EXEC"])
        #expect(counts.withLock(\.self) == 1, "WATCH itself is refused by a replica")
    }

    @Test func `exclusive connections to the old server serve nobody any more`() async throws {
        let pair = Pair()
        _ = try await pair.get()
        for _ in 1...2 { _ = try await pair.client.with(largeReply: true).execute(RawCommand("GET", "k")) }
        pair.demote()
        _ = try await pair.get()
        let large = try await pair.client.with(largeReply: true).execute(RawCommand("GET", "k", as: String.self))
        #expect(large == "second")
    }

    @Test func `where no connection can be made the configured server is asked again`() async throws {
        let pair = Pair(address: "10.0.0.3:6379")
        _ = try await pair.get()
        pair.demote()
        let call = Task { try await pair.get() }
        try await pair.first.waitForCommands(20)
        pair.state.isDemoted = false
        #expect(try await call.value == "first")
        #expect(pair.second.connectionCount == 0)
    }

    @Test func `a caller who wants nothing sent again gets the redirect, and the next call is at the primary`()
        async throws
    {
        let pair = Pair()
        _ = try await pair.get()
        pair.demote()
        let error = await #expect(throws: ServerError.self) {
            try await pair.client.with(retrying: .nothing).execute(RawCommand("GET", "k"))
        }
        #expect(error?.redirect == .primary(host: "10.0.0.2", port: 6379))
        try await wait { pair.second.connectionCount == 1 }
        #expect(try await pair.get() == "second")
    }
}
