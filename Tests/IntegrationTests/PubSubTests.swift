// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Channels and patterns: what is published reaches every subscriber once per matching name, in order.
@Suite(.timeLimit(.minutes(1))) struct PubSubTests {
    @Test(arguments: Dialect.all)
    func `messages come in order, with the bytes that were published`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let channel = unique("channel")
            let subscription = try await client.subscribe(to: channel)
            let payloads: [[UInt8]] = [[], Array(0...255), [13, 10], Array(repeating: 7, count: 1 << 20)]
            for payload in payloads { #expect(try await client.publish(channel, payload) == 1) }
            for payload in payloads {
                let message = try await subscription.next()?.message
                #expect(message?.payload == RESPBytes(payload))
                #expect(message?.channel == RESPBytes(channel) && message?.kind == .channel && message?.pattern == nil)
            }
            let pipe = client.pipeline()
            for number in 0..<2000 { pipe.publish(channel, number) }
            let replies = try await pipe.run()
            #expect(replies.firstFailure == nil)
            for number in 0..<2000 {
                let payload = try #require(try await subscription.next()?.message?.payload)
                #expect(Int(payload) == number)
            }
            subscription.cancel()
            #expect(try await subscription.next() == nil)
        }
    }

    @Test(arguments: Dialect.all)
    func `a channel and a pattern that both match bring the message twice`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let channel = unique("news")
            let subscription = try await client.subscribe(to: channel)
            try await subscription.subscribe(toPatterns: "\(channel)*")
            #expect(try await client.publish(channel, "both") == 2)
            let direct = try #require(try await subscription.next()?.message)
            let matched = try #require(try await subscription.next()?.message)
            #expect(direct.kind == .channel && direct.pattern == nil && direct.payload == "both")
            #expect(matched.kind == .pattern && matched.pattern == RESPBytes("\(channel)*"))
            #expect(matched.channel == RESPBytes(channel) && matched.payload == "both")

            subscription.unsubscribe(from: channel)
            try await eventually("the channel is left") { try await client.publish(channel, "pattern only") == 1 }
            // Copies of the message under way when the channel was left may come before it.
            var last = try #require(try await subscription.next()?.message)
            while last.kind == .channel { last = try #require(try await subscription.next()?.message) }
            #expect(last.kind == .pattern && last.payload == "pattern only")
        }
    }

    @Test(arguments: Dialect.all)
    func `confirmations count up and down, if asked for`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let names = ["a", "b"].map { unique($0) }
            let options = SubscriptionOptions(reports: .confirmations)
            let subscription = try await client.subscribe(to: names[0], names[1], options: options)
            try await subscription.subscribe(toPatterns: "\(names[0])?")
            let up = [try await subscription.next(), try await subscription.next(), try await subscription.next()]
            #expect(
                up == [
                    .subscribed(.channel(RESPBytes(names[0])), count: 1),
                    .subscribed(.channel(RESPBytes(names[1])), count: 2),
                    .subscribed(.pattern(RESPBytes("\(names[0])?")), count: 3),
                ])
            subscription.unsubscribe(from: names[1])
            #expect(try await subscription.next() == .unsubscribed(.channel(RESPBytes(names[1])), count: 2))
            subscription.unsubscribe(fromPatterns: "\(names[0])?")
            #expect(
                try await subscription.next() == .unsubscribed(.pattern(RESPBytes("\(names[0])?")), count: 1))
        }
    }

    @Test(arguments: Dialect.all)
    func `subscribers of one client share a connection, and each has what it asked for`(
        dialect: Dialect
    ) async throws {
        let server = try await SharedServers.shared.server(dialect.version)
        let name = unique("shared")
        try await dialect.withClient(configure: { $0.clientName = name }) { client async throws in
            let channels = (0..<10).map { unique("mine \($0)") }
            let everybody = unique("everybody's")
            var subscriptions: [Subscription] = []
            for channel in channels { subscriptions.append(try await client.subscribe(to: channel, everybody)) }
            let connections = try await server.connections(named: name)
            #expect(connections.count { $0["sub"] != "0" } == 1)
            #expect(
                try await client.publish(everybody, "all") == 1, "one connection, whatever the number of subscribers")
            for channel in channels { #expect(try await client.publish(channel, channel) == 1) }
            for (channel, subscription) in zip(channels, subscriptions) {
                #expect(try await subscription.next()?.message?.payload == "all")
                #expect(try await subscription.next()?.message?.payload == RESPBytes(channel))
            }
            // The last one who leaves takes the name along.
            for subscription in subscriptions.dropLast() { subscription.cancel() }
            #expect(try await client.publish(everybody, "one") == 1)
            #expect(try await subscriptions.last?.next()?.message?.payload == "one")
            subscriptions.last?.cancel()
            try await eventually("everybody has left") {
                try await client.pubsubSubscriberCounts(everybody) == [RESPBytes(everybody): 0]
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `commands are as free on a client with subscriptions as on any`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (channel, key) = (unique("channel"), unique("key"))
            try await client.withSubscription(to: channel) { subscription in
                try await client.set(key, "value")
                #expect(try await client.get(key) == "value")
                #expect(try await client.publish(channel, "x") == 1)
                #expect(try await subscription.next()?.message?.payload == "x")
            }
            try await eventually("the scope's end is the subscription's") {
                try await client.pubsubSubscriberCounts(channel) == [RESPBytes(channel): 0]
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `the task's end is the subscription's end`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let channel = unique("cancelled")
            let heard = Latch()
            let task = Task {
                try await client.withSubscription(to: channel) { subscription in
                    for try await _ in subscription.messages { heard.open() }
                }
            }
            try await eventually("it is subscribed") { try await client.publish(channel, "x") == 1 }
            await heard.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await eventually("the server knows no subscriber") {
                try await client.pubsubSubscriberCounts(channel) == [RESPBytes(channel): 0]
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `a subscription that nobody holds any more ends`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (dropped, kept) = (unique("dropped"), unique("kept"))
            let subscription = try await client.subscribe(to: kept)
            _ = try await client.subscribe(to: dropped)
            try await eventually("the server knows no subscriber") {
                try await client.pubsubSubscriberCounts(dropped, kept) == [RESPBytes(dropped): 0, RESPBytes(kept): 1]
            }
            subscription.cancel()
        }
    }
}
