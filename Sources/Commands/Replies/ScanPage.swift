// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// One page of `SCAN` or `SSCAN`. An element may come on more than one page, and a page may be empty.
public struct ScanPage<Element: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// Where the next page begins; finished after the last.
    public var cursor: ScanCursor
    /// The elements of this page.
    public var elements: [Element]

    /// A page from its parts.
    public init(cursor: ScanCursor, elements: [Element]) {
        self.cursor = cursor
        self.elements = elements
    }

    /// Takes an array of a cursor and an array.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (cursor, elements) = try reader.readPair()
    }
}

/// One page of `HSCAN`. A field may come on more than one page, and a page may be empty.
public struct HashScanPage<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// Where the next page begins; finished after the last.
    public var cursor: ScanCursor
    /// The fields of this page with their values.
    public var fields: [HashField<Value>]

    /// A page from its parts.
    public init(cursor: ScanCursor, fields: [HashField<Value>]) {
        self.cursor = cursor
        self.fields = fields
    }

    /// Takes an array of a cursor and an array.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (cursor, fields) = try reader.readPair()
    }
}

/// One page of `ZSCAN`. A member may come on more than one page, and a page may be empty.
public struct SortedSetScanPage<Member: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// Where the next page begins; finished after the last.
    public var cursor: ScanCursor
    /// The members of this page with their scores.
    public var members: [ScoredMember<Member>]

    /// A page from its parts.
    public init(cursor: ScanCursor, members: [ScoredMember<Member>]) {
        self.cursor = cursor
        self.members = members
    }

    /// Takes an array of a cursor and an array.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (cursor, members) = try reader.readPair()
    }
}

/// One page of `CLUSTERSCAN`, which goes over the keys of a whole cluster, node by node. A key may come on more than one
/// page, and a page may be empty.
public struct ClusterScanPage<Key: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// Where the next page begins; finished after the last.
    public var cursor: ClusterScanCursor
    /// The keys of this page.
    public var keys: [Key]

    /// A page from its parts.
    public init(cursor: ClusterScanCursor, keys: [Key]) {
        self.cursor = cursor
        self.keys = keys
    }

    /// Takes an array of a cursor and an array.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (cursor, keys) = try reader.readPair()
    }
}

extension ClusterScanPage: Equatable where Key: Equatable {}
extension ScanPage: Equatable where Element: Equatable {}
extension HashScanPage: Equatable where Value: Equatable {}
extension SortedSetScanPage: Equatable where Member: Equatable {}
