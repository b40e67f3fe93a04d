// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec

extension ValkeyClusterClient {
    /// All keys of the cluster, page by page; see `ScanSequence` and `ClusterRouter.scanAll(match:count:type:)`.
    ///
    /// Every key that is there from the beginning to the end comes at least once, also while slots move.
    ///
    /// - Parameters:
    ///   - match: a glob-style pattern; nil for everything.
    ///   - count: about how many a server looks at for a page; nil for its own idea, which is 10.
    ///   - type: only keys that hold this: `string`, `list`, `hash` …
    public func scanAll(
        match: (any BulkStringConvertible)? = nil, count: Int? = nil, type: (any BulkStringConvertible)? = nil
    ) -> ScanSequence<RESPBytes> {
        router.scanAll(match: match, count: count, type: type)
    }

    /// All keys of the cluster, page by page, decoded; see the other method.
    public func scanAll<Key: RESPDecodable & Sendable>(
        match: (any BulkStringConvertible)? = nil, count: Int? = nil, type: (any BulkStringConvertible)? = nil,
        as keyType: Key.Type
    ) -> ScanSequence<Key> {
        router.scanAll(match: match, count: count, type: type, as: keyType)
    }
}
