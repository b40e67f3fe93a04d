// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import Pipeline
public import RESPCodec

extension ClusterRouter {
    /// All keys of the cluster, page by page; see `ScanSequence`.
    ///
    /// Primary after primary is scanned. Every key that is there from the beginning to the end comes at least once, also while
    /// slots move: a node whose slots have changed hands meanwhile is followed by those that have them now, and these keys
    /// come twice. What was deleted and set again meanwhile may be missed, as on one server.
    ///
    /// - Parameters:
    ///   - match: a glob-style pattern; nil for everything.
    ///   - count: about how many a server looks at for a page; nil for its own idea, which is 10.
    ///   - type: only keys that hold this: `string`, `list`, `hash` …
    public func scanAll(
        match: (any BulkStringConvertible)? = nil, count: Int? = nil, type: (any BulkStringConvertible)? = nil
    ) -> ScanSequence<RESPBytes> {
        Calls(self, .standard).scanAll(match: match, count: count, type: type)
    }

    /// All keys of the cluster, page by page, decoded; see ``scanAll(match:count:type:)``.
    public func scanAll<Key: RESPDecodable & Sendable>(
        match: (any BulkStringConvertible)? = nil, count: Int? = nil, type: (any BulkStringConvertible)? = nil,
        as keyType: Key.Type
    ) -> ScanSequence<Key> {
        Calls(self, .standard).scanAll(match: match, count: count, type: type, as: keyType)
    }
}

extension ClusterRouter.Calls {
    /// All keys of the cluster, page by page; see ``ClusterRouter/scanAll(match:count:type:)``.
    public func scanAll(
        match: (any BulkStringConvertible)? = nil, count: Int? = nil, type: (any BulkStringConvertible)? = nil
    ) -> ScanSequence<RESPBytes> {
        scanAll(match: match, count: count, type: type, as: RESPBytes.self)
    }

    /// All keys of the cluster, page by page, decoded; see ``ClusterRouter/scanAll(match:count:type:)``.
    public func scanAll<Key: RESPDecodable & Sendable>(
        match: (any BulkStringConvertible)? = nil, count: Int? = nil, type: (any BulkStringConvertible)? = nil,
        as keyType: Key.Type
    ) -> ScanSequence<Key> {
        let (router, settings, match, type) = (router, settings, match?.bulkString, type?.bulkString)
        return ScanSequence(passes: {
            let scan = ClusterScan<Key>(router, settings) { cursor in
                SCAN<Key>(cursor: cursor, match: match, count: count, type: type)
            }
            return { try await scan.next() }
        })
    }
}
