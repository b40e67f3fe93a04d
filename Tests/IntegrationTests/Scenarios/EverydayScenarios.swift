// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

extension CommandScenario {
    /// The everyday commands, each with the very value that it answers.
    static let everyday: [CommandScenario] = [
        CommandScenario("strings answer what they hold") { try await $0.withClient(strings) },
        CommandScenario("bits and estimates answer what was counted") { try await $0.withClient(bits) },
        CommandScenario("keys answer what became of them") { try await $0.withClient(keys) },
        CommandScenario("hashes answer their fields") { try await $0.withClient(hashes) },
        CommandScenario("lists answer their elements in order") { try await $0.withClient(lists) },
        CommandScenario("sets answer their members", varying: ["SMEMBERS", "SUNION"]) { try await $0.withClient(sets) },
        CommandScenario("sorted sets answer members by score") { try await $0.withClient(sortedSets) },
        CommandScenario("sorted sets are put together") { try await $0.withClient(sortedSetAlgebra) },
        CommandScenario("streams answer their entries", varying: ["XPENDING"]) { try await $0.withClient(streams) },
        CommandScenario("servers and scripts answer what they were asked") { try await $0.withClient(others) },
    ]

    private static func strings(_ client: RecordingClient) async throws {
        #expect(try await client.set("a", "1").isStored)
        #expect(try await client.get("a") == "1")
        #expect(try await client.mset(["b": "2", "c": "3"]) == OK())
        #expect(try await client.mget("a", "b", "none", as: Int.self) == [1, 2, nil])
        #expect(try await client.incr("a") == 2)
        #expect(try await client.incrby("a", 40) == 42)
        #expect(try await client.decr("a") == 41)
        #expect(try await client.decrby("a", 41) == 0)
        #expect(try await client.incrbyfloat("a", 0.5) == 0.5)
        #expect(try await client.append("b", "abc") == 4)
        #expect(try await client.strlen("b") == 4)
        #expect(try await client.getrange("b", 1, 2) == "ab")
        #expect(try await client.substr("b", -2, -1) == "bc")
        #expect(try await client.setrange("b", 1, "xy") == 4)
        #expect(try await client.setnx("b", "no") == false)
        #expect(try await client.setex("d", .seconds(100), "v") == OK())
        #expect(try await client.psetex("d", .seconds(100), "w") == OK())
        #expect(try await client.getex("d", expiration: .persist) == "w")
        #expect(try await client.getset("d", "x") == "w")
        #expect(try await client.getdel("d") == "x")
        #expect(try await client.msetnx(["b": "1", "e": "2"]) == false)
        try await client.mset(["s1": "ohmytext", "s2": "mynewtext"])
        #expect(try await client.lcs("s1", "s2") == "mytext")
        #expect(try await client.lcsLength("s1", "s2") == 6)
    }

    private static func bits(_ client: RecordingClient) async throws {
        #expect(try await client.setbit("b", 7, 1) == 0)
        #expect(try await client.getbit("b", 7) == 1)
        try await client.set("f", "foobar")
        #expect(try await client.bitcount("f") == 26)
        #expect(try await client.bitpos("f", 1) == 1)
        #expect(try await client.bitop(.and, "r", "f", "b") == 6)
        let operations: [BITFIELD.Operation] = [
            .set(encoding: "u8", offset: "0", value: 255), .get(encoding: "i8", offset: "0"),
        ]
        #expect(try await client.bitfield("n", operations: operations) == [0, -1])
        #expect(try await client.bitfieldReadOnly("n", operations: [.get(encoding: "u4", offset: "#1")]) == [15])
        #expect(try await client.pfadd("h", "x", "y"))
        #expect(try await client.pfadd("h", "x") == false)
        #expect(try await client.pfcount("h") == 2)
        try await client.pfadd("i", "z")
        #expect(try await client.pfmerge("j", "h", "i") == OK())
        #expect(try await client.pfcount("j") == 3)
    }

