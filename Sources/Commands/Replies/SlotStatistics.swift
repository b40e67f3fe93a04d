// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What a node counts of one slot, in answer to `CLUSTER SLOT-STATS`.
public struct SlotStatistics: RESPDecodable, Hashable, Sendable {
    /// The slot.
    public var slot: HashSlot
    /// By the server's names: `key-count`, and, if it is set up to count them, `cpu-usec`, `network-bytes-in`, …
    public var counts: [String: Int]
    /// How long the server has worked for it; nil if it doesn't count that.
    public var cpuTime: Duration? { counts["cpu-usec"].map { .microseconds($0) } }

    /// Takes an array of a slot and a map.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (slot, counts) = try reader.readPair()
    }
}
