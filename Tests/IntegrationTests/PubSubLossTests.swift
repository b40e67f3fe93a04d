// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Subscriptions outlive their connection: a gap says where messages may be missing, then all of them come.
@Suite(.timeLimit(.minutes(1))) struct PubSubLossTests {
    @Test(arguments: Dialect.all)
    func `after CLIENT KILL a gap is reported, and from then on nothing is missing`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version)
        defer { server.kill() }
        try await dialect.withClient(of: server) { client async throws in
            let options = SubscriptionOptions(reports: [.interruptions, .confirmations])
            let loud = try await client.subscribe(to: "a", "b", options: options)
            let quiet = try await client.subscribe(toPatterns: "a*")
            for _ in 0..<2 { _ = try await loud.next() }
            try await client.publish("a", "before")
            #expect(try await loud.next()?.message?.payload == "before")
            #expect(try await quiet.next()?.message?.payload == "before")

            #expect(try await server.cli("CLIENT", "KILL", "TYPE", "pubsub").decode(as: Int.self) == 1)
            #expect(try await loud.next() == .interrupted)
            var confirmed: Set<SubscriptionName> = []
            var event = try await loud.next()
            while case .subscribed(let name, _)? = event {
                confirmed.insert(name)
                event = try await loud.next()
            }
            #expect(event == .gap(SubscriptionGap(causes: .connectionLost)))
            #expect(confirmed == [.channel("a"), .channel("b")], "a gap comes when everything is subscribed again")
            #expect(try await quiet.next() == .gap(SubscriptionGap(causes: .connectionLost)))

            // Both have read their gap, so from here on nothing may be missing.
            #expect(try await client.publish("a", "after") == 2)
            #expect(try await client.publish("b", "after") == 1)
            #expect(try await loud.next()?.message?.payload == "after")
            #expect(try await loud.next()?.message?.channel == "b")
            #expect(try await quiet.next()?.message?.payload == "after")
        }
    }

    @Test(arguments: Dialect.all)
    func `a server that restarts finds all subscriptions again`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version)
        defer { server.kill() }
        try await dialect.withClient(of: server) { client async throws in
            let names = (0..<100).map { SubscriptionName.channel(RESPBytes("channel \($0)")) }
            let subscription = try await client.subscriptions.subscribe(to: names)
            server.kill()
            try await server.restart()
            #expect(try await subscription.next() == .gap(SubscriptionGap(causes: .connectionLost)))
            for name in names { try await server.cli("PUBLISH", String(name.name), "here") }
            for name in names { #expect(try await subscription.next()?.message?.subscription == name) }
        }
    }

    @Test func `what is subscribed to and left while the connection is lost is so when it is back`() async throws {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        try await server.withClient { client async throws in
            let options = SubscriptionOptions(reports: .interruptions)
            let subscription = try await client.subscribe(to: "stays", "leaves", options: options)
            server.kill()
            #expect(try await subscription.next() == .interrupted)
            subscription.unsubscribe(from: "leaves")
            async let added: Void = subscription.subscribe(to: "comes")
            try await server.restart()
            try await added
            try await eventually("the server knows what is wanted now") {
                try await client.pubsubSubscriberCounts("stays", "leaves", "comes")
                    == ["stays": 1, "leaves": 0, "comes": 1]
            }
            #expect(try await subscription.next() == .gap(SubscriptionGap(causes: .connectionLost)))
            try await client.publish("comes", "x")
            #expect(try await subscription.next()?.message?.channel == "comes")
        }
    }

    @Test func `closing the client ends its subscriptions with an error that says so`() async throws {
        let server = try await SharedServers.shared.server(.valkey9)
        let client = ValkeyClient(.patient(server.endpoint))
        let subscription = try await client.subscribe(to: unique("closing"))
        let waiting = Task { try await subscription.next() }
        client.close()
        await #expect(throws: PubSubError.closed) { try await waiting.value }
        await #expect(throws: PubSubError.closed) { try await client.subscribe(to: "too late") }
    }
}
