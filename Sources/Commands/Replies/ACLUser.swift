// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What an ACL user may do, in answer to `ACL GETUSER`. Rules are written as `ACL SETUSER` takes them.
public struct ACLUser: RESPDecodable, Hashable, Sendable {
    /// Rules for some commands, keys and channels together.
    public struct Selector: RESPDecodable, Hashable, Sendable {
        /// Which commands: `-@all +get`.
        public var commands = ""
        /// Which keys: `~cache:* %R~config:*`; empty for none.
        public var keys = ""
        /// Which channels: `&news*`; empty for none.
        public var channels = ""
        /// Which databases: `alldbs`, or rules of Valkey 9.1 and later; nil from servers without such rules.
        public var databases: String?

        /// Takes a map; unknown fields are skipped.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            try reader.readFields { (key, reader) throws(RESPTypeMismatch) in try read(key, &reader) }
        }

        fileprivate init() {}

        fileprivate mutating func read(_ key: RESPKey, _ reader: inout RESPReader) throws(RESPTypeMismatch) {
            switch key {
            case "commands": commands = try reader.read()
            case "keys": keys = try reader.readRules()
            case "channels": channels = try reader.readRules()
            case "databases": databases = try reader.readRules()
            default: break
            }
        }
    }

    /// `on`, `off`, `nopass`, `allkeys` and the like.
    public var flags: Set<String> = []
    /// SHA-256 digests of the passwords, 64 hexadecimal digits each.
    public var passwords: [String] = []
    /// What the user may do in the first place.
    public var root = Selector()
    /// What the user may do besides; a command must be allowed by one of them, or by ``root``, as a whole.
    public var selectors: [Selector] = []

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "flags": flags = Set(try reader.read([String].self))
            case "passwords": passwords = try reader.read()
            case "selectors": selectors = try reader.read()
            default: try root.read(key, &reader)
            }
        }
    }
}

extension RESPReader {
    /// Rules as one text, or an array of them, as some servers have it.
    fileprivate mutating func readRules() throws(RESPTypeMismatch) -> String {
        guard try peekKind() == .array else { return try readString() }
        return try read([String].self).joined(separator: " ")
    }
}
