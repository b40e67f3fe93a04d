// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A table of figures: a row per input, a workload per column.
public struct Table: Sendable {
    /// The target that it is about, such as `T1`, or a word.
    public let id: String
    public let title: String
    /// What the figures are per, such as `element`.
    public let unit: String
    /// What stands over the workloads of every row.
    public let columns: [String]
    /// Which column's time is divided by which one's; nil if there is nothing to compare with.
    public var ratio: (of: Int, by: Int)?
    /// Whether both do the same work, so that the same result has to come out.
    public var isSame = true
    public let rows: [Row]

    public struct Row: Sendable {
        public let name: String
        /// One per column; nil where there is nothing to compare with.
        public let workloads: [Workload?]
        /// What the ratio must be at most.
        public var must: Double?
        /// What it would better be.
        public var reach: Double?
        /// How many allocations there may be per element; those of a run's own set-up hardly show.
        public var allocations: Double?
    }
}

extension Table {
    /// All of them, in the order they are printed in.
    public static var all: [Table] {
        [visiting, chunking, building, encoding, commands, replies, trees, streaming, pooling]
    }

    /// Every workload of every table, once.
    public static var workloads: [Workload] {
        var seen: Set<String> = []
        return all.flatMap(\.rows).flatMap(\.workloads).compactMap(\.self).filter { seen.insert($0.name).inserted }
    }

    /// Whether there is something to compare with.
    public static var hasYardstick: Bool {
        #if HIREDIS
            true
        #else
            false
        #endif
    }
}
