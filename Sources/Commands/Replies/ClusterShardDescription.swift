// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// One shard in the answer of `CLUSTER SHARDS`.
public struct ClusterShardDescription: RESPDecodable, Hashable, Sendable {
    /// A node of the shard.
    public struct Node: RESPDecodable, Hashable, Sendable {
        /// Which node it is.
        public var id: ClusterNodeID = ""
        /// The port without TLS; nil if there is none.
        public var port: Int?
        /// The port with TLS; nil if there is none.
        public var tlsPort: Int?
        /// The address.
        public var ip = ""
        /// Where clients should connect to; nil if the server doesn't know: then it is the one that was asked.
        public var endpoint: String?
        /// The host name; empty if there is none.
        public var hostname = ""
        /// `master` or `replica`.
        public var role = ""
        /// How far it has come in the replication stream, in bytes.
        public var replicationOffset = 0
        /// `online`, `failed` or `loading`.
        public var health = ""

        /// Takes a map; unknown fields are skipped.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
                switch key {
                case "id": id = try reader.read()
                case "port": port = try reader.read()
                case "tls-port": tlsPort = try reader.read()
                case "ip": ip = try reader.read()
                case "endpoint": endpoint = try reader.read()
                case "hostname": hostname = try reader.read()
                case "role": role = try reader.read()
                case "replication-offset": replicationOffset = try reader.read()
                case "health": health = try reader.read()
                default: break
                }
            }
            if endpoint == "" || endpoint == "?" { endpoint = nil }
        }
    }

    /// The ranges of slots that it serves, first to last; empty if it has none.
    public var slots: [ClosedRange<HashSlot>] = []
    /// Its nodes, in no particular order.
    public var nodes: [Node] = []
    /// The shard's identifier; from Valkey 8.0 on.
    public var id: String?

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "slots":
                let numbers = try [HashSlot](from: &reader)
                for index in stride(from: 0, to: numbers.count - 1, by: 2) where numbers[index] <= numbers[index + 1] {
                    slots.append(numbers[index]...numbers[index + 1])
                }
            case "nodes": nodes = try reader.read()
            case "id": id = try reader.read()
            default: break
            }
        }
    }
}
