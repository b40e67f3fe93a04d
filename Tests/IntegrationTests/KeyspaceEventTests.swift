// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

@Suite(.timeLimit(.minutes(2))) struct KeyspaceEventTests {
    @Test(arguments: Dialect.all)
    func `a server tells what happens to keys, in the form that was asked for`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version)
        try await dialect.withClient(of: server, configure: { $0.database = 2 }) { client async throws in
            let all: KeyspaceNotifications = [.keys, .events, .all, .created]
            try await client.configSet("notify-keyspace-events", all)
            let setting = try await client.configGet("notify-keyspace-events")["notify-keyspace-events"]
            // Beside `A` servers don't say `n`, although they heed it.
            #expect(try KeyspaceNotifications(String(#require(setting))) == all.subtracting(.created))
            let names: [SubscriptionName] = [
                .changes(ofKey: "k", database: 2), .keyEvents(.deleted, database: nil),
                .changes(ofKeysMatching: "other:*", database: 2),
            ]
            let subscription = try await client.subscriptions.subscribe(to: names)
            var messages = subscription.messages.makeAsyncIterator()
            func next() async throws -> KeyspaceEvent? { try await messages.next().flatMap(KeyspaceEvent.init) }
            try await client.set("k", "v")
            #expect(try await next() == KeyspaceEvent(database: 2, key: "k", name: .created))
            #expect(try await next() == KeyspaceEvent(database: 2, key: "k", name: .set))
            try await client.expire("k", .seconds(100))
            #expect(try await next() == KeyspaceEvent(database: 2, key: "k", name: .expiring))
            try await client.set("nobody's", "v")
            try await client.hset("other:1", "f", "v")
            #expect(try await next() == KeyspaceEvent(database: 2, key: "other:1", name: .created))
            #expect(try await next() == KeyspaceEvent(database: 2, key: "other:1", name: "hset"))
            try await client.del("nobody's")
            #expect(try await next() == KeyspaceEvent(database: 2, key: "nobody's", name: .deleted))
            subscription.cancel()
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `in a cluster each node tells of its own keys, so each is subscribed to`(version: ServerVersion) async throws {
        let cluster = try await SharedServers.shared.cluster(version)
        let keys = (0..<3).map { cluster.uniqueName("told", on: $0) }
        try await cluster.withClient { client async throws in
            for (index, node) in cluster.nodes.prefix(3).enumerated() {
                try await node.withClient { own async throws in
                    try await own.configSet("notify-keyspace-events", KeyspaceNotifications([.keys, .strings]))
                    let subscription = try await own.subscriptions.subscribe(to: keys.map { .changes(ofKey: $0) })
                    for key in keys { try await client.set(key, "v") }
                    var messages = subscription.messages.makeAsyncIterator()
                    let event = try await messages.next().flatMap(KeyspaceEvent.init)
                    #expect(event == KeyspaceEvent(database: 0, key: RESPBytes(keys[index]), name: .set))
                    subscription.cancel()
                    try await own.configSet("notify-keyspace-events", KeyspaceNotifications([]))
                }
            }
        }
    }
}
