// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

/// What stands in the place of entries' identifiers, and how streams are trimmed.
@Suite struct StreamArgumentTests {
    @Test func `ranges begin and end with an entry, beside one, or with what there is`() throws {
        #expect(try words(.xrange("s", .first, .last)) == ["XRANGE", "s", "-", "+"])
        #expect(
            try words(.xrevrange("s", .id(StreamID(5, .max)), .excluding(StreamID(3, 2)), count: 9))
                == ["XREVRANGE", "s", "5-18446744073709551615", "(3-2", "COUNT", "9"])
    }

    @Test func `streams are read from pairs, whose keys are sent first`() throws {
        #expect(try words(.xread("s", .end)) == ["XREAD", "STREAMS", "s", "$"])
        #expect(
            try words(.xread([("s", .beginning), ("t", .after(StreamID(5, 1)))], count: 2))
                == ["XREAD", "COUNT", "2", "STREAMS", "s", "t", "0-0", "5-1"])
        #expect(
            try words(.xreadgroup("g", "c", [("s", .new), ("t", .pending(after: .zero))]))
                == ["XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", "t", ">", "0-0"])
    }

    @Test func `pairs are sent in rows in whatever form they are kept`() {
        let all: [BulkStringList] = [
            .many(["a", "1", "b", "2"]), .strings(["a", "1", "b", "2"]), .stringPairs([("a", "1"), ("b", "2")]),
        ]
        for list in all {
            #expect(wire(XREAD<RESPBytes>(streams: list)) == "*6 $5 XREAD $7 STREAMS $1 a $1 b $1 1 $1 2")
        }
        let dictionary = XREAD<RESPBytes>(streams: .stringDictionary(["a": "1"]))
        #expect(wire(dictionary) == "*4 $5 XREAD $7 STREAMS $1 a $1 1")
    }

    @Test func `an entry gets the server's identifier, the next of a millisecond, or one of the user's`() throws {
        #expect(try words(.xadd("s", .automatic, "f", "v")) == ["XADD", "s", "*", "f", "v"])
        #expect(try words(.xadd("s", .automaticIn(milliseconds: 5), "f", "v")) == ["XADD", "s", "5-*", "f", "v"])
        #expect(try words(.xadd("s", .id(StreamID(5, 1)), "f", "v")) == ["XADD", "s", "5-1", "f", "v"])
    }

    @Test(arguments: [
        (StreamTrim.maxlen(9), ["MAXLEN", "=", "9"]), (.minid(StreamID(5, 1)), ["MINID", "=", "5-1"]),
        (.maxlenAbout(9), ["MAXLEN", "~", "9"]), (.maxlenAbout(9, limit: 0), ["MAXLEN", "~", "9", "LIMIT", "0"]),
        (.minidAbout(.zero), ["MINID", "~", "0-0"]),
        (.minidAbout(.zero, limit: 7), ["MINID", "~", "0-0", "LIMIT", "7"]),
    ])
    func `only what is trimmed about right has a limit`(trim: StreamTrim, sent: [String]) throws {
        #expect(try words(.xtrim("s", trim)) == ["XTRIM", "s"] + sent)
    }

    @Test func `a group begins where a reader may`() throws {
        for (start, text) in [(StreamStart.beginning, "0-0"), (.end, "$"), (.after(StreamID(5, 1)), "5-1")] {
            #expect(try words(.xgroupCreate("s", "g", start)) == ["XGROUP", "CREATE", "s", "g", text])
            #expect(start.bulkString == .string(text))
        }
    }
}
