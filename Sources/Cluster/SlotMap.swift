// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pipeline
public import Commands

/// Which shard serves each of the 16,384 hash slots.
///
/// A table of two bytes per slot (32 KiB) beside the list of shards. It is a value: copies share the table until one
/// of them changes. A redirect patches one slot of it; a fresh topology replaces it.
public struct SlotMap: Hashable, Sendable {
    /// What a patch did to the map, and so what a router has to update.
    public enum PatchOutcome: Hashable, Sendable {
        /// The slot was already there.
        case unchanged
        /// The slot went to a shard that was known, at this index.
        case reassigned(shard: Int)
        /// The slot's own shard had this node as a replica: a failover. The whole shard follows it.
        case promoted(shard: Int)
        /// Nobody had heard of the node, or it was a replica elsewhere: a new shard has it as its primary.
        /// Indices of other shards may have changed if the list had grown very long.
        case added(shard: Int)
    }

    /// The shards that slots point to; some may serve none after patches.
    public private(set) var shards: [ClusterShard]
    /// How many slots are served, 0 to 16,384.
    public private(set) var coverage: Int
    /// Rises by one with each change, so that a router can tell what a decision was based on.
    public private(set) var generation: UInt64
    /// One index into `shards` per slot; `nobody` where no shard serves it.
    private var owners: [UInt16]

    private static let nobody = UInt16.max
    /// When patches have let the list of shards grow this long, those that serve nothing are dropped.
    private var shardLimit = 1000

    /// A map in which no slot is served.
    public init() {
        shards = []
        coverage = 0
        generation = 0
        owners = []
    }

    /// The map that `topology` describes.
    ///
    /// - Complexity: O(number of slots); one table is allocated.
    public init(_ topology: ClusterTopology, generation: UInt64 = 1) {
        shards = []
        coverage = 0
        self.generation = generation
        owners = Array(repeating: Self.nobody, count: HashSlot.count)
        for shard in topology.shards where !shard.slots.isEmpty {
            let index = UInt16(truncatingIfNeeded: shards.count)
            shards.append(ClusterShard(primary: shard.primary, replicas: shard.replicas))
            for range in shard.slots {
                for slot in range where owners[Int(slot)] == Self.nobody {
                    owners[Int(slot)] = index
                    coverage += 1
                }
            }
        }
    }

    /// Whether every slot is served.
    public var isComplete: Bool { coverage == HashSlot.count }

    /// The index in `shards` of the one that serves `slot`, or `nil` if none does.
    ///
    /// - Complexity: O(1), one load from the table; allocates nothing.
    public func shardIndex(of slot: HashSlot) -> Int? {
        let position = slot.index
        guard position < owners.count else { return nil }
        let index = owners[position]
        return index == Self.nobody ? nil : Int(index)
    }

    /// The shard that serves `slot`, or `nil` if none does.
    ///
    /// - Complexity: O(1); allocates nothing.
    public subscript(slot: HashSlot) -> ClusterShard? {
        shardIndex(of: slot).map { shards[$0] }
    }

    /// Notes that `slot` is served by `node`, as a MOVED redirect said.
    ///
    /// Only this slot follows, except after a failover: if `node` is a replica of the very shard that had the
    /// slot, it has become that shard's primary, and the old primary stays as a replica.
    ///
    /// - Complexity: O(number of shards); allocates only for a shard or a promotion that is new.
    @discardableResult
    public mutating func move(_ slot: HashSlot, to node: NodeAddress) -> PatchOutcome {
        if owners.isEmpty { owners = Array(repeating: Self.nobody, count: HashSlot.count) }
        let current = shardIndex(of: slot)
        if let current {
            if shards[current].primary == node { return .unchanged }
            if let replica = shards[current].replicas.firstIndex(of: node) {
                shards[current].replicas[replica] = shards[current].primary
                shards[current].primary = node
                generation &+= 1
                return .promoted(shard: current)
            }
        }
        generation &+= 1
        if let known = shards.firstIndex(where: { $0.primary == node }) {
            assign(slot, to: known)
            return .reassigned(shard: known)
        }
        if shards.count >= shardLimit { dropIdleShards() }
        for index in shards.indices { shards[index].replicas.removeAll { $0 == node } }
        shards.append(ClusterShard(primary: node, replicas: []))
        assign(slot, to: shards.count - 1)
        return .added(shard: shards.count - 1)
    }

    /// Every node of the map once: the primaries, then the replicas.
    ///
    /// - Complexity: O(number of nodes).
    public var nodes: [NodeAddress] {
        var seen: Set<NodeAddress> = []
        let all = shards.map(\.primary) + shards.flatMap(\.replicas)
        return all.filter { seen.insert($0).inserted }
    }

    private mutating func assign(_ slot: HashSlot, to shard: Int) {
        let position = slot.index
        if owners[position] == Self.nobody { coverage += 1 }
        owners[position] = UInt16(truncatingIfNeeded: shard)
    }

    /// Renumbers the shards that serve something and forgets the others.
    private mutating func dropIdleShards() {
        var kept: [ClusterShard] = []
        var renumbered = [UInt16](repeating: Self.nobody, count: shards.count)
        for position in owners.indices where owners[position] != Self.nobody {
            let old = Int(owners[position])
            if renumbered[old] == Self.nobody {
                renumbered[old] = UInt16(truncatingIfNeeded: kept.count)
                kept.append(shards[old])
            }
            owners[position] = renumbered[old]
        }
        shards = kept
        // At most 16,384 shards serve something, so indices stay far below `nobody`.
        shardLimit = max(1000, kept.count * 2)
    }
}

/// The nodes that hold the same slots: one takes writes, the others follow it.
public struct ClusterShard: Hashable, Sendable {
    /// The node that takes writes.
    public var primary: NodeAddress
    /// The nodes that replicate it and are fit to be asked, in the order the server listed them.
    public var replicas: [NodeAddress]

    /// A shard from its nodes.
    public init(primary: NodeAddress, replicas: [NodeAddress] = []) {
        self.primary = primary
        self.replicas = replicas
    }
}
