// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

/// What generated commands send, compared with requests written by hand from the server's documents.
@Suite struct GeneratedCommandTests {
    private let key = "k"

    @Test func `a fixed number of arguments is one literal header and the arguments`() {
        #expect(wire(GET<RESPBytes>(key: "k")) == "*2 $3 GET $1 k")
        #expect(wire(INCRBY(key: "k", increment: -5)) == "*3 $6 INCRBY $1 k $2 -5")
        #expect(wire(.incrbyfloat(key, 0.25)) == "*3 $11 INCRBYFLOAT $1 k $4 0.25")
        #expect(wire(.clusterSlots()) == "*2 $7 CLUSTER $5 SLOTS")
        #expect(wire(.ping()) == "*1 $4 PING")
    }

    @Test func `SET has its conditions and expirations`() {
        #expect(wire(.set(key, "v")) == "*3 $3 SET $1 k $1 v")
        #expect(wire(.set(key, "v", condition: .nx)) == "*4 $3 SET $1 k $1 v $2 NX")
        #expect(wire(.set(key, "v", condition: .ifeq(key))) == "*5 $3 SET $1 k $1 v $4 IFEQ $1 k")
        #expect(wire(.set(key, "v", expiration: .seconds(10))) == "*5 $3 SET $1 k $1 v $2 EX $2 10")
        #expect(wire(.set(key, "v", expiration: .milliseconds(1500))) == "*5 $3 SET $1 k $1 v $2 PX $4 1500")
        #expect(wire(.set(key, "v", expiration: .milliseconds(2000))) == "*5 $3 SET $1 k $1 v $2 EX $1 2")
        #expect(wire(.set(key, "v", expiration: .after(.microseconds(1)))) == "*5 $3 SET $1 k $1 v $2 PX $1 1")
        #expect(
            wire(.set(key, "v", expiration: .at(.seconds(1_700_000_000))))
                == "*5 $3 SET $1 k $1 v $4 EXAT $10 1700000000")
        #expect(
            wire(.set(key, "v", expiration: .at(.milliseconds(1_700_000_000_001))))
                == "*5 $3 SET $1 k $1 v $4 PXAT $13 1700000000001")
        #expect(
            wire(.set(key, "v", condition: .xx, expiration: .keep)) == "*5 $3 SET $1 k $1 v $2 XX $7 KEEPTTL")
        #expect(wire(.setReturningPrevious(key, "v")) == "*4 $3 SET $1 k $1 v $3 GET")
        #expect(wire(.getex(key, expiration: .persist)) == "*3 $5 GETEX $1 k $7 PERSIST")
    }

    @Test func `a dictionary is pairs, whichever order they come in, and its keys are keys`() throws {
        let fields = ["a": "1", "b": "2", "c": "3"]
        for command in [try words(.hset(key, fields)), try words(.hset(key, fields.mapValues { $0.bulkString }))] {
            #expect(command.prefix(2) == ["HSET", "k"] && command.count == 8)
            let pairs = stride(from: 2, to: 8, by: 2).map { (command[$0], command[$0 + 1]) }
            #expect(Dictionary(uniqueKeysWithValues: pairs) == fields)
        }
        for data in [BulkStringList(pairs: fields), BulkStringList(pairs: fields.mapValues { $0.bulkString })] {
            var keys: [String] = []
            MSET(data: data).forEachKey { keys.append(String(RESPBytes($0))) }
            #expect(keys.sorted() == ["a", "b", "c"])
        }
    }

    @Test func `lists can be variadic, any collection, and are counted where the server wants that`() throws {
        #expect(wire(.del("a", "b")) == "*3 $3 DEL $1 a $1 b")
        #expect(wire(.del(["a", "b"])) == "*3 $3 DEL $1 a $1 b")
        #expect(wire(.del(Set(["a"]))) == "*2 $3 DEL $1 a")
        #expect(try words(.sadd(key, 1, 2)) == ["SADD", "k", "1", "2"])
        #expect(try words(.sintercard("a", "b", limit: 3)) == ["SINTERCARD", "2", "a", "b", "LIMIT", "3"])
        #expect(try words(.lmpop("a", "b", side: .left, count: 2)) == ["LMPOP", "2", "a", "b", "LEFT", "COUNT", "2"])
        #expect(
            try words(.zunionstore("d", ["a", "b"], weights: [1, 2], aggregate: .max))
                == ["ZUNIONSTORE", "d", "2", "a", "b", "WEIGHTS", "1", "2", "AGGREGATE", "MAX"])
        #expect(
            try words(.hexpire(key, .seconds(5), "f", "g", condition: .gt))
                == ["HEXPIRE", "k", "5", "GT", "FIELDS", "2", "f", "g"])
        #expect(
            try words(.hsetex(key, "f", 1, keyCondition: .nx, expiration: .keep))
                == ["HSETEX", "k", "NX", "KEEPTTL", "FIELDS", "1", "f", "1"])
        #expect(try words(.clusterAddslots(1, 2)) == ["CLUSTER", "ADDSLOTS", "1", "2"])
        #expect(try words(.pubsubSubscriberCounts()) == ["PUBSUB", "NUMSUB"])
        #expect(try words(.pubsubSubscriberCounts("a", "b")) == ["PUBSUB", "NUMSUB", "a", "b"])
    }

    @Test func `pairs can be one, a list or a dictionary`() throws {
        #expect(wire(.hset(key, "f", 1)) == "*4 $4 HSET $1 k $1 f $1 1")
        #expect(try words(.hset(key, [("f", "v"), ("g", "w")])) == ["HSET", "k", "f", "v", "g", "w"])
        #expect(try words(.hset(key, ["f": "v"])) == ["HSET", "k", "f", "v"])
        #expect(try words(.mset(["a": 1])) == ["MSET", "a", "1"])
        #expect(try words(.zadd(key, 1.5, "m", condition: .nx, ch: true)) == ["ZADD", "k", "NX", "CH", "1.5", "m"])
        #expect(try words(.zadd(key, [(1.5, "m"), (-2.5, "n")])) == ["ZADD", "k", "1.5", "m", "-2.5", "n"])
        #expect(
            try words(.msetex([("a", 1), ("b", 2)], condition: .xx, expiration: .seconds(1)))
                == ["MSETEX", "2", "a", "1", "b", "2", "XX", "EX", "1"])
        #expect(
            try words(.geoadd(key, 1.5, 2.5, "m", ch: true)) == ["GEOADD", "k", "CH", "1.5", "2.5", "m"])
    }

    @Test func `options that change the reply's shape are commands of their own`() throws {
        #expect(try words(.lpop(key)) == ["LPOP", "k"])
        #expect(try words(.lpop(key, count: 2)) == ["LPOP", "k", "2"])
        #expect(try words(.zrange(key, 0, -1)) == ["ZRANGE", "k", "0", "-1"])
        #expect(
            try words(
                .zrangeWithScores(key, "(1", "+inf", sortby: .byscoreLimit(offset: 0, count: 5), rev: true))
                == ["ZRANGE", "k", "(1", "+inf", "BYSCORE", "LIMIT", "0", "5", "REV", "WITHSCORES"])
        #expect(try words(.zaddIncrementing(key, 1.5, "m")) == ["ZADD", "k", "INCR", "1.5", "m"])
        #expect(try words(.zrankWithScore(key, "m")) == ["ZRANK", "k", "m", "WITHSCORE"])
        #expect(
            try words(.sortStore(key, store: "d", get: ["a", "b"])) == [
                "SORT", "k", "GET", "a", "GET", "b", "STORE", "d",
            ])
        #expect(try words(.hrandfieldWithValues(key, count: 2)) == ["HRANDFIELD", "k", "2", "WITHVALUES"])
        #expect(try words(.lposAll(key, "e", count: 0, rank: -1)) == ["LPOS", "k", "e", "RANK", "-1", "COUNT", "0"])
    }

    @Test func `times are sent in the unit of the command, rounded up`() throws {
        #expect(try words(.expire(key, .milliseconds(1001))) == ["EXPIRE", "k", "2"])
        #expect(try words(.pexpire(key, .microseconds(1_500_500))) == ["PEXPIRE", "k", "1501"])
        #expect(try words(.blpop("a", "b", timeout: .milliseconds(250))) == ["BLPOP", "a", "b", "0.25"])
        #expect(try words(.wait(1, .milliseconds(5))) == ["WAIT", "1", "5"])
        #expect(try words(.setex(key, .seconds(3), "v")) == ["SETEX", "k", "3", "v"])
        #expect(try words(.expire(key, .seconds(-1))) == ["EXPIRE", "k", "-1"])
    }

    @Test func `alternatives with values are written with any kind of value`() throws {
        let member = "m"
        let corners = BulkStringList(pairs: [(1.0, 2.0), (3.0, 4.0), (5.0, 6.5)])
        #expect(
            try words(.geosearchstore("d", key, .polygon(corners)))
                == ["GEOSEARCHSTORE", "d", "k", "BYPOLYGON", "3", "1", "2", "3", "4", "5", "6.5"])
        #expect(
            try words(.zrangestore("d", key, "-", "+", sortby: .bylexLimit(offset: 2, count: -1)))
                == ["ZRANGESTORE", "d", "k", "-", "+", "BYLEX", "LIMIT", "2", "-1"])
        #expect(
            try words(
                .geosearch(
                    key, .circle(from: .member(member), radius: 3.5, unit: .km), count: .init(count: 3, any: true)))
                == ["GEOSEARCH", "k", "FROMMEMBER", "m", "BYRADIUS", "3.5", "KM", "COUNT", "3", "ANY"])
        #expect(
            try words(.xadd(key, .automatic, "f", "v", trim: .maxlenAbout(9, limit: 50)))
                == ["XADD", "k", "MAXLEN", "~", "9", "LIMIT", "50", "*", "f", "v"])
        #expect(try words(.bitcount(key, range: .init(start: 0))) == ["BITCOUNT", "k", "0"])
    }

    @Test func `scripts have the number of their keys`() throws {
        #expect(
            try words(.eval("return 1", keys: ["a", key], args: [1, "x"]))
                == ["EVAL", "return 1", "2", "a", "k", "1", "x"])
        #expect(try words(.eval("return 1")) == ["EVAL", "return 1", "0"])
    }
}
