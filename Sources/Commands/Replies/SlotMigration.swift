// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A move of slots from one node to another, in answer to `CLUSTER GETSLOTMIGRATIONS`.
public struct SlotMigration: RESPDecodable, Hashable, Sendable {
    /// The move's identifier, 40 hexadecimal digits.
    public var name = ""
    /// `EXPORT` or `IMPORT`, as seen from the node that was asked.
    public var operation = ""
    /// The slots.
    public var slots: [ClosedRange<HashSlot>] = []
    /// The node that they come from.
    public var sourceNode: ClusterNodeID = ""
    /// The node that they go to.
    public var targetNode: ClusterNodeID = ""
    /// When it began.
    public var created = UnixTime.seconds(0)
    /// When something last happened to it, counted likewise.
    public var lastUpdated = UnixTime.seconds(0)
    /// When the other node was last heard of, counted likewise.
    public var lastAcknowledged = UnixTime.seconds(0)
    /// `success`, `failed`, `cancelled`, or what it is at.
    public var state = ""
    /// What went wrong; empty if nothing did.
    public var message = ""
    /// How much is still to be sent, in bytes.
    public var remaining = 0

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "name": name = try reader.read()
            case "operation": operation = try reader.read()
            case "slot_ranges": slots = try reader.readSlotRanges()
            case "source_node": sourceNode = try reader.read()
            case "target_node": targetNode = try reader.read()
            case "create_time": created = try reader.readUnixSeconds()
            case "last_update_time": lastUpdated = try reader.readUnixSeconds()
            case "last_ack_time": lastAcknowledged = try reader.readUnixSeconds()
            case "state": state = try reader.read()
            case "message": message = try reader.read()
            case "remaining_repl_size": remaining = try reader.read()
            default: break
            }
        }
    }
}

extension RESPReader {
    /// Takes ranges as text: `0-100 200`.
    fileprivate mutating func readSlotRanges() throws(RESPTypeMismatch) -> [ClosedRange<HashSlot>] {
        let text = try readString()
        var ranges: [ClosedRange<HashSlot>] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
            guard let range = TextFields.range(word) else {
                throw RESPTypeMismatch(wanted: "ranges of slots", found: .text(text))
            }
            ranges.append(range)
        }
        return ranges
    }
}
