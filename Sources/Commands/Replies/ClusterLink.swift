// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A connection between two nodes, in answer to `CLUSTER LINKS`.
public struct ClusterLink: RESPDecodable, Hashable, Sendable {
    /// Who has connected: `to` the other node, or `from` there.
    public var direction = ""
    /// The other node.
    public var node: ClusterNodeID = ""
    /// When it was made.
    public var created = UnixTime.seconds(0)
    /// What it is ready for: `r`, `w`, `rw`.
    public var events = ""
    /// The size of its send buffer, in bytes.
    public var sendBufferAllocated = 0
    /// How much of it is in use, in bytes.
    public var sendBufferUsed = 0

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "direction": direction = try reader.read()
            case "node": node = try reader.read()
            case "create-time": created = try reader.readUnixMilliseconds()
            case "events": events = try reader.read()
            case "send-buffer-allocated": sendBufferAllocated = try reader.read()
            case "send-buffer-used": sendBufferUsed = try reader.read()
            default: break
            }
        }
    }
}
