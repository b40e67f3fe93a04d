// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// One entry of a stream.
public struct StreamEntry<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// Which one it is.
    public var id: StreamID
    /// The fields with their values, in order; nil for an entry that was deleted while it was pending.
    public var fields: [HashField<Value>]?

    /// Takes an array of two.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (id, fields) = try reader.readPair()
    }

    /// The value of the first field of this name.
    public subscript(name: String) -> Value? {
        let name = RESPBytes(name)
        return fields?.first { $0.name == name }?.value
    }
}

/// What `XREAD` and `XREADGROUP` found: entries by the key of their stream, in the server's order.
public struct StreamEntries<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// The streams that have new entries.
    public var streams: [(key: RESPBytes, entries: [StreamEntry<Value>])]

    /// Takes a map (RESP3), or an array of arrays of two (RESP2).
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        streams = try reader.readPairs { (key: RESPBytes, entries: [StreamEntry<Value>]) in (key, entries) }
    }

    /// The new entries of a stream; empty if there are none.
    public subscript(key: some BulkStringConvertible) -> [StreamEntry<Value>] {
        let key = key.bulkString
        return streams.first { .received($0.key) == key }?.entries ?? []
    }
}

extension StreamEntry: Equatable where Value: Equatable {}

extension StreamEntries: Equatable where Value: Equatable {
    /// The same entries in the same order.
    public static func == (one: Self, other: Self) -> Bool {
        one.streams.elementsEqual(other.streams) { $0.key == $1.key && $0.entries == $1.entries }
    }
}
