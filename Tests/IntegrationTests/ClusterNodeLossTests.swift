// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Synchronization
import Testing
import ValkeyToolkit

/// Nodes that die, come back, or hand over to a replica.
@Suite(.timeLimit(.minutes(1))) struct ClusterNodeLossTests {
    @Test(arguments: ClusterDialect.versions)
    func `the loss of a node is known to the callers it concerns, and to nobody else`(
        version: ServerVersion
    ) async throws {
        let cluster = try await TestCluster.start(version)
        defer { for node in cluster.nodes { node.kill() } }
        let lost = cluster.nodes[2]
        let keys = (0..<3).map { cluster.uniqueName("lost", on: $0) }
        try await cluster.withClient(configure: {
            $0.node.clientName = "loss"
            $0.nodePatience = .seconds(3)
        }) { client async throws in
            for key in keys { #expect(try await client.incr(key) == 1) }
            // One write reaches the node that dies and is not answered.
            try await lost.cli("CLIENT", "PAUSE", "600000", "WRITE")
            let write = Task { try await client.incr(keys[2]) }
            try await eventually("the write reaches the node") { try await lost.hasBlockedConnection(named: "loss") }
            lost.kill()
            let error = await #expect(throws: ConnectionError.self) { try await write.value }
            #expect(error?.mayHaveExecuted == true)

            for round in 2...50 { #expect(try await client.incr(keys[1]) == round) }

            // A client with little patience gives up; what it says is that nothing has run.
            var hasty = client.configuration
            hasty.node.commandTimeout = .seconds(1)
            try await Self.expectNothingRan(keys[2], hasty)

            // A batch waits for the node that is away, and sends nothing twice to the others.
            async let both = client.pipeline(.incr(keys[0]), .incr(keys[2]))
            try await lost.restart()
            let (kept, new) = try await both
            #expect(kept == 2)
            #expect(new == 1, "the restarted node is empty")
            for round in 2...10 { #expect(try await client.incr(keys[2]) == round) }
        }
    }

    private static func expectNothingRan(_ key: String, _ configuration: ClusterConfiguration) async throws {
        let client = try ValkeyClusterClient(configuration)
        defer { client.close() }
        do {
            try await client.incr(key)
            Issue.record("the node is dead")
        } catch let error as ConnectionError {
            #expect(!error.mayHaveExecuted)
        } catch let error as ClusterError {
            #expect(!error.mayHaveExecuted)
        } catch let error as ServerError {
            #expect(error.code == .clusterDown)
        } catch {
            #expect(error is TransportError || error is PoolError, "\(error)")
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `a primary that hands over to its replica under load loses no write`(version: ServerVersion) async throws {
        let cluster = try await ChangingClusters.replicated.cluster(version)
        let (primary, replica) = (cluster.nodes[0], cluster.nodes[3])
        let keys = (0..<6).map { _ in cluster.uniqueName("handed over", on: 0) }
        try await cluster.withClient(configure: { $0.nodePatience = .seconds(3) }) { client async throws in
            let rounds = Rounds()
            let counts = try await withThrowingTaskGroup(of: (String, Int).self) { group in
                for key in keys {
                    group.addTask {
                        var count = 0
                        while !rounds.isStopped {
                            count += 1
                            let answer = try await client.incr(key)
                            #expect(answer == count)
                            rounds.add()
                        }
                        return (key, count)
                    }
                }
                defer { rounds.stop() }
                try await rounds.wait(more: 100, asking: primary)
                try await replica.cli("CLUSTER", "FAILOVER")
                try await eventually("the replica is the primary") {
                    try await replica.cli("ROLE").decode(as: [RESPFrame].self)[0].decode(as: String.self) == "master"
                }
                try await rounds.wait(more: 1000, asking: replica)
                rounds.stop()
                return try await group.reduce(into: [String: Int]()) { $0[$1.0] = $1.1 }
            }
            for (key, count) in counts {
                #expect(try await replica.cli("GET", key).decode(as: Int.self) == count)
            }
            #expect(client.slotMap[HashSlot(ofKey: keys[0].bulkString)]?.primary.port == replica.port)
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `a primary that dies is replaced by its replica, and calls go on`(version: ServerVersion) async throws {
        let cluster = try await ChangingClusters.replicated.cluster(version)
        let (primary, replica) = (cluster.nodes[1], cluster.nodes[4])
        let key = cluster.uniqueName("inherited", on: 1)
        try await cluster.withClient(configure: { $0.nodePatience = .seconds(3) }) { client async throws in
            try await client.set(key, "value")
            try await Self.waitUntilReplicated(replica)
            primary.kill()
            #expect(try await client.get(key) == "value")
            try await client.set(key, "new value")
            #expect(try await replica.cli("GET", key).decode(as: String.self) == "new value")
            let map = client.slotMap
            #expect(map[HashSlot(ofKey: key.bulkString)]?.primary.port == replica.port)
        }
    }

    private static func waitUntilReplicated(_ replica: TestServer) async throws {
        try await eventually("the replica has the only key") {
            try await replica.cli("DBSIZE").decode(as: Int.self) == 1
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `reads from replicas are answered by replicas`(version: ServerVersion) async throws {
        let cluster = try await ChangingClusters.replicated.cluster(version)
        let (primary, replica) = (cluster.nodes[2], cluster.nodes[5])
        let key = cluster.uniqueName("read", on: 2)
        // A replica that has not received anything yet is said to be loading, and not asked.
        try await primary.cli("SET", key, "value")
        try await Self.waitUntilReplicated(replica)
        try await eventually("the cluster says that the replicas can be asked") {
            try await cluster.nodes[0].knowsAsOnline(replica)
        }
        try await cluster.withClient(configure: { $0.readPreference = .preferReplica }) { client async throws in
            try await client.set(key, "new value")
            try await eventually("the replica has it too") { try await client.get(key) == "new value" }
            try await primary.cli("CONFIG", "RESETSTAT")
            try await replica.cli("CONFIG", "RESETSTAT")
            for _ in 0..<20 { #expect(try await client.get(key) == "new value") }
            #expect(
                try await replica.cli("INFO", "commandstats").decode(as: String.self).contains("cmdstat_get:calls=20"))
            #expect(try await !primary.cli("INFO", "commandstats").decode(as: String.self).contains("cmdstat_get:"))
            try await client.set(key, "written where writes go")
        }
    }
}

extension TestServer {
    /// Whether this node tells clients that another one is fit to be asked.
    fileprivate func knowsAsOnline(_ node: TestServer) async throws -> Bool {
        let shards = try await cli("CLUSTER", "SHARDS").decode(as: [ClusterShardDescription].self)
        return shards.flatMap(\.nodes).contains { $0.port == node.port && $0.health == "online" }
    }
}

/// How far a load has come.
private final class Rounds: Sendable {
    private let count = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)

    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    func stop() { stopped.store(true, ordering: .relaxed) }

    func add() { count.add(1, ordering: .relaxed) }

    /// Waits for more rounds; each look is a round trip to a node.
    func wait(more: Int, asking node: TestServer) async throws {
        let wanted = count.load(ordering: .relaxed) + more
        try await eventually("the load goes on") {
            try await node.cli("PING")
            return count.load(ordering: .relaxed) >= wanted
        }
    }
}
