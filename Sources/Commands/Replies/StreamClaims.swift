// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Entries that a consumer has taken over from others, in answer to `XAUTOCLAIM`.
public struct StreamClaims<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// Where to go on; ``StreamID/zero`` when everything was looked at.
    public var next: StreamID
    /// The entries.
    public var entries: [StreamEntry<Value>]
    /// Those that were pending and no longer exist; they are pending no more.
    public var deleted: [StreamID]

    /// Takes an array of three.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (next, entries, deleted) = try reader.readClaims()
    }
}

/// The same without what the entries hold: in answer to `XAUTOCLAIM` with `JUSTID`.
public struct StreamClaimedIDs: RESPDecodable, Hashable, Sendable {
    /// Where to go on; ``StreamID/zero`` when everything was looked at.
    public var next: StreamID
    /// The entries.
    public var ids: [StreamID]
    /// Those that were pending and no longer exist; they are pending no more.
    public var deleted: [StreamID]

    /// Takes an array of three.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (next, ids, deleted) = try reader.readClaims()
    }
}

extension StreamClaims: Equatable where Value: Equatable {}

extension RESPReader {
    fileprivate mutating func readClaims<Entries: RESPDecodable>() throws(RESPTypeMismatch) -> (
        StreamID, Entries, [StreamID]
    ) {
        let count = try readArrayHeader()
        guard count >= 2 else { throw RESPTypeMismatch(wanted: "claims", found: .count(count)) }
        let next: StreamID = try readElement(0)
        let entries: Entries = try readElement(1)
        let deleted: [StreamID] = count > 2 ? try readElement(2) : []
        skipRest(count - 3)
        return (next, entries, deleted)
    }
}
