// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Cluster
import Testing

@Suite struct ClusterTopologyTests {
    @Test func `shards with the same primary are one`() {
        let topology = ClusterTopology(shards: [
            .init(primary: node(1), replicas: [node(4)], slots: [0...9]),
            .init(primary: node(2), slots: [10...19]),
            .init(primary: node(1), replicas: [node(4), node(5)], slots: [20...29]),
        ])
        #expect(
            topology.shards == [
                .init(primary: node(1), replicas: [node(4), node(5)], slots: [0...9, 20...29]),
                .init(primary: node(2), slots: [10...19]),
            ])
        #expect(topology.coverage == 30)
    }

    /// Claims of node 1, claims of node 2, and what is left to node 2.
    static let claims: [(first: [ClosedRange<UInt16>], second: [ClosedRange<UInt16>], left: [ClosedRange<UInt16>])] = [
        ([0...9], [5...14], [10...14]),
        ([5...9], [0...14], [0...4, 10...14]),
        ([0...9], [0...9], []),
        ([16_383...16_383], [16_380...16_383], [16_380...16_382]),
        ([0...0, 2...2], [0...3], [1...1, 3...3]),
    ]

    @Test(arguments: claims)
    func `of two claims on a slot the first holds`(
        claim: (first: [ClosedRange<UInt16>], second: [ClosedRange<UInt16>], left: [ClosedRange<UInt16>])
    ) {
        let topology = ClusterTopology(shards: [
            .init(primary: node(1), slots: claim.first), .init(primary: node(2), slots: claim.second),
        ])
        #expect(topology.shards[1].slots == claim.left)
        #expect(topology.coverage == (claim.first + claim.left).reduce(0) { $0 + $1.count })
    }

    @Test func `slots beyond the last one are not counted`() {
        let topology = ClusterTopology(shards: [.init(primary: node(1), slots: [16_380...20_000])])
        #expect(topology.coverage == 4)
        #expect(topology.shards[0].slots == [16_380...16_383])
    }
}
