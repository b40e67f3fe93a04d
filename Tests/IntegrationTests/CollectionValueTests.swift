// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Hashes, lists, sets, sorted sets and streams: the same values in both protocols, whatever their replies look like.
@Suite(.timeLimit(.minutes(1))) struct CollectionValueTests {
    @Test(arguments: Dialect.all)
    func `hashes are dictionaries`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("hash")
            #expect(try await client.hset(key, ["a": 1, "b": 2, "c": 3]) == 3)
            #expect(try await client.hset(key, "a", 5) == 0)
            #expect(try await client.hgetall(key, as: Int.self) == ["a": 5, "b": 2, "c": 3])
            #expect(try await client.hget(key, "b") == "2")
            #expect(try await client.hget(key, "z") == nil)
            #expect(try await client.hmget(key, "c", "z", "a", as: Int.self) == [3, nil, 5])
            #expect(try await client.hincrby(key, "n", -7) == -7)
            #expect(try await client.hdel(key, "a", "b", "nothing") == 2)
            #expect(try await client.hgetall(key) == ["c": "3", "n": "-7"])
            #expect(try await client.hgetall(unique("none")).isEmpty)
        }
    }

    @Test(arguments: Dialect.all)
    func `lists keep their order`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("list")
            #expect(try await client.rpush(key, "b", "c", "d") == 3)
            #expect(try await client.lpush(key, "a") == 4)
            #expect(try await client.lrange(key, 0, -1, as: String.self) == ["a", "b", "c", "d"])
            #expect(try await client.lpop(key) == "a")
            #expect(try await client.lpop(key, count: 2, as: String.self) == ["b", "c"])
            let popped = try await client.lmpop(unique("none"), key, side: .right, count: 5, as: String.self)
            #expect(popped?.key == RESPBytes(key) && popped?.elements == ["d"])
            #expect(try await client.lpop(key) == nil)
            #expect(try await client.lpop(key, count: 2) == nil)
            #expect(try await client.lrange(key, 0, -1).isEmpty)
            #expect(try await client.lmpop(key, side: .left) == nil)
        }
    }

    @Test(arguments: Dialect.all)
    func `sets are sets`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("set")
            #expect(try await client.sadd(key, "x", "y", "x", "z") == 3)
            #expect(Set(try await client.smembers(key, as: String.self)) == ["x", "y", "z"])
            #expect(try await client.sismember(key, "x"))
            #expect(try await client.sismember(key, "a") == false)
            #expect(try await client.smembers(unique("none")).isEmpty)
        }
    }

    @Test(arguments: Dialect.all)
    func `sorted sets come with their scores, though RESP2 and RESP3 nest them differently`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("zset")
            #expect(try await client.zadd(key, [(1.5, "b"), (-2, "a"), (.infinity, "z")]) == 3)
            #expect(
                try await client.zrangeWithScores(key, 0, -1, as: String.self) == [
                    ScoredMember("a", score: -2), ScoredMember("b", score: 1.5), ScoredMember("z", score: .infinity),
                ])
            #expect(try await client.zrange(key, "(1", "+inf", sortby: .byscore, as: String.self) == ["b", "z"])
            #expect(try await client.zrange(key, 0, 0, rev: true, as: String.self) == ["z"])
            #expect(try await client.zmscore(key, "b", "nobody") == [1.5, nil])
            #expect(try await client.zscore(key, "nobody") == nil)
            #expect(try await client.zincrby(key, 0.25, "b") == 1.75)
            #expect(try await client.zrank(key, "b") == 1)
            #expect(try await client.zpopmin(key, as: String.self) == [ScoredMember("a", score: -2)])
            #expect(try await client.zpopmin(key, count: 9).map(\.member) == ["b", "z"])
            #expect(try await client.zrangeWithScores(key, 0, -1).isEmpty)
        }
    }

    @Test(arguments: Dialect.all)
    func `streams keep their entries and the order of their fields`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("stream")
            let first = try await client.xadd(key, .automatic, [("z", "1"), ("a", "2")])
            let second = try await client.xadd(key, .automatic, "n", 3)
            let entries = try await client.xrange(key, .first, .last, as: String.self)
            #expect(entries.map(\.id) == [first, second])
            #expect(entries.first?.fields == [HashField("z", "1"), HashField("a", "2")])
            #expect(entries.last?["n"] == "3")
            let read = try await client.xread(key, .beginning, as: String.self)
            #expect(read?[key] == entries)
            #expect(try await client.xread(key, .after(second ?? .zero)) == nil)
        }
    }

    @Test(arguments: Dialect.all)
    func `scanning page by page finds every key, field and member`(dialect: Dialect) async throws {
        try await dialect.withClient(database: 5) { client async throws in
            let prefix = unique("scan \(dialect.testDescription)")
            let names = Set((0..<600).map { "\(prefix):\($0)" })
            let filling = client.pipeline()
            for (number, name) in names.enumerated() {
                filling.set(name, number)
                filling.hset("\(prefix)-h", name, number)
                filling.sadd("\(prefix)-s", name)
                filling.zadd("\(prefix)-z", Double(number), name)
            }
            #expect(try await filling.run().firstFailure == nil)

            let keys = try await Self.collect { cursor in
                let page = try await client.scan(cursor, match: "\(prefix):*", count: 50, as: String.self)
                return (page.cursor, page.elements)
            }
            #expect(keys.found == names && keys.pages > 1)
            let fields = try await Self.collect { cursor in
                let page = try await client.hscan("\(prefix)-h", cursor, count: 50, as: Int.self)
                return (page.cursor, page.fields.map { String($0.name) })
            }
            #expect(fields.found == names && fields.pages > 1)
            let members = try await Self.collect { cursor in
                let page = try await client.sscan("\(prefix)-s", cursor, count: 50, as: String.self)
                return (page.cursor, page.elements)
            }
            #expect(members.found == names && members.pages > 1)
            let scored = try await Self.collect { cursor in
                let page = try await client.zscan("\(prefix)-z", cursor, count: 50, as: String.self)
                return (page.cursor, page.members.map(\.member))
            }
            #expect(scored.found == names && scored.pages > 1)
        }
    }

    private static func collect(
        _ page: (ScanCursor) async throws -> (ScanCursor, [String])
    ) async throws -> (found: Set<String>, pages: Int) {
        var cursor = ScanCursor.start
        var found: Set<String> = []
        var pages = 0
        repeat {
            let (next, elements) = try await page(cursor)
            found.formUnion(elements)
            cursor = next
            pages += 1
        } while !cursor.isFinished && pages < 10_000
        return (found, pages)
    }
}