    private static func keys(_ client: RecordingClient) async throws {
        #expect(try await client.randomkey() == nil)
        try await client.set("a", "1")
        #expect(try await client.exists("a", "a", "none") == 2)
        #expect(try await client.touch("a", "none") == 1)
        #expect(try await client.type("a") == "string")
        #expect(try await client.objectEncoding("a") == "int")
        #expect(try await client.objectReferenceCount("none") == nil)
        #expect(try await client.keys("*") == ["a"])
        #expect(try await client.randomkey() == "a")
        #expect(try await client.scan(.start).elements == ["a"])
        #expect(try await client.copy("a", "b"))
        #expect(try await client.rename("b", "c") == OK())
        #expect(try await client.renamenx("c", "a") == false)
        #expect(try await client.move("c", 1))
        #expect(try await client.expire("none", .seconds(10)) == false)
        #expect(try await client.expire("a", .seconds(1000)))
        #expect(try await client.pexpire("a", .seconds(1000)))
        #expect(try await client.persist("a"))
        #expect(try await client.del("a", "none") == 1)
        try await client.set("a", "1")
        #expect(try await client.unlink("a") == 1)
        try await client.rpush("numbers", "3", "10", "2")
        #expect(try await client.sort("numbers", as: Int.self) == [2, 3, 10])
        #expect(try await client.sortReadOnly("numbers", alpha: true, as: Int.self) == [10, 2, 3])
        #expect(try await client.sortStore("numbers", store: "sorted") == 3)
        #expect(try await client.flushdb() == OK())
        #expect(try await client.dbsize() == 0)
        #expect(try await client.swapdb(0, 1) == OK())
        #expect(try await client.exists("c") == 1)
        #expect(try await client.flushall() == OK())
    }

    private static func hashes(_ client: RecordingClient) async throws {
        #expect(try await client.hset("h", [("a", "1"), ("b", "2")]) == 2)
        #expect(try await client.hget("h", "a") == "1")
        #expect(try await client.hgetall("h", as: Int.self) == ["a": 1, "b": 2])
        #expect(try await client.hmget("h", "b", "none") == ["2", nil])
        #expect(try await client.hmset("h", "c", "3") == OK())
        #expect(try await client.hexists("h", "c"))
        #expect(try await client.hdel("h", "c", "none") == 1)
        #expect(try await client.hlen("h") == 2)
        #expect(try await client.hkeys("h") == ["a", "b"])
        #expect(try await client.hvals("h", as: Int.self) == [1, 2])
        #expect(try await client.hincrby("h", "a", 9) == 10)
        #expect(try await client.hincrbyfloat("h", "a", 0.25) == 10.25)
        #expect(try await client.hsetnx("h", "a", "x") == false)
        #expect(try await client.hstrlen("h", "a") == 5)
        #expect(try await client.hscan("h", .start).fields == [HashField("a", "10.25"), HashField("b", "2")])
        #expect(try await client.hrandfield("none") == nil)
        #expect(try await client.hrandfieldWithValues("one", count: 1).isEmpty)
    }

    private static func lists(_ client: RecordingClient) async throws {
        #expect(try await client.rpush("l", "b", "c") == 2)
        #expect(try await client.lpush("l", "a") == 3)
        #expect(try await client.lrange("l", 0, -1) == ["a", "b", "c"])
        #expect(try await client.llen("l") == 3)
        #expect(try await client.lindex("l", -1) == "c")
        #expect(try await client.linsert("l", .before, "b", "x") == 4)
        #expect(try await client.lpos("l", "b") == 2)
        #expect(try await client.lposAll("l", "b", count: 0) == [2])
        #expect(try await client.lset("l", 1, "y") == OK())
        #expect(try await client.lrem("l", 0, "y") == 1)
        #expect(try await client.lpushx("none", "x") == 0)
        #expect(try await client.rpushx("l", "d") == 4)
        #expect(try await client.lmove("l", "m", .left, .right) == "a")
        #expect(try await client.rpoplpush("l", "m") == "d")
        #expect(try await client.brpoplpush("l", "m", .milliseconds(10)) == "c")
        #expect(try await client.blmove("l", "m", .left, .left, .milliseconds(10)) == "b")
        #expect(try await client.lrange("m", 0, -1, as: String.self) == ["b", "c", "d", "a"])
        #expect(try await client.ltrim("m", 1, 3) == OK())
        #expect(try await client.blpop("none", "m", timeout: .milliseconds(10))?.element == "c")
        #expect(try await client.brpop("m", timeout: .milliseconds(10))?.element == "a")
        #expect(try await client.lmpop("m", side: .left)?.elements == ["d"])
        #expect(try await client.blmpop(.milliseconds(10), "m", side: .left) == nil)
        #expect(try await client.lpop("m") == nil)
        #expect(try await client.rpop("m", count: 2) == nil)
    }

