// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Where the server's memory goes, in answer to `MEMORY STATS`.
public struct MemoryStatistics: RESPDecodable, Hashable, Sendable {
    /// What the tables of one database take besides keys and values, in bytes.
    public struct Database: RESPDecodable, Hashable, Sendable {
        /// The table of keys.
        public var keys = 0
        /// The table of expirations.
        public var expirations = 0

        /// Takes a map; unknown fields are skipped.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
                switch key {
                case "overhead.hashtable.main": keys = try reader.read()
                case "overhead.hashtable.expires": expirations = try reader.read()
                default: break
                }
            }
        }
    }

    /// Bytes, counts, ratios and percentages by the server's names: `total.allocated`, `keys.count`, `fragmentation`.
    public var figures: [String: Double] = [:]
    /// By the database's number.
    public var databases: [Int: Database] = [:]

    /// A figure as a whole number; nil if there is none of this name.
    public subscript(name: String) -> Int? { figures[name].flatMap { Int(exactly: $0.rounded()) } }

    /// How much the server's allocator has given out, in bytes.
    public var allocated: Int { self["total.allocated"] ?? 0 }
    /// How much it had given out at most, in bytes.
    public var peak: Int { self["peak.allocated"] ?? 0 }
    /// How many keys there are in all databases.
    public var keys: Int { self["keys.count"] ?? 0 }

    /// Takes a map; what is neither a figure nor a database is skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            let name = String(key)
            let kind = try reader.peekKind()
            if kind == .map || kind == .array {
                guard name.hasPrefix("db."), let number = Int(name.dropFirst(3)) else { return }
                databases[number] = try reader.read()
            } else {
                figures[name] = try reader.readDouble()
            }
        }
    }
}
