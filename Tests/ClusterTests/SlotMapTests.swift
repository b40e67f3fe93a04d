// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Cluster
import Testing

@Suite struct SlotMapTests {
    @Test func `every slot finds its shard and both ends of every range belong to it`() {
        let map = SlotMap(.threeShards)
        let expected: [(UInt16, Int)] = [(0, 1), (5460, 1), (5461, 2), (10922, 2), (10923, 3), (16383, 3)]
        for (number, primary) in expected { #expect(map[slot(number)]?.primary == node(primary)) }
        #expect(map.isComplete)
        #expect(map.coverage == 16_384)
    }

    @Test func `an empty map serves nothing`() {
        let map = SlotMap()
        #expect(map[slot(0)] == nil)
        #expect(map.shardIndex(of: slot(16_383)) == nil)
        #expect(map.coverage == 0)
    }

    @Test func `slots that the topology leaves out are not served`() {
        let map = SlotMap(.partial(100))
        #expect(map[slot(99)]?.primary == node(1))
        #expect(map[slot(100)] == nil)
        #expect(map.coverage == 100)
        #expect(!map.isComplete)
    }

    @Test func `a shard without slots takes no place in the map`() {
        let map = SlotMap(
            ClusterTopology(shards: [.init(primary: node(9), slots: []), .init(primary: node(1), slots: [0...9])]))
        #expect(map.shards.map(\.primary) == [node(1)])
    }

    /// A patch, its outcome, and who serves the slot and its neighbour afterwards.
    static let patches: [(target: Int, outcome: SlotMap.PatchOutcome, serves: Int, neighbour: Int)] = [
        (1, .unchanged, 1, 1),
        (2, .reassigned(shard: 1), 2, 1),
        (4, .promoted(shard: 0), 4, 4),
        (5, .added(shard: 3), 5, 1),
        (7, .added(shard: 3), 7, 1),
    ]

    @Test(arguments: patches)
    func `a redirect patches one slot, or its shard after a failover`(
        patch: (target: Int, outcome: SlotMap.PatchOutcome, serves: Int, neighbour: Int)
    ) {
        var map = SlotMap(.threeShards)
        let before = map.generation
        #expect(map.move(slot(100), to: node(patch.target)) == patch.outcome)
        #expect(map[slot(100)]?.primary == node(patch.serves))
        #expect(map[slot(101)]?.primary == node(patch.neighbour))
        #expect(map.generation == before + (patch.outcome == .unchanged ? 0 : 1))
        #expect(map.coverage == 16_384)
    }

    @Test func `after a failover the old primary is a replica`() {
        var map = SlotMap(.threeShards)
        map.move(slot(0), to: node(4))
        #expect(map[slot(0)] == ClusterShard(primary: node(4), replicas: [node(1)]))
    }

    @Test func `a replica of another shard that is named as an owner stops being a replica there`() {
        var map = SlotMap(.threeShards)
        map.move(slot(0), to: node(5))
        #expect(map[slot(5461)] == ClusterShard(primary: node(2), replicas: []))
        #expect(map[slot(0)] == ClusterShard(primary: node(5), replicas: []))
    }

    @Test func `an empty map learns from redirects`() {
        var map = SlotMap()
        #expect(map.move(slot(5), to: node(1)) == .added(shard: 0))
        #expect(map.move(slot(6), to: node(1)) == .reassigned(shard: 0))
        #expect(map.coverage == 2)
    }

    @Test func `a peer that names new nodes without end does not make the list of shards grow without end`() {
        var map = SlotMap(.threeShards)
        for number in 0..<2500 { map.move(slot(7), to: NodeAddress(host: "h\(number)", port: 1)) }
        #expect(map[slot(7)]?.primary.host == "h2499")
        #expect(map[slot(6)]?.primary == node(1))
        #expect(map[slot(16_383)]?.primary == node(3))
        #expect(map.shards.count <= 1000)
    }

    @Test func `a copy keeps what it had`() {
        let old = SlotMap(.threeShards)
        var new = old
        new.move(slot(0), to: node(2))
        #expect(old[slot(0)]?.primary == node(1))
        #expect(old != new)
    }

    @Test func `nodes are listed once, primaries first`() {
        #expect(SlotMap(.threeShards).nodes == [1, 2, 3, 4, 5, 6].map { node($0) })
    }
}