    private static func sets(_ client: RecordingClient) async throws {
        #expect(try await client.sadd("s", "a", "b") == 2)
        #expect(try await client.sadd("t", "b", "c") == 2)
        #expect(Set(try await client.smembers("s", as: String.self)) == ["a", "b"])
        #expect(try await client.sismember("s", "a"))
        #expect(try await client.smismember("s", "a", "z") == [true, false])
        #expect(try await client.scard("s") == 2)
        #expect(try await client.sdiff("s", "t") == ["a"])
        #expect(try await client.sinter("s", "t") == ["b"])
        #expect(Set(try await client.sunion("s", "t", as: String.self)) == ["a", "b", "c"])
        #expect(try await client.sintercard("s", "t") == 1)
        #expect(try await client.sdiffstore("d", "s", "t") == 1)
        #expect(try await client.sinterstore("i", "s", "t") == 1)
        #expect(try await client.sunionstore("u", "s", "t") == 3)
        #expect(try await client.smove("s", "t", "a"))
        #expect(try await client.srem("s", "b", "z") == 1)
        #expect(try await client.sscan("d", .start).elements == ["a"])
        #expect(try await client.srandmember("d") == "a")
        #expect(try await client.spop("d") == "a")
    }

    private static func sortedSets(_ client: RecordingClient) async throws {
        #expect(try await client.zadd("z", [(1, "a"), (2.5, "b"), (3, "c")]) == 3)
        #expect(try await client.zaddIncrementing("z", 1, "a") == 2)
        #expect(try await client.zincrby("z", -1, "a") == 1)
        #expect(try await client.zscore("z", "b") == 2.5)
        #expect(try await client.zmscore("z", "a", "none") == [1, nil])
        #expect(try await client.zcard("z") == 3)
        #expect(try await client.zcount("z", "(1", "+inf") == 2)
        #expect(try await client.zrank("z", "c") == 2)
        #expect(try await client.zrevrank("z", "c") == 0)
        #expect(try await client.zrange("z", 0, 1) == ["a", "b"])
        #expect(try await client.zrevrange("z", 0, 0) == ["c"])
        #expect(try await client.zrangebyscore("z", "2", "3") == ["b", "c"])
        #expect(try await client.zrevrangebyscore("z", "3", "2") == ["c", "b"])
        #expect(try await client.zscan("z", .start).members.map(\.score) == [1, 2.5, 3])
        #expect(try await client.zrangestore("y", "z", 0, 1) == 2)
        #expect(try await client.zrem("y", "a", "none") == 1)
        #expect(try await client.zrandmember("y") == "b")
        #expect(try await client.zremrangebyscore("y", "-inf", "+inf") == 1)
        #expect(try await client.zremrangebyrank("z", 2, 2) == 1)
        #expect(try await client.zpopmin("z") == [ScoredMember("a", score: 1)])
        #expect(try await client.zmpop("z", side: .max)?.members == [ScoredMember("b", score: 2.5)])
        #expect(try await client.bzpopmin("z", timeout: .milliseconds(10)) == nil)
        try await client.zadd("names", [(0, "a"), (0, "b"), (0, "c")])
        #expect(try await client.zlexcount("names", "[a", "(c") == 2)
        #expect(try await client.zrangebylex("names", "(a", "+") == ["b", "c"])
        #expect(try await client.zrevrangebylex("names", "+", "(a") == ["c", "b"])
        #expect(try await client.zremrangebylex("names", "-", "[a") == 1)
        #expect(try await client.bzpopmax("names", timeout: .milliseconds(10))?.member == "c")
        #expect(try await client.zpopmax("names") == [ScoredMember("b", score: 0)])
    }

    private static func sortedSetAlgebra(_ client: RecordingClient) async throws {
        try await client.zadd("x", [(1, "a"), (2, "b")])
        try await client.zadd("y", [(10, "b"), (20, "c")])
        #expect(try await client.zunion("x", "y") == ["a", "b", "c"])
        #expect(try await client.zinterWithScores("x", "y") == [ScoredMember("b", score: 12)])
        #expect(try await client.zinter("x", "y") == ["b"])
        #expect(try await client.zdiff("x", "y") == ["a"])
        #expect(try await client.zintercard("x", "y") == 1)
        #expect(try await client.zunionstore("u", "x", "y") == 3)
        #expect(try await client.zinterstore("i", "x", "y") == 1)
        #expect(try await client.zdiffstore("d", "x", "y") == 1)
        let places = [(13.361389, 38.115556, "Palermo"), (15.087269, 37.502669, "Catania")]
        #expect(try await client.geoadd("g", places) == 2)
        #expect(try await client.geodist("g", "Palermo", "Catania") == 166_274.1516)
        #expect(try await client.geohash("g", "Palermo", "none") == ["sqc8b49rny0", nil])
        #expect(try await client.geopos("g", "none") == [nil])
        let near = GeoArea.circle(from: .position(longitude: 15, latitude: 37), radius: 200, unit: .km)
        #expect(Set(try await client.geosearch("g", near)) == ["Palermo", "Catania"])
        #expect(try await client.zrange("u", "-inf", "+inf", sortby: .byscoreLimit(offset: 1, count: 1)) == ["b"])
    }

