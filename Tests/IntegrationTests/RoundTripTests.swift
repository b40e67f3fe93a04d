// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ToolkitTesting
import ValkeyToolkit

/// What goes in comes out, byte for byte and bit for bit, wherever a command stores or passes on something.
@Suite(.timeLimit(.minutes(2))) struct RoundTripTests {
    /// Nothing, every byte, ends of lines, what looks like a reply, no text, and a mebibyte of anything.
    private static let payloads: [[UInt8]] = {
        var random = SeededGenerator(seed: 6)
        let large = (0..<1 << 20).map { _ in UInt8.random(in: 0...255, using: &random) }
        return [
            [], Array(0...255), [13, 10], Array("*1\r\n$-1\r\n".utf8), [0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80], [0], large,
        ]
    }()

    @Test(arguments: Dialect.all)
    func `keys, fields and values of hashes are any bytes`(dialect: Dialect) async throws {
        try await dialect.withClient(database: 9) { client async throws in
            for payload in Self.payloads {
                let (key, bytes) = (payload + Array("hash \(dialect)".utf8), RESPBytes(payload))
                #expect(try await client.hset(key, payload, payload) == 1)
                #expect(try await client.hget(key, payload) == bytes)
                #expect(try await client.hmget(key, payload, as: [UInt8].self) == [payload])
                #expect(try await client.hgetall(key) == [bytes: bytes])
                #expect(try await client.hkeys(key) == [bytes])
                #expect(try await client.hvals(key) == [bytes])
                #expect(try await client.hscan(key, .start).fields == [HashField(bytes, bytes)])
                #expect(try await client.hrandfieldWithValues(key, count: 1) == [HashField(bytes, bytes)])
                #expect(try await client.scan(.start, count: 1000).elements.contains(RESPBytes(key)))
                #expect(try await client.rename(key, key + [0]) == OK())
                #expect(try await client.del(key + [0]) == 1)
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `elements and members are any bytes`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let all = Self.payloads.map { RESPBytes($0) }
            let (list, set, sorted, geo) = (unique("list"), unique("set"), unique("sorted"), unique("geo"))
            try await client.rpush(list, Self.payloads)
            #expect(try await client.lrange(list, 0, -1) == all)
            for (index, payload) in Self.payloads.enumerated() {
                // Each is the first when its turn comes.
                #expect(try await client.lpos(list, payload) == 0)
                #expect(try await client.lmove(list, list, .left, .right) == all[index])
            }
            try await client.sadd(set, Self.payloads)
            #expect(Set(try await client.smembers(set)) == Set(all))
            #expect(try await client.smismember(set, Self.payloads) == all.map { _ in true })
            try await client.zadd(sorted, Self.payloads.enumerated().map { (Double($0), $1) })
            #expect(try await client.zrange(sorted, 0, -1) == all)
            #expect(try await client.zrangeWithScores(sorted, 0, -1).map(\.member) == all)
            #expect(try await client.zpopmin(sorted, count: all.count).map(\.member) == all)
            for payload in Self.payloads { try await client.geoadd(geo, 13, 38, payload) }
            #expect(try await client.geopos(geo, Self.payloads).allSatisfy { $0 != nil })
            #expect(Set(try await client.zrange(geo, 0, -1)) == Set(all))
        }
    }

    @Test(arguments: Dialect.all)
    func `fields of streams, groups and consumers are any bytes`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            for payload in Self.payloads.dropFirst() {
                let (key, bytes) = (payload + Array(unique("stream").utf8), RESPBytes(payload))
                try await client.xgroupCreate(key, payload, .beginning, mkstream: true)
                try await client.xadd(key, .id(StreamID(1, 1)), payload, payload)
                let read = try await client.xread(key, .beginning)
                #expect(read?[key].first?.fields == [HashField(bytes, bytes)])
                #expect(read?.streams.first?.key == RESPBytes(key))
                #expect(try await client.xreadgroup(payload, payload, key, .new)?[key].count == 1)
                #expect(try await client.xpending(key, payload).consumers == [bytes: 1])
                #expect(try await client.xinfoConsumers(key, payload).map(\.name) == [bytes])
                #expect(try await client.xinfoGroups(key).map(\.name) == [bytes])
                try await client.del(key)
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `channels, messages, and what scripts are given are any bytes`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            for payload in Self.payloads {
                let (channel, bytes) = (payload + Array(unique("channel").utf8), RESPBytes(payload))
                let subscription = try await client.subscribe(to: channel)
                #expect(try await client.publish(channel, payload) == 1)
                let message = try await subscription.next()?.message
                #expect(message?.channel == RESPBytes(channel) && message?.payload == bytes)
                #expect(try await client.pubsubSubscriberCounts(channel) == [RESPBytes(channel): 1])
                subscription.cancel()
                let echoed = try await client.eval(
                    "return {KEYS[1], ARGV[1]}", keys: [payload], args: [payload], as: [RESPBytes].self)
                #expect(echoed == [bytes, bytes])
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `texts that Swift takes for equal stay apart, and bytes that are no text are repaired only in a String`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient { client async throws in
            // é in one piece, and as e with an accent.
            let (composed, decomposed) = ("\u{E9}", "e\u{301}")
            #expect(composed == decomposed)
            let (key, tag) = (unique("hash"), unique("equal"))
            #expect(try await client.hset(key, [(composed, "1"), (decomposed, "2")]) == 2)
            let fields = try await client.hgetall(key, as: Int.self)
            #expect(fields.count == 2 && fields[composed] == 1 && fields[decomposed] == 2)
            try await client.mset([("\(tag)\(composed)", "1"), ("\(tag)\(decomposed)", "2")])
            #expect(try await client.mget("\(tag)\(composed)", "\(tag)\(decomposed)", as: Int.self) == [1, 2])
            let channels = try await client.subscribe(to: "\(tag)\(composed)", "\(tag)\(decomposed)")
            #expect(try await client.pubsubSubscriberCounts("\(tag)\(composed)", "\(tag)\(decomposed)").count == 2)
            channels.cancel()
            // Two fields that would become the same text.
            let invalid: [[UInt8]] = [[0xFF], [0xFE]]
            try await client.hset(key, [(invalid[0], "3"), (invalid[1], "4")])
            #expect(try await client.hgetall(key).count == 4)
            try await client.set(key, [0x61] + invalid[0])
            #expect(try await client.get(key) == RESPBytes([0x61, 0xFF]))
            #expect(try await client.get(key, as: String.self) == "a\u{FFFD}")
        }
    }

    @Test(arguments: Dialect.all)
    func `the ends of the integers' range go in and come out, and what is beyond is the server's error`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient { client async throws in
            let (key, hash, list) = (unique("integer"), unique("hash"), unique("list"))
            #expect(try await client.incrby(key, .min) == .min)
            #expect(try await client.incrby(key, .max) == -1)
            #expect(try await client.decrby(key, .max) == .min)
            for call in [
                { try await client.decr(key) }, { try await client.incrby(key, -1) },
                { try await client.decrby(key, .min) },
            ] {
                let error = await #expect(throws: ServerError.self) { _ = try await call() }
                #expect(error?.code == .generic && error?.message.contains("overflow") == true)
            }
            #expect(try await client.hincrby(hash, "f", .max) == .max)
            let error = await #expect(throws: ServerError.self) { try await client.hincrby(hash, "f", 1) }
            #expect(error?.message.contains("overflow") == true)
            #expect(try await client.hget(hash, "f", as: Int.self) == .max)
            try await client.set(key, "text")
            #expect(try await client.getrange(key, .min, .max) == "text")
            try await client.rpush(list, Int.min, Int.max)
            #expect(try await client.lrange(list, .min, .max, as: Int.self) == [.min, .max])
            #expect(try await client.lindex(list, .max) == nil)
            await #expect(throws: ServerError.self) { try await client.setrange(key, .max, "x") }
            #expect(
                try await client.xadd(unique("stream"), .id(StreamID(.max, 1)), "f", "v") == StreamID(.max, 1))
        }
    }

    @Test(arguments: Dialect.all)
    func `doubles keep every bit, and what is no number is refused`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (scores, hash, number) = (unique("scores"), unique("hash"), unique("number"))
            var random = SeededGenerator(seed: 7)
            var doubles = (0..<500).map { _ in Double(bitPattern: .random(in: 0...UInt64.max, using: &random)) }
            doubles.removeAll { $0.isNaN }
            // Subnormal ones, those of 17 digits, and the ends.
            doubles += (0..<100).map { _ in Double(bitPattern: .random(in: 1..<1 << 52, using: &random)) }
            doubles += [0.1 + 0.2, 1 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, 0]
            let pairs = doubles.enumerated().map { ($1, "m\($0)") }
            #expect(try await client.zadd(scores, pairs) == pairs.count)
            let answered = try await client.zmscore(scores, pairs.map(\.1))
            #expect(answered.map { $0?.bitPattern } == doubles.map(\.bitPattern))
            for field in try await client.zrangeWithScores(scores, 0, -1, as: String.self) {
                let index = try #require(Int(field.member.dropFirst()))
                if field.score.bitPattern != doubles[index].bitPattern { Issue.record("\(doubles[index])") }
            }
            for double in doubles {
                try await client.hset(hash, "f", double)
                let value = try await client.hget(hash, "f", as: Double.self)
                if value?.bitPattern != double.bitPattern { Issue.record("\(double)") }
            }
            for increment in [0.1, 0.2, 1e-10, -3.25, 123_456_789.123_456_789] {
                let (sum, fieldSum) = (
                    try await client.incrbyfloat(number, increment),
                    try await client.hincrbyfloat(hash, "sum", increment)
                )
                #expect(try await client.get(number, as: Double.self)?.bitPattern == sum.bitPattern)
                #expect(try await client.hget(hash, "sum", as: Double.self)?.bitPattern == fieldSum.bitPattern)
                #expect(sum == fieldSum)
            }
            let refused = [
                { _ = try await client.zadd(scores, .nan, "m") }, { _ = try await client.incrbyfloat(number, .nan) },
                { _ = try await client.incrbyfloat(number, .infinity) },
                { _ = try await client.hincrbyfloat(hash, "sum", .nan) },
                { _ = try await client.zincrby(scores, -.infinity, "infinite") },
            ]
            try await client.zadd(scores, .infinity, "infinite")
            for call in refused {
                let error = await #expect(throws: ServerError.self) { try await call() }
                #expect(error?.code == .generic)
            }
            #expect(try await client.zscore(scores, "infinite") == .infinity)
        }
    }
}
