// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Something that was refused for want of permission, in answer to `ACL LOG`.
public struct ACLLogEntry: RESPDecodable, Hashable, Sendable {
    /// How often it happened within a minute.
    public var count = 0
    /// What was not allowed: `auth`, `command`, `key`, `channel`, `database`.
    public var reason = ""
    /// Where: `toplevel`, `multi`, `lua`, `script`, `module`.
    public var context = ""
    /// The command, key or channel.
    public var object = RESPBytes()
    /// The user.
    public var username = ""
    /// How long ago it happened last.
    public var age = Duration.zero
    /// The client that tried.
    public var client = ClientDescription()
    /// The entry's number; nil before Valkey 7.2 and Redis 7.2.
    public var id: Int?
    /// When it happened first; nil before Valkey 7.2 and Redis 7.2.
    public var created: UnixTime?
    /// When it happened last, counted likewise.
    public var lastUpdated: UnixTime?

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "count": count = try reader.read()
            case "reason": reason = try reader.read()
            case "context": context = try reader.read()
            case "object": object = try reader.read()
            case "username": username = try reader.read()
            case "age-seconds": age = .seconds(try reader.readDouble())
            case "client-info": client = try reader.read()
            case "entry-id": id = try reader.read()
            case "timestamp-created": created = try reader.readUnixMilliseconds()
            case "timestamp-last-updated": lastUpdated = try reader.readUnixMilliseconds()
            default: break
            }
        }
    }
}
