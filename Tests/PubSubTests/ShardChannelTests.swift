// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import PubSub
internal import RESPCodec
internal import Synchronization
internal import Testing
internal import ToolkitTesting
internal import Transport

/// Shard channels over the nodes of a make-believe cluster.
@Suite(.timeLimit(.minutes(1))) struct ShardChannelTests {
    /// Two nodes, and which of them has which channel.
    private final class MakeBelieveCluster: Sendable {
        let nodes = [PubSubFixture(.resp3), PubSubFixture(.resp3)]
        /// What the topology says, and what it says after it was looked at again.
        private let owners = Mutex<(known: [String: Int], fresh: [String: Int])>(([:], [:]))

        func place(_ channel: String, at node: Int, isKnown: Bool = true) {
            owners.withLock { owners in
                owners.fresh[channel] = node
                if isKnown { owners.known[channel] = node }
            }
        }

        func makeHub() -> SubscriptionHub {
            SubscriptionHub(
                SubscriberConnector(
                    callTimeout: .seconds(5),
                    open: { [self] endpoint, onPush, onClose in
                        try await nodes[index(of: endpoint)].client.openConnection(
                            mode: .subscriber, onPush: onPush, onClose: onClose)
                    },
                    endpoint: { [self] channel, afterMove in
                        owners.withLock { owners in
                            if afterMove { owners.known = owners.fresh }
                            return .tcp(host: "node", port: owners.known[String(channel)] ?? 0)
                        }
                    }), environment: nodes[0].client.environment)
        }

        private func index(of endpoint: Endpoint?) -> Int {
            if case .tcp(_, let port) = endpoint { port } else { 0 }
        }
    }

    private let cluster = MakeBelieveCluster()

    @Test func `one subscription hears channels of several nodes`() async throws {
        cluster.place("a", at: 0)
        cluster.place("b", at: 1)
        let subscription = try await cluster.makeHub().subscribe(toShardChannels: "a", "b")
        cluster.nodes[0].publish("smessage", "a", "1")
        #expect(try await subscription.nextText() == "a 1")
        cluster.nodes[1].publish("smessage", "b", "2")
        #expect(try await subscription.nextText() == "b 2")
        #expect(cluster.nodes[0].subscriptionCommands == ["0: SSUBSCRIBE a"])
        #expect(cluster.nodes[1].subscriptionCommands == ["0: SSUBSCRIBE b"])
    }

    @Test func `a node that says MOVED makes the call ask the topology again`() async throws {
        cluster.place("a", at: 0)
        cluster.place("a", at: 1, isKnown: false)
        cluster.nodes[0].refuse("a", by: "MOVED 15495 10.0.0.2:6379")
        let subscription = try await cluster.makeHub().subscribe(toShardChannels: "a")
        cluster.nodes[1].publish("smessage", "a", "1")
        #expect(try await subscription.nextText() == "a 1")
    }

    @Test func `a channel whose slot moves is followed, with a gap`() async throws {
        cluster.place("a", at: 0)
        let hub = cluster.makeHub()
        let first = try await hub.subscribe(toShardChannels: "a")
        let second = try await hub.subscribe(toShardChannels: "a")
        cluster.place("a", at: 1, isKnown: false)
        cluster.nodes[0].publish("sunsubscribe", "a", count: 0)
        #expect(try await first.nextText() == "gap 2 0")
        #expect(try await second.nextText() == "gap 2 0")
        cluster.nodes[1].publish("smessage", "a", "1")
        #expect(try await first.nextText() == "a 1")
        #expect(try await second.nextText() == "a 1")
        #expect(cluster.nodes[1].subscriptionCommands == ["0: SSUBSCRIBE a"])
    }

    @Test func `channels of a node that died are heard at the one that took its slots`() async throws {
        cluster.place("a", at: 0)
        let hub = cluster.makeHub()
        let subscription = try await hub.subscribe(toShardChannels: "a")
        cluster.place("a", at: 1, isKnown: false)
        cluster.nodes[0].server.refuseConnections()
        while !hub.isSettled { await Task.yield() }
        cluster.nodes[0].clock.advance(by: .seconds(10))
        cluster.nodes[0].server.reset()
        #expect(try await subscription.nextText() == "gap 2 0")
        cluster.nodes[1].publish("smessage", "a", "1")
        #expect(try await subscription.nextText() == "a 1")
    }

    @Test func `a failed addition takes back what it added anywhere and leaves what was there`() async throws {
        cluster.place("a", at: 1)
        cluster.place("b", at: 1)
        cluster.nodes[1].refuse("b")
        let subscription = try await cluster.makeHub().subscribe(to: [.channel("c"), .shardChannel("a")])
        await #expect(throws: ServerError.self) {
            try await subscription.add([.channel("c"), .channel("d"), .shardChannel("a"), .shardChannel("b")])
        }
        while cluster.nodes[0].subscriptionCommands.last != "0: UNSUBSCRIBE d" { await Task.yield() }
        cluster.nodes[0].publish("message", "c", "1")
        #expect(try await subscription.nextText() == "c 1")
        cluster.nodes[1].publish("smessage", "a", "2")
        #expect(try await subscription.nextText() == "a 2")
        #expect(cluster.nodes[1].subscriptionCommands == ["0: SSUBSCRIBE a", "0: SSUBSCRIBE b"])
    }

    @Test func `a slot that never settles ends the call with an error that names the channel`() async throws {
        cluster.place("a", at: 0)
        cluster.nodes[0].refuse("a", by: "MOVED 15495 10.0.0.2:6379")
        let clock = cluster.nodes[0].clock
        let call = Task { try await cluster.makeHub().subscribe(toShardChannels: "a") }
        let driver = Task {
            while !Task.isCancelled {
                // The answers must come before time passes, or the call would end by its deadline.
                for _ in 0..<100 { await Task.yield() }
                clock.advance(by: .milliseconds(1))
            }
        }
        await #expect(throws: PubSubError.slotUnsettled(channel: "a")) { _ = try await call.value }
        driver.cancel()
    }
}