    private static func streams(_ client: RecordingClient) async throws {
        let (one, two) = (StreamID(1, 1), StreamID(2, 1))
        #expect(try await client.xadd("s", .id(one), "f", "v") == one)
        #expect(try await client.xadd("s", .id(two), "f", "w") == two)
        #expect(try await client.xlen("s") == 2)
        #expect(try await client.xrange("s", .first, .last).map(\.id) == [one, two])
        #expect(try await client.xrange("s", .excluding(one), .id(StreamID(2, .max))).map(\.id) == [two])
        #expect(try await client.xrevrange("s", .last, .first).map { $0["f"] } == ["w", "v"])
        #expect(try await client.xread("s", .after(one))?["s"].map(\.id) == [two])
        let both = try await client.xread([("none", .beginning), ("s", .beginning)])
        #expect(both?.streams.map(\.key) == ["s"])
        #expect(try await client.xgroupCreate("s", "g", .beginning) == OK())
        #expect(try await client.xgroupCreateconsumer("s", "g", "other"))
        #expect(try await client.xreadgroup("g", "c", "s", .new, count: 1)?["s"].map(\.id) == [one])
        #expect(try await client.xreadgroup("g", "c", "s", .pending(after: .zero))?["s"].map(\.id) == [one])
        #expect(try await client.xpending("s", "g").consumers == ["c": 1])
        let pending = try await client.xpendingEntries("s", "g", start: .first, end: .last, count: 9)
        #expect(pending.map(\.deliveries) == [2])
        #expect(try await client.xclaimIDs("s", "g", "other", .zero, one) == [one])
        #expect(try await client.xautoclaim("s", "g", "c", .zero, .zero).entries.map(\.id) == [one])
        #expect(try await client.xinfoGroups("s").map(\.pending) == [1])
        #expect(try await client.xack("s", "g", one) == 1)
        #expect(try await client.xgroupSetid("s", "g", .beginning) == OK())
        #expect(try await client.xgroupDelconsumer("s", "g", "other") == 0)
        #expect(try await client.xgroupDestroy("s", "g"))
        #expect(try await client.xdel("s", one, StreamID(9, 9)) == 1)
        #expect(try await client.xadd("s", .automaticIn(milliseconds: 2), "f", "x") == StreamID(2, 2))
        #expect(try await client.xtrim("s", .minid(StreamID(2, 2))) == 1)
        #expect(try await client.xtrim("s", .maxlen(0)) == 1)
    }

    private static func others(_ client: RecordingClient) async throws {
        #expect(try await client.ping() == "PONG")
        #expect(try await client.echo("hello") == "hello")
        #expect(
            try await client.eval("return {KEYS[1], ARGV[1]}", keys: ["k"], args: [1], as: [String].self) == ["k", "1"])
        let digest = try await client.scriptLoad("return 7")
        #expect(try await client.scriptExists(digest, "0000000000000000000000000000000000000000") == [true, false])
        #expect(try await client.evalsha(digest, as: Int.self) == 7)
        #expect(try await client.scriptFlush() == OK())
        let missing = await #expect(throws: ServerError.self) { try await client.evalsha(digest) }
        #expect(missing?.code == .noScript)
        #expect(try await client.publish("nobody", "hears") == 0)
        #expect(try await client.pubsubSubscriberCounts("nobody") == ["nobody": 0])
        #expect(try await client.configSet("maxmemory", "0") == OK())
        #expect(try await client.configGet("maxmemory") == ["maxmemory": "0"])
        #expect(try await client.clientGetname() == nil)
        #expect(try await client.aclWhoami() == "default")
        #expect(try await client.wait(0, .milliseconds(10)) == 0)
        #expect(try await client.slowlogReset() == OK())
        #expect(try await client.slowlogLen() == 0)
        #expect(try await client.commandGetkeys("MGET", "a", "b", as: String.self) == ["a", "b"])
    }
}
