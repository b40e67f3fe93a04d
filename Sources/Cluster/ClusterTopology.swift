// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pipeline
internal import Commands

/// What one node says of its cluster: the shards, their nodes and their slots.
///
/// Made from the reply to `CLUSTER SHARDS` or `CLUSTER SLOTS`; a ``SlotMap`` is made from it.
public struct ClusterTopology: Hashable, Sendable {
    /// One shard and the slots it serves.
    public struct Shard: Hashable, Sendable {
        /// The node that takes writes.
        public var primary: NodeAddress
        /// The replicas that are fit to be asked; failed and loading ones are left out.
        public var replicas: [NodeAddress]
        /// Ranges of slots, each within 0 to 16,383; empty for a shard that serves none.
        public var slots: [ClosedRange<UInt16>]

        /// A shard from its parts.
        public init(primary: NodeAddress, replicas: [NodeAddress] = [], slots: [ClosedRange<UInt16>]) {
            self.primary = primary
            self.replicas = replicas
            self.slots = slots
        }
    }

    /// The shards, in the order of the reply. No two have the same primary, and at most 16,384 have slots.
    public private(set) var shards: [Shard]
    /// How many different slots are served, 0 to 16,384.
    public private(set) var coverage: Int

    /// A topology of `shards`. Shards that have the same primary become one; of two claims on the same slot the
    /// first holds.
    ///
    /// - Complexity: O(number of slots + number of shards).
    public init(shards: [Shard]) {
        self.shards = []
        coverage = 0
        var positions: [NodeAddress: Int] = [:]
        var claimed = [Bool](repeating: false, count: HashSlot.count)
        for shard in shards {
            let free = Self.unclaimed(shard.slots, &claimed)
            coverage += free.reduce(0) { $0 + $1.count }
            if let position = positions[shard.primary] {
                self.shards[position].slots += free
                for replica in shard.replicas where !self.shards[position].replicas.contains(replica) {
                    self.shards[position].replicas.append(replica)
                }
            } else {
                positions[shard.primary] = self.shards.count
                self.shards.append(Shard(primary: shard.primary, replicas: shard.replicas, slots: free))
            }
        }
    }

    /// Whether every slot is served.
    public var isComplete: Bool { coverage == HashSlot.count }

    /// Every node once: the primaries in order, then the replicas.
    public var nodes: [NodeAddress] {
        var seen: Set<NodeAddress> = []
        let all = shards.map(\.primary) + shards.flatMap(\.replicas)
        return all.filter { seen.insert($0).inserted }
    }

    /// Marks `ranges` as claimed and returns what of them nobody had claimed, as few ranges.
    private static func unclaimed(
        _ ranges: [ClosedRange<UInt16>], _ claimed: inout [Bool]
    ) -> [ClosedRange<UInt16>] {
        var free: [ClosedRange<UInt16>] = []
        for range in ranges {
            var start: UInt16?
            for slot in range where Int(slot) < claimed.count {
                if claimed[Int(slot)] {
                    if let first = start { free.append(first...(slot - 1)) }
                    start = nil
                } else {
                    claimed[Int(slot)] = true
                    if start == nil { start = slot }
                }
            }
            if let first = start { free.append(first...min(range.upperBound, UInt16(claimed.count - 1))) }
        }
        return free
    }
}
