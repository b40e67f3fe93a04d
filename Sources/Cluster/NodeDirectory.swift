// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pipeline
internal import Commands

/// The slot map together with the clients of the nodes in it. Does no I/O; makes clients by a closure when needed.
struct NodeDirectory {
    private(set) var map = SlotMap()
    private var nodes: [NodeAddress: ClusterNode] = [:]
    /// The primaries' clients by index of shard, so that a call costs no search by address.
    private var primaries: [ClusterNode?] = []
    private var turn = 0
    private let makeNode: @Sendable (NodeAddress) -> ClusterNode

    init(makeNode: @escaping @Sendable (NodeAddress) -> ClusterNode) { self.makeNode = makeNode }

    /// Every node there is a client for.
    var all: [ClusterNode] { Array(nodes.values) }

    /// The node at this address; its client is made now if there is none.
    mutating func node(at address: NodeAddress) -> ClusterNode {
        if let node = nodes[address] { return node }
        let node = makeNode(address)
        nodes[address] = node
        return node
    }

    /// The primary that serves `slot`, or `nil` if nobody does.
    mutating func primary(of slot: HashSlot) -> ClusterNode? {
        guard let shard = map.shardIndex(of: slot) else { return nil }
        return primary(ofShard: shard)
    }

    /// One of the replicas of `slot` after the other; the primary if there is none.
    mutating func replica(of slot: HashSlot) -> ClusterNode? {
        guard let shard = map.shardIndex(of: slot) else { return nil }
        let replicas = map.shards[shard].replicas
        guard !replicas.isEmpty else { return primary(ofShard: shard) }
        turn = (turn &+ 1) & Int.max
        return node(at: replicas[turn % replicas.count])
    }

    /// One primary after the other; `nil` if there is none.
    mutating func anyPrimary() -> ClusterNode? {
        guard !map.shards.isEmpty else { return nil }
        turn = (turn &+ 1) & Int.max
        return primary(ofShard: turn % map.shards.count)
    }

    /// All primaries, by shard.
    mutating func allPrimaries() -> [ClusterNode] { map.shards.indices.map { primary(ofShard: $0) } }

    /// All nodes of the map, primaries first.
    mutating func allNodes() -> [ClusterNode] { map.nodes.map { node(at: $0) } }

    private mutating func primary(ofShard shard: Int) -> ClusterNode {
        if shard < primaries.count, let node = primaries[shard] { return node }
        let node = node(at: map.shards[shard].primary)
        while primaries.count < map.shards.count { primaries.append(nil) }
        primaries[shard] = node
        return node
    }

    /// A redirect named a slot's new owner.
    mutating func patch(_ patch: SlotPatch) {
        switch map.move(patch.slot, to: patch.node) {
        case .unchanged, .reassigned: break
        case .promoted(let shard): if shard < primaries.count { primaries[shard] = nil }
        case .added: primaries = []
        }
    }

    /// Takes a new topology, and returns the nodes that are no longer in it.
    mutating func adopt(_ topology: ClusterTopology, reapply patches: [SlotPatch]) -> [ClusterNode] {
        map = SlotMap(topology, generation: map.generation + 1)
        for patch in patches { map.move(patch.slot, to: patch.node) }
        primaries = []
        let present = Set(map.nodes).union(topology.nodes)
        let left = nodes.filter { !present.contains($0.key) }
        for address in left.keys { nodes[address] = nil }
        return Array(left.values)
    }

    /// Gives `node` a new client, unless that has happened already; returns the old one.
    mutating func replace(_ node: ClusterNode) -> ClusterNode? {
        guard nodes[node.address] === node else { return nil }
        nodes[node.address] = makeNode(node.address)
        primaries = []
        return node
    }

    /// Forgets everything, and returns all nodes.
    mutating func removeAll() -> [ClusterNode] {
        defer {
            nodes = [:]
            primaries = []
            map = SlotMap()
        }
        return all
    }
}
