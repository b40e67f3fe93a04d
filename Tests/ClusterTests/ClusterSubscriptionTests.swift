// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Cluster
import Commands
import Pipeline
import PubSub
import RESPCodec
import Synchronization
import Testing

@Suite struct ClusterSubscriptionTests {
    /// A push of three words, the last of which may be a number.
    private static func push(_ kind: String, _ name: String, _ last: String) -> String {
        let tail = Int(last) == nil ? "$\(last.utf8.count)\r\n\(last)\r\n" : ":\(last)\r\n"
        return ">3\r\n$\(kind.utf8.count)\r\n\(kind)\r\n$\(name.utf8.count)\r\n\(name)\r\n" + tail
    }

    /// Confirms subscriptions; `afterPing` is sent behind the answer to the PING that follows them.
    private static func subscriptions(
        refuse: @escaping @Sendable (FakeCluster.Request) -> FakeCluster.Response? = { _ in nil },
        afterPing: @escaping @Sendable (FakeCluster.Request) -> String = { _ in "" }
    ) -> FakeCluster.Script {
        { request in
            if let refusal = refuse(request) { return refusal }
            switch request.words[0] {
            case "SUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "SUNSUBSCRIBE":
                let kind = request.words[0].lowercased()
                return .reply(request.words.dropFirst().map { push(kind, $0, "1") }.joined())
            case "PING": return .reply("+PONG\r\n" + afterPing(request))
            default: return .reply("+OK\r\n")
            }
        }
    }

    private func nodes(_ cluster: FakeCluster, asked command: String) -> [NodeAddress] {
        cluster.requests.filter { $0.words[0] == command }.map(\.node)
    }

    @Test func `a shard channel is heard at the node of its slot`() async throws {
        let cluster = FakeCluster(
            script: Self.subscriptions(afterPing: { Self.push("smessage", key(2), "hello from \($0.node.host)") }))
        let router = try cluster.router()
        defer { router.close() }
        let subscription = try await router.subscribe(toShardChannels: key(2))
        #expect(nodes(cluster, asked: "SSUBSCRIBE") == [node(2)])
        let message = try await subscription.next()?.message
        #expect(message?.payload == RESPBytes("hello from 10.0.0.2"))
        #expect(message?.kind == .shardChannel)
    }

    @Test func `shard channels of several nodes are one subscription`() async throws {
        let cluster = FakeCluster(script: Self.subscriptions())
        let router = try cluster.router()
        defer { router.close() }
        let subscription = try await router.subscribe(toShardChannels: key(1), key(2), key(3))
        #expect(Set(nodes(cluster, asked: "SSUBSCRIBE")) == [node(1), node(2), node(3)])
        subscription.cancel()
    }

    @Test func `a shard channel that is refused with MOVED is found at its new node`() async throws {
        let cluster = FakeCluster(
            script: Self.subscriptions(refuse: { request in
                guard request.words[0] == "SSUBSCRIBE", request.node == node(1) else { return nil }
                return moved(key(1), to: node(2))
            }))
        let router = try cluster.router()
        defer { router.close() }
        try await router.connect()
        cluster.setTopology(ClusterTopology(shards: [.init(primary: node(2), slots: [0...16_383])]))
        let flow = Task { await cluster.time.flow() }
        defer { flow.cancel() }
        let subscription = try await router.subscribe(toShardChannels: key(1))
        #expect(nodes(cluster, asked: "SSUBSCRIBE") == [node(1), node(2)])
        subscription.cancel()
    }

    @Test func `when a slot moves its subscription follows, and the subscriber gets a gap`() async throws {
        let cluster = FakeCluster(
            script: Self.subscriptions(afterPing: { request in
                // The first node lets the channel go as soon as it has confirmed it.
                request.node == node(1)
                    ? Self.push("sunsubscribe", key(1), "0") : Self.push("smessage", key(1), "after the move")
            }))
        let router = try cluster.router()
        defer { router.close() }
        try await router.connect()
        cluster.setTopology(ClusterTopology(shards: [.init(primary: node(2), slots: [0...16_383])]))
        let flow = Task { await cluster.time.flow() }
        defer { flow.cancel() }
        let subscription = try await router.subscribe(toShardChannels: key(1))
        #expect(try await subscription.next() == .gap(SubscriptionGap(causes: .slotMoved)))
        #expect(try await subscription.next()?.message?.payload == RESPBytes("after the move"))
        #expect(nodes(cluster, asked: "SSUBSCRIBE") == [node(1), node(2)])
    }

    @Test func `channels are heard at one node, and at another one when it dies`() async throws {
        let cluster = FakeCluster(
            script: Self.subscriptions(afterPing: { Self.push("message", "news", "from \($0.node.host)") }))
        let router = try cluster.router()
        defer { router.close() }
        let subscription = try await router.subscribe(to: "news")
        let first = try #require(nodes(cluster, asked: "SUBSCRIBE").first)
        #expect(try await subscription.next()?.message?.payload == RESPBytes("from \(first.host)"))
        let flow = Task { await cluster.time.flow() }
        defer { flow.cancel() }
        cluster.kill(first)
        #expect(try await subscription.next() == .gap(SubscriptionGap(causes: .connectionLost)))
        let other = try #require(nodes(cluster, asked: "SUBSCRIBE").last)
        #expect(other != first)
        #expect(try await subscription.next()?.message?.payload == RESPBytes("from \(other.host)"))
    }

    @Test func `closing the router ends its subscriptions`() async throws {
        let cluster = FakeCluster(script: Self.subscriptions())
        let router = try cluster.router()
        let subscription = try await router.subscribe(to: "news")
        router.close()
        await #expect(throws: PubSubError.closed) { while try await subscription.next() != nil {} }
        await #expect(throws: PubSubError.closed) { try await router.subscribe(to: "news") }
    }
}
