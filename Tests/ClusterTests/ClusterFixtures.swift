// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Cluster
import Commands

/// `10.0.0.n:6379`.
func node(_ number: Int) -> NodeAddress { NodeAddress(host: "10.0.0.\(number)", port: 6379) }

/// The slot with this number; numbers beyond the last slot count from 0 again.
func slot(_ number: UInt16) -> HashSlot { HashSlot(rawValue: number % 16_384)! }

extension ClusterTopology {
    /// Nodes 1, 2 and 3 share the slots in equal parts; nodes 4, 5 and 6 replicate them.
    static let threeShards = ClusterTopology(shards: [
        Shard(primary: node(1), replicas: [node(4)], slots: [0...5460]),
        Shard(primary: node(2), replicas: [node(5)], slots: [5461...10922]),
        Shard(primary: node(3), replicas: [node(6)], slots: [10923...16383]),
    ])

    /// The first `slots` slots at node 1, and no others.
    static func partial(_ slots: UInt16) -> ClusterTopology {
        ClusterTopology(shards: [Shard(primary: node(1), slots: [0...(slots - 1)])])
    }
}
