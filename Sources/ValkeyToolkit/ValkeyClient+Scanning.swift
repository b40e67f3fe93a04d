// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec

extension ValkeyClient {
    /// All keys of the database, page by page; see `ScanSequence`.
    ///
    /// - Parameters:
    ///   - match: a glob-style pattern; nil for everything.
    ///   - count: about how many the server looks at for a page; nil for its own idea, which is 10.
    ///   - type: only keys that hold this: `string`, `list`, `hash` …
    public func scanAll(
        match: (any BulkStringConvertible)? = nil, count: Int? = nil, type: (any BulkStringConvertible)? = nil
    ) -> ScanSequence<RESPBytes> {
        scanAll(match: match, count: count, type: type, as: RESPBytes.self)
    }

    /// All keys of the database, page by page, decoded; see `ScanSequence`.
    public func scanAll<Key: RESPDecodable & Sendable>(
        match: (any BulkStringConvertible)? = nil, count: Int? = nil, type: (any BulkStringConvertible)? = nil,
        as keyType: Key.Type
    ) -> ScanSequence<Key> {
        .keys(of: node, match: match?.bulkString, count: count, type: type?.bulkString)
    }
}
