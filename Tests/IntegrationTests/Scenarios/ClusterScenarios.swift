// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

extension CommandScenario {
    /// Commands that need more nodes than one.
    static let cluster: [CommandScenario] = [
        CommandScenario("a node that nobody knows gets its first epoch") { stage in
            let server = try await TestServer.start(stage.version, options: ["--cluster-enabled", "yes"])
            try await stage.withClient(of: server) { client async throws in
                try await client.clusterSetConfigEpoch(7)
                #expect(try await client.clusterInfo()["cluster_current_epoch"] == "7")
            }
        },
        CommandScenario(
            "nodes of a cluster know each other, hand slots over, fail over and forget",
            versions: [.valkey9], varying: ["CLUSTER MYID", "CLUSTER NODES", "CLUSTER REPLICAS", "CLUSTER SLAVES"]
        ) { stage in
            let cluster = try await TestCluster.start(stage.version, nodes: 2, replicas: 1)
            defer { for node in cluster.nodes { node.kill() } }
            let (first, second, replica) = (cluster.nodes[0], cluster.nodes[1], cluster.nodes[2])
            let secondID = ClusterNodeID(rawValue: try await second.clusterID())
            // Of slot 0, where a scan of the cluster begins, as the cursor's tag is.
            let key = "{06S}a"
            try await stage.withClient(of: second) { client async throws in
                // The node that "0", taken for a key, belongs to says where to begin.
                #expect(try await client.clusterscan(.start).cursor.bulkString == "0-{06S}-0")
            }
            try await stage.withClient(of: first) { client async throws in
                let id = try await client.clusterMyID()
                #expect(try await client.clusterReplicas(id).map(\.port) == [replica.port])
                #expect(try await client.execute(CLUSTER.SLAVES(nodeId: id)).map(\.primary) == [id])
                #expect(try await client.clusterCountFailureReports(secondID) == 0)
                try await client.set(key, "v")
                let slot = try await client.clusterKeySlot(key)
                #expect(slot == HashSlot(ofKey: key.bulkString))
                let page = try await client.clusterscan(ClusterScanCursor(rawValue: "0-{06S}-0"), as: String.self)
                #expect(page.keys == [key])
                // A node that stands still can't take a slot before the move is called off.
                second.pause()
                try await client.clusterMigrateslots([.ranges(ranges: [slot...slot], nodeId: secondID)])
                try await client.clusterCancelslotmigrations()
                second.resume()
                #expect(try await client.get(key) == "v")
            }
            try await stage.withClient(of: replica) { client async throws in
                try await client.clusterFailover(options: .takeover)
                try await eventually("the replica is the primary") { try await replica.isPrimary() }
            }
            try await stage.withClient(of: second) { client async throws in
                try await client.clusterForget(ClusterNodeID(rawValue: cluster.nodes[0].clusterID()))
                #expect(try await client.clusterNodes().count == 3)
            }
        },
    ]
}
