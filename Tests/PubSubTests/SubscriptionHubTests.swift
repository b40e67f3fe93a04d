// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import PubSub
internal import RESPCodec
internal import Testing
internal import ToolkitTesting

/// The driver against a scripted server, in virtual time, in both protocols.
@Suite(.timeLimit(.minutes(1))) struct SubscriptionHubTests {
    static let versions = [ProtocolVersion.resp2, .resp3]

    @Test(arguments: versions)
    func `messages arrive in order from everything that is subscribed to`(version: ProtocolVersion) async throws {
        let fixture = PubSubFixture(version)
        let subscription = try await fixture.hub.subscribe(to: "a", "b")
        try await subscription.subscribe(toPatterns: "a*")
        try await subscription.subscribe(toShardChannels: "s")
        fixture.publish("message", "a", "1")
        fixture.publish("pmessage", "a*", "a", "1")
        fixture.publish("smessage", "s", "2")
        fixture.publish("message", "b", "3")
        #expect(try await subscription.nextText() == "a 1")
        #expect(try await subscription.nextText() == "a* a 1")
        #expect(try await subscription.nextText() == "s 2")
        #expect(try await subscription.nextText() == "b 3")
        #expect(
            fixture.subscriptionCommands == ["0: SUBSCRIBE a b", "0: PSUBSCRIBE a*", "0: SSUBSCRIBE s"])
        #expect(fixture.server.connectionCount == 1)
    }

    @Test(arguments: versions)
    func `nothing is dialed before the first subscription, and commands have another connection`(
        version: ProtocolVersion
    ) async throws {
        let fixture = PubSubFixture(version)
        #expect(fixture.server.connectionCount == 0)
        let subscription = try await fixture.hub.subscribe(to: "a")
        #expect(fixture.server.connectionCount == 1)
        try await fixture.client.connect()
        #expect(fixture.server.connectionCount == 2)
        subscription.cancel()
    }

    @Test(arguments: versions)
    func `a lost connection is replaced, everything subscribed again and the gap told`(
        version: ProtocolVersion
    ) async throws {
        let fixture = PubSubFixture(version)
        let all = SubscriptionOptions(reports: [.confirmations, .interruptions])
        let verbose = try await fixture.hub.subscribe(to: "a", options: all)
        let plain = try await fixture.hub.subscribe(to: [.pattern("p*"), .shardChannel("s"), .channel("b")])
        await fixture.settle()
        fixture.clock.advance(by: .seconds(10))
        fixture.server.disconnect(0)
        try await fixture.server.waitForConnections(2)
        #expect(try await plain.nextText() == "gap 1 0")
        fixture.publish("message", "b", "after", to: 1)
        #expect(try await plain.nextText() == "b after")
        #expect(try await verbose.nextText() == "subscribed a 1")
        #expect(try await verbose.nextText() == "interrupted")
        #expect(try await verbose.nextText() == "subscribed a 1")
        #expect(try await verbose.nextText() == "gap 1 0")
        #expect(
            fixture.subscriptionCommands.filter { $0.hasPrefix("1:") } == [
                "1: SUBSCRIBE a b", "1: PSUBSCRIBE p*", "1: SSUBSCRIBE s",
            ])
    }

    @Test(arguments: versions)
    func `a server that refuses connections is dialed again after delays until it is back`(
        version: ProtocolVersion
    ) async throws {
        let fixture = PubSubFixture(version)
        let subscription = try await fixture.hub.subscribe(to: "a")
        await fixture.settle()
        fixture.clock.advance(by: .seconds(10))
        fixture.server.refuseConnections()
        fixture.server.disconnect(0)
        for _ in 0..<3 {
            // The delay's end and nothing else wakes the driver.
            try await fixture.clock.waitForSleepers(1)
            fixture.clock.advanceToNextDeadline()
        }
        fixture.server.refuseConnections(false)
        let ticking = Task { while true { try await fixture.tick() } }
        defer { ticking.cancel() }
        #expect(try await subscription.nextText() == "gap 1 0")
    }

    @Test(arguments: versions)
    func `a refused name fails its call and nobody else`(version: ProtocolVersion) async throws {
        let fixture = PubSubFixture(version)
        fixture.refuse("secret")
        let subscription = try await fixture.hub.subscribe(to: "a")
        let error = await #expect(throws: ServerError.self) { _ = try await fixture.hub.subscribe(to: "secret") }
        #expect(error?.code == "NOPERM")
        await #expect(throws: ServerError.self) { try await subscription.subscribe(to: "b", "secret") }
        fixture.publish("message", "a", "still here")
        #expect(try await subscription.nextText() == "a still here")
    }

    @Test(arguments: versions)
    func `a name that is refused when the connection is restored ends its subscriber with the error`(
        version: ProtocolVersion
    ) async throws {
        let fixture = PubSubFixture(version)
        let open = try await fixture.hub.subscribe(to: "a")
        let secret = try await fixture.hub.subscribe(to: "secret")
        fixture.refuse("secret")
        await fixture.settle()
        fixture.clock.advance(by: .seconds(10))
        fixture.server.reset(0)
        await #expect(throws: ServerError.self) { try await secret.next() }
        #expect(try await open.nextText() == "gap 1 0")
    }

    @Test func `the first failure to connect reaches the caller`() async throws {
        let fixture = PubSubFixture(.resp3)
        fixture.server.refuseConnections()
        await #expect(throws: (any Error).self) { _ = try await fixture.hub.subscribe(to: "a") }
        fixture.server.refuseConnections(false)
        async let subscription = fixture.hub.subscribe(to: "a")
        try await fixture.clock.waitForSleepers(1)
        fixture.clock.advance(by: .seconds(2))
        _ = try await subscription
    }

    @Test(arguments: versions)
    func `two subscribers share a name, and the server hears of the first and the last`(
        version: ProtocolVersion
    ) async throws {
        let fixture = PubSubFixture(version)
        let first = try await fixture.hub.subscribe(to: "a")
        var second: Subscription? = try await fixture.hub.subscribe(to: "a")
        fixture.publish("message", "a", "1")
        #expect(try await first.nextText() == "a 1")
        #expect(try await second?.nextText() == "a 1")
        second = nil
        first.cancel()
        try await fixture.server.waitForCommands(4)
        #expect(fixture.subscriptionCommands == ["0: SUBSCRIBE a", "0: UNSUBSCRIBE a"])
        #expect(try await first.nextText() == nil)
    }

    @Test(arguments: versions)
    func `names can leave a live subscription`(version: ProtocolVersion) async throws {
        let fixture = PubSubFixture(version)
        let options = SubscriptionOptions(reports: .confirmations)
        let subscription = try await fixture.hub.subscribe(to: "a", "b", options: options)
        #expect(try await subscription.nextText() == "subscribed a 1")
        #expect(try await subscription.nextText() == "subscribed b 2")
        subscription.unsubscribe(from: "a")
        #expect(try await subscription.nextText() == "unsubscribed a 1")
        fixture.publish("message", "a", "late")
        fixture.publish("message", "b", "1")
        #expect(try await subscription.nextText() == "b 1")
    }

    @Test func `cancelling the task that waits for a message leaves the subscription as it is`() async throws {
        let fixture = PubSubFixture(.resp3)
        let subscription = try await fixture.hub.subscribe(to: "a")
        let task = Task { try await subscription.next() }
        await Task.yield()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        fixture.publish("message", "a", "1")
        #expect(try await subscription.nextText() == "a 1")
    }

    @Test func `cancelling a call to subscribe takes it back`() async throws {
        let fixture = PubSubFixture(.resp3)
        let other = try await fixture.hub.subscribe(to: "z")
        await fixture.settle()
        fixture.fallSilent()
        let task = Task { _ = try await fixture.hub.subscribe(to: "a") }
        // Each comes with a PING, and none of the second pair is answered by itself.
        try await fixture.server.waitForCommands(4)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        fixture.publish("subscribe", "a", count: 2)
        fixture.server.send(fixture.pong)
        fixture.fallSilent(false)
        while !fixture.subscriptionCommands.contains("0: UNSUBSCRIBE a") { await Task.yield() }
        fixture.publish("message", "z", "1")
        #expect(try await other.nextText() == "z 1")
    }

    @Test(arguments: versions)
    func `a server that falls silent is pinged, given up and replaced`(version: ProtocolVersion) async throws {
        let fixture = PubSubFixture(version)
        let subscription = try await fixture.hub.subscribe(to: "a")
        await fixture.settle()
        fixture.fallSilent()
        let task = Task { try await subscription.nextText() }
        while fixture.server.connectionCount < 2 {
            try await fixture.tick()
        }
        task.cancel()
        _ = await task.result
        #expect(fixture.clock.now > ContinuousClock().systemEpoch + .seconds(30))
    }

    @Test func `a malformed push costs the connection and not the subscription`() async throws {
        let fixture = PubSubFixture(.resp3)
        let subscription = try await fixture.hub.subscribe(to: "a")
        await fixture.settle()
        fixture.clock.advance(by: .seconds(10))
        fixture.server.send(.push([.bulk("message"), .bulk("a")]), to: 0)
        #expect(try await subscription.nextText() == "gap 1 0")
        #expect(fixture.server.connectionCount == 2)
    }

    @Test func `closing the hub ends its subscriptions and its connection`() async throws {
        let fixture = PubSubFixture(.resp3)
        let subscription = try await fixture.hub.subscribe(to: "a")
        fixture.hub.close()
        await #expect(throws: PubSubError.closed) { try await subscription.next() }
        await #expect(throws: PubSubError.closed) { _ = try await fixture.hub.subscribe(to: "b") }
    }

    @Test func `nobody subscribed for a while closes the connection, and the next one opens another`() async throws {
        let fixture = PubSubFixture(.resp3)
        try await fixture.hub.subscribe(to: "a").cancel()
        while fixture.clock.sleeperCount == 0 || !fixture.subscriptionCommands.contains("0: UNSUBSCRIBE a") {
            await Task.yield()
        }
        while fixture.server.openConnectionCount > 0 { try await fixture.tick() }
        let subscription = try await fixture.hub.subscribe(to: "b")
        #expect(fixture.subscriptionCommands.last == "1: SUBSCRIBE b")
        subscription.cancel()
    }

    @Test func `a slow subscriber loses its oldest messages and is told, others lose nothing`() async throws {
        let fixture = PubSubFixture(.resp3)
        let slow = try await fixture.hub.subscribe(
            to: "a", options: SubscriptionOptions(buffer: BufferPolicy(maximumMessages: 2)))
        let other = try await fixture.hub.subscribe(to: "a")
        for number in 0..<5 { fixture.publish("message", "a", "\(number)") }
        for number in 0..<5 { #expect(try await other.nextText() == "a \(number)") }
        #expect(try await slow.nextText() == "gap 4 3")
        #expect(try await slow.nextText() == "a 3")
        #expect(try await slow.nextText() == "a 4")
    }
}
