// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

// What has a key is the same on one server and in a cluster. The keys themselves are not: see `NodeClient.scanAll`.
extension ReadCommandExecutor where Self: Sendable {
    /// All fields of a hash with their values, page by page; see `ScanSequence`.
    ///
    /// - Parameters:
    ///   - key: the hash.
    ///   - match: a glob-style pattern; nil for everything.
    ///   - count: about how many the server looks at for a page; nil for its own idea, which is 10.
    public func hscanAll(
        _ key: some BulkStringConvertible, match: (any BulkStringConvertible)? = nil, count: Int? = nil
    ) -> ScanSequence<HashField<RESPBytes>> {
        hscanAll(key, match: match, count: count, as: RESPBytes.self)
    }

    /// All fields of a hash with their values, page by page, decoded; see `ScanSequence`.
    public func hscanAll<Value: RESPDecodable & Sendable>(
        _ key: some BulkStringConvertible, match: (any BulkStringConvertible)? = nil, count: Int? = nil,
        as valueType: Value.Type
    ) -> ScanSequence<HashField<Value>> {
        let (key, pattern) = (key.bulkString, match?.bulkString)
        return ScanSequence { cursor in
            let page = try await execute(HSCAN<Value>(key: key, cursor: cursor, match: pattern, count: count))
            return (page.cursor, page.fields)
        }
    }

    /// All members of a set, page by page; see `ScanSequence`.
    ///
    /// - Parameters:
    ///   - key: the set.
    ///   - match: a glob-style pattern; nil for everything.
    ///   - count: about how many the server looks at for a page; nil for its own idea, which is 10.
    public func sscanAll(
        _ key: some BulkStringConvertible, match: (any BulkStringConvertible)? = nil, count: Int? = nil
    ) -> ScanSequence<RESPBytes> {
        sscanAll(key, match: match, count: count, as: RESPBytes.self)
    }

    /// All members of a set, page by page, decoded; see `ScanSequence`.
    public func sscanAll<Value: RESPDecodable & Sendable>(
        _ key: some BulkStringConvertible, match: (any BulkStringConvertible)? = nil, count: Int? = nil,
        as valueType: Value.Type
    ) -> ScanSequence<Value> {
        let (key, pattern) = (key.bulkString, match?.bulkString)
        return ScanSequence { cursor in
            let page = try await execute(SSCAN<Value>(key: key, cursor: cursor, match: pattern, count: count))
            return (page.cursor, page.elements)
        }
    }

    /// All members of a sorted set with their scores, page by page; see `ScanSequence`.
    ///
    /// - Parameters:
    ///   - key: the sorted set.
    ///   - match: a glob-style pattern; nil for everything.
    ///   - count: about how many the server looks at for a page; nil for its own idea, which is 10.
    public func zscanAll(
        _ key: some BulkStringConvertible, match: (any BulkStringConvertible)? = nil, count: Int? = nil
    ) -> ScanSequence<ScoredMember<RESPBytes>> {
        zscanAll(key, match: match, count: count, as: RESPBytes.self)
    }

    /// All members of a sorted set with their scores, page by page, decoded; see `ScanSequence`.
    public func zscanAll<Value: RESPDecodable & Sendable>(
        _ key: some BulkStringConvertible, match: (any BulkStringConvertible)? = nil, count: Int? = nil,
        as valueType: Value.Type
    ) -> ScanSequence<ScoredMember<Value>> {
        let (key, pattern) = (key.bulkString, match?.bulkString)
        return ScanSequence { cursor in
            let page = try await execute(ZSCAN<Value>(key: key, cursor: cursor, match: pattern, count: count))
            return (page.cursor, page.members)
        }
    }
}

extension ScanSequence {
    /// The keys that one server has; for the clients of one server.
    package static func keys<Executor: ReadCommandExecutor & Sendable>(
        of executor: Executor, match: BulkString?, count: Int?, type: BulkString?
    ) -> ScanSequence<Element> where Element: RESPDecodable {
        ScanSequence { cursor in
            let page = try await executor.execute(
                SCAN<Element>(cursor: cursor, match: match, count: count, type: type))
            return (page.cursor, page.elements)
        }
    }
}
