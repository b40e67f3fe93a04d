// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import Testing

@testable import Commands

@Suite struct TimeReplyTests {
    @Test func `a time to live is missing, unlimited, or a duration in its command's unit`() throws {
        #expect(try reply(":-2", as: TTL.Reply.self) == .missing)
        #expect(try reply(":-1", as: TTL.Reply.self) == .unlimited)
        #expect(try reply(":0", as: TTL.Reply.self) == .limited(.zero))
        #expect(try reply(":90", as: TTL.Reply.self).duration == .seconds(90))
        #expect(try reply(":90", as: PTTL.Reply.self).duration == .milliseconds(90))
        #expect(try reply("*2 :1 :-2", as: HTTL.Reply.self) == [.limited(.seconds(1)), .missing])
        #expect(try reply(":\(Int64.max)", as: PTTL.Reply.self).duration == .milliseconds(Int64.max))
    }

    @Test func `an expiration is missing, unlimited, or a time in its command's unit`() throws {
        #expect(try reply(":-2", as: EXPIRETIME.Reply.self) == .missing)
        #expect(try reply(":-1", as: PEXPIRETIME.Reply.self).time == nil)
        #expect(try reply(":1700000000", as: EXPIRETIME.Reply.self) == .at(.seconds(1_700_000_000)))
        #expect(try reply(":1700000000001", as: PEXPIRETIME.Reply.self).time == .milliseconds(1_700_000_000_001))
        #expect(try reply("*1 :5", as: HPEXPIRETIME.Reply.self) == [.at(.milliseconds(5))])
    }

    @Test func `what became of fields has names`() throws {
        #expect(try reply("*4 :-2 :0 :1 :2", as: HEXPIRE.Reply.self) == [.missing, .conditionNotMet, .set, .deleted])
        #expect(try reply("*3 :-2 :-1 :1", as: HPERSIST.Reply.self) == [.missing, .unlimited, .removed])
        #expect(throws: RESPTypeMismatch.self) { try reply("*1 :7", as: HEXPIRE.Reply.self) }
    }

    @Test func `idle times and dates are durations and times`() throws {
        #expect(try reply(":7", as: OBJECT.IDLETIME.Reply.self)?.duration == .seconds(7))
        #expect(try reply("_", as: OBJECT.IDLETIME.Reply.self) == nil)
        #expect(try reply(":7", as: LASTSAVE.Reply.self) == .seconds(7))
        let time = try reply("*2 $1 5 $6 250000", as: TIME.Reply.self).time
        #expect(time == .milliseconds(5250) && time - .seconds(5) == .milliseconds(250))
        #expect(time + .seconds(1) > time)
    }

    @Test func `times are sent in their command's unit, rounded up, and beyond all numbers as the largest`() throws {
        #expect(try words(EXPIRE(key: "k", seconds: .milliseconds(1))) == ["EXPIRE", "k", "1"])
        #expect(try words(EXPIRE(key: "k", seconds: .milliseconds(-1500))) == ["EXPIRE", "k", "-1"])
        #expect(try words(PEXPIRE(key: "k", milliseconds: .microseconds(1))) == ["PEXPIRE", "k", "1"])
        #expect(try words(EXPIREAT(key: "k", time: .milliseconds(1001))) == ["EXPIREAT", "k", "2"])
        #expect(try words(PEXPIREAT(key: "k", time: .milliseconds(1001))) == ["PEXPIREAT", "k", "1001"])
        #expect(try words(BLPOP<Int>(keys: .one("k"), timeout: .microseconds(1))) == ["BLPOP", "k", "0.001"])
        #expect(try words(PEXPIRE(key: "k", milliseconds: .seconds(Int64.max))) == ["PEXPIRE", "k", "\(Int64.max)"])
        #expect(try words(RESTORE(key: "k", ttl: .seconds(1), serializedValue: "v")) == ["RESTORE", "k", "1000", "v"])
        #expect(
            try words(RESTORE_ABSTTL(key: "k", time: .seconds(1), serializedValue: "v"))
                == ["RESTORE", "k", "1000", "v", "ABSTTL"])
        #expect(
            try words(CLIENT.KILL(filters: [.maxage(.seconds(9)), .idle(.milliseconds(8001))]))
                == ["CLIENT", "KILL", "MAXAGE", "9", "IDLE", "9"])
        #expect(
            try words(CLUSTER.DELSLOTSRANGE(ranges: [0...1, 5...16_383]))
                == ["CLUSTER", "DELSLOTSRANGE", "0", "1", "5", "16383"])
    }

    @Test func `any command's reply can be decoded as another type`() throws {
        let command = HGETALL<RESPBytes>(key: "h").decoded(as: RESPPairs<RESPBytes, Int>.self)
        #expect(try words(command) == ["HGETALL", "h"])
        #expect(keys(command) == ["h"])
        #expect(type(of: command).metadata == HGETALL<RESPBytes>.metadata)
        let pairs = try reply("*4 $1 b :1 $1 a :2", as: type(of: command).Reply.self)
        #expect(pairs.map { "\($0.key)\($0.value)" } == ["b1", "a2"])
        // A reading command stays one.
        let reading: any ReadOnlyCommand = command
        #expect(reading.callMetadata.isReadOnly)
    }
}
