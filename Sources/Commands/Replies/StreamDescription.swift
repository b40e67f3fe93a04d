// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What a stream is like, in answer to `XINFO STREAM`.
public struct StreamDescription<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// What does not depend on the entries.
    public var summary = StreamSummary()
    /// How many consumer groups there are.
    public var groups = 0
    /// The first entry; nil if there is none.
    public var firstEntry: StreamEntry<Value>?
    /// The last entry; nil if there is none.
    public var lastEntry: StreamEntry<Value>?

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "groups": groups = try reader.read()
            case "first-entry": firstEntry = try reader.read()
            case "last-entry": lastEntry = try reader.read()
            default: try summary.read(key, &reader)
            }
        }
    }
}

/// What a stream and its groups are like in full, in answer to `XINFO STREAM` with `FULL`.
public struct StreamDetails<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// What does not depend on the entries.
    public var summary = StreamSummary()
    /// The first entries.
    public var entries: [StreamEntry<Value>] = []
    /// The consumer groups.
    public var groups: [StreamGroupDetails] = []

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "entries": entries = try reader.read()
            case "groups": groups = try reader.read()
            default: try summary.read(key, &reader)
            }
        }
    }
}

extension StreamDescription: Equatable where Value: Equatable {}
extension StreamDetails: Equatable where Value: Equatable {}

/// What a stream is like, apart from its entries and groups.
public struct StreamSummary: Hashable, Sendable {
    /// How many entries it has.
    public var length = 0
    /// How many keys the radix tree has that holds it.
    public var radixTreeKeys = 0
    /// How many nodes the radix tree has.
    public var radixTreeNodes = 0
    /// The identifier that was given last.
    public var lastGeneratedID = StreamID.zero
    /// The greatest identifier of a deleted entry; ``StreamID/zero`` if none was deleted.
    public var maximumDeletedID = StreamID.zero
    /// How many entries it has had in all.
    public var entriesAdded = 0
    /// The identifier of the first entry; ``StreamID/zero`` if there is none.
    public var firstID = StreamID.zero

    mutating func read(_ key: RESPKey, _ reader: inout RESPReader) throws(RESPTypeMismatch) {
        switch key {
        case "length": length = try reader.read()
        case "radix-tree-keys": radixTreeKeys = try reader.read()
        case "radix-tree-nodes": radixTreeNodes = try reader.read()
        case "last-generated-id": lastGeneratedID = try reader.read()
        case "max-deleted-entry-id": maximumDeletedID = try reader.read()
        case "entries-added": entriesAdded = try reader.read()
        case "recorded-first-entry-id": firstID = try reader.read()
        default: break
        }
    }
}
