// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pipeline
internal import PubSub
internal import RESPCodec
internal import Synchronization
internal import Testing
internal import ToolkitTesting

@Suite(.timeLimit(.minutes(1))) struct MessageRouterTests {
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Trouble: Error {}

    @Test func `each message goes to the handler of what brought it, and gaps to theirs`() async throws {
        let fixture = PubSubFixture(.resp3)
        let log = Log()
        var router = MessageRouter()
        router.on("a") { _ in log.add("replaced") }
        router.on("a") { message in log.add("channel \(message.payload)") }
        router.on(pattern: "a*") { message in log.add("pattern \(message.channel)") }
        router.on(shardChannel: "a") { message in log.add("shard \(message.payload)") }
        router.onGap { gap in log.add("gap \(gap.causes == .connectionLost)") }
        #expect(router.names == [.channel("a"), .pattern("a*"), .shardChannel("a")])
        let task = Task { [router] in try await fixture.hub.run(router) }
        try await fixture.server.waitForCommands(4)
        fixture.publish("message", "a", "1")
        fixture.publish("pmessage", "a*", "ab", "2")
        fixture.publish("smessage", "a", "3")
        while log.all.count < 3 { await Task.yield() }
        await fixture.settle()
        fixture.clock.advance(by: .seconds(10))
        fixture.server.disconnect(0)
        while log.all.count < 4 { await Task.yield() }
        #expect(log.all == ["channel 1", "pattern ab", "shard 3", "gap true"])
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `an error handler hears what a handler throws and the run goes on`() async throws {
        let fixture = PubSubFixture(.resp3)
        let log = Log()
        var router = MessageRouter()
        router.on("a") { message in
            if message.payload == "bad" { throw Trouble() }
            log.add("handled \(message.payload)")
        }
        router.onError { error, message in log.add("failed \(message.payload) \(error is Trouble)") }
        let task = Task { [router] in try await fixture.hub.run(router) }
        try await fixture.server.waitForCommands(2)
        fixture.publish("message", "a", "bad")
        fixture.publish("message", "a", "good")
        while log.all.count < 2 { await Task.yield() }
        #expect(log.all == ["failed bad true", "handled good"])
        task.cancel()
        _ = await task.result
    }

    @Test func `without an error handler the error ends the run and the subscription`() async throws {
        let fixture = PubSubFixture(.resp3)
        let task = Task {
            try await fixture.hub.withSubscription(to: "a") { subscription in
                try await subscription.run { _ in throw Trouble() }
            }
        }
        try await fixture.server.waitForCommands(2)
        fixture.publish("message", "a", "1")
        await #expect(throws: Trouble.self) { try await task.value }
        try await fixture.server.waitForCommands(4)
        #expect(fixture.subscriptionCommands == ["0: SUBSCRIBE a", "0: UNSUBSCRIBE a"])
    }

    @Test func `an empty table subscribes to nothing and says so`() async throws {
        let fixture = PubSubFixture(.resp3)
        await #expect(throws: PubSubError.noNames) { try await fixture.hub.run(MessageRouter()) }
    }
}
