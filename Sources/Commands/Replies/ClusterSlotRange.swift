// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// One range of slots in the answer of `CLUSTER SLOTS`.
public struct ClusterSlotRange: RESPDecodable, Hashable, Sendable {
    /// A node that serves the range.
    public struct Node: RESPDecodable, Hashable, Sendable {
        /// Where clients should connect to: an address or a host name. Nil if the server doesn't know: then it is the one
        /// that was asked.
        public var endpoint: String?
        /// The port.
        public var port: Int
        /// Which node it is; empty from very old servers.
        public var id: ClusterNodeID = ""
        /// More ways to reach it: `ip`, `hostname`, `availability-zone`.
        public var metadata: [String: String] = [:]

        /// Takes an array of at least an endpoint and a port.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            let count = try reader.readArrayHeader()
            guard count >= 2 else { throw RESPTypeMismatch(wanted: "a node", found: .count(count)) }
            let endpoint: String? = try reader.readElement(0)
            self.endpoint = endpoint == "" || endpoint == "?" ? nil : endpoint
            port = try reader.readElement(1)
            if count > 2 { id = try reader.readElement(2) }
            if count > 3 { metadata = try reader.readElement(3) }
            reader.skipRest(count - 4)
        }
    }

    /// The slots, first to last.
    public var slots: ClosedRange<HashSlot>
    /// Who serves them: the primary first.
    public var nodes: [Node]

    /// Takes an array of two slots and at least one node.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let count = try reader.readArrayHeader()
        guard count >= 3 else { throw RESPTypeMismatch(wanted: "a range of slots", found: .count(count)) }
        let first: HashSlot = try reader.readElement(0)
        let last: HashSlot = try reader.readElement(1)
        guard first <= last else {
            throw RESPTypeMismatch(wanted: "a range of slots", found: .text("\(first)-\(last)"))
        }
        slots = first...last
        nodes = []
        for index in 2..<count { nodes.append(try reader.readElement(index)) }
    }
}
