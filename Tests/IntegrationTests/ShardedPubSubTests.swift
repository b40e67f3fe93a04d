// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Channels in a cluster: ordinary ones reach every node, shard channels stay with their slot and follow it.
@Suite(.timeLimit(.minutes(1))) struct ShardedPubSubTests {
    @Test(arguments: ClusterDialect.all)
    func `shard channels are heard at the nodes of their slots`(dialect: ClusterDialect) async throws {
        try await dialect.withClient { client, cluster async throws in
            let names = (0..<3).map { cluster.uniqueName("shard", on: $0) }
            let subscription = try await client.subscribe(toShardChannels: names[0], names[1], names[2])
            for (name, node) in zip(names, cluster.nodes) {
                let channels = try await node.cli("PUBSUB", "SHARDCHANNELS", name).decode(as: [String].self)
                #expect(channels == [name])
                for number in 0..<10 { #expect(try await client.spublish(name, number) == 1) }
            }
            // Each node's messages come in order; the nodes' among each other in any.
            var heard: [String: [Int]] = [:]
            for _ in 0..<30 {
                let message = try #require(try await subscription.next()?.message)
                #expect(message.kind == .shardChannel)
                heard[String(message.channel), default: []].append(try #require(Int(message.payload)))
            }
            for name in names { #expect(heard[name] == Array(0..<10)) }
            subscription.cancel()
            for (name, node) in zip(names, cluster.nodes) {
                try await eventually("nobody listens any more") {
                    try await node.cli("PUBSUB", "SHARDCHANNELS", name).decode(as: [String].self).isEmpty
                }
            }
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `ordinary channels are heard whichever node publishes`(dialect: ClusterDialect) async throws {
        try await dialect.withClient { client, cluster async throws in
            let name = unique("everywhere")
            let subscription = try await client.subscribe(to: name)
            try await subscription.subscribe(toPatterns: "\(name)?")
            for node in cluster.nodes {
                try await node.cli("PUBLISH", name, "from \(node.port)")
                #expect(try await subscription.next()?.message?.payload == RESPBytes("from \(node.port)"))
                try await node.cli("PUBLISH", "\(name)!", "matched")
                #expect(try await subscription.next()?.message?.kind == .pattern)
            }
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `a shard channel follows its slot, with a gap where messages may be missing`(
        dialect: ClusterDialect
    ) async throws {
        try await ChangingClusters.moving.withCluster(dialect.version) { cluster in
            try await cluster.withClient(configure: { $0.node.protocolVersion = dialect.protocolVersion }) {
                client async throws in
                let (moving, staying) = (cluster.uniqueName("moving", on: 0), cluster.uniqueName("staying", on: 0))
                let subscription = try await client.subscribe(toShardChannels: moving)
                let other = try await client.subscribe(toShardChannels: staying)
                try await client.spublish(moving, "before")
                #expect(try await subscription.next()?.message?.payload == "before")

                try await SlotMove(slotOf: moving, from: cluster.nodes[0], to: cluster.nodes[1], in: cluster).perform()
                #expect(try await subscription.next() == .gap(SubscriptionGap(causes: .slotMoved)))
                // Whoever has read the gap misses nothing from here on.
                #expect(try await client.spublish(moving, "after") == 1)
                #expect(try await subscription.next()?.message?.payload == "after")
                #expect(
                    try await cluster.nodes[1].cli("PUBSUB", "SHARDCHANNELS", moving).decode(as: [String].self) == [
                        moving
                    ])

                #expect(try await client.spublish(staying, "undisturbed") == 1)
                #expect(try await other.next()?.message?.payload == "undisturbed")
            }
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `after the loss of a subscriber's connection its shard channels are heard again`(
        dialect: ClusterDialect
    ) async throws {
        let name = unique("subscriber")
        let cluster = try await SharedServers.shared.cluster(dialect.version)
        try await cluster.withClient(configure: {
            $0.node.protocolVersion = dialect.protocolVersion
            $0.node.clientName = name
        }) { client async throws in
            let names = (0..<3).map { cluster.uniqueName("shard", on: $0) }
            var subscriptions: [Subscription] = []
            for name in names { subscriptions.append(try await client.subscribe(toShardChannels: name)) }
            let lost = try await cluster.nodes[1].connections(named: name).first { $0["ssub"] == "1" }
            try await cluster.nodes[1].cli("CLIENT", "KILL", "ID", try #require(lost?["id"]))
            #expect(try await subscriptions[1].next() == .gap(SubscriptionGap(causes: .connectionLost)))
            for (name, subscription) in zip(names, subscriptions) {
                #expect(try await client.spublish(name, "heard") == 1)
                #expect(try await subscription.next()?.message?.payload == "heard")
            }
        }
    }
}
