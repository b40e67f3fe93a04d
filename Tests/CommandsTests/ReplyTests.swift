// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

/// Replies are equal whichever protocol version they came in: the first text is RESP2, the second RESP3.
@Suite struct ReplyTests {
    @Test(arguments: ["*4 $1 f $1 v $1 g $1 w", "%2 $1 f $1 v $1 g $1 w"])
    func `HGETALL is a dictionary`(text: String) throws {
        #expect(try reply(text, as: HGETALL<RESPBytes>.Reply.self) == ["f": "v", "g": "w"])
    }

    @Test func `keys that are equal texts and different bytes, or no text at all, keep their values`()
        throws
    {
        // é in one piece and as e with an accent, and two bytes that would both become U+FFFD.
        let keys: [[UInt8]] = [[0xC3, 0xA9], [0x65, 0xCC, 0x81], [0xFF], [0xFE]]
        for header in ["*8", "%4"] {
            var bytes = Array("\(header)\r\n".utf8)
            for (index, key) in keys.enumerated() {
                bytes += Array("$\(key.count)\r\n".utf8) + key + Array("\r\n:\(index)\r\n".utf8)
            }
            let fields = try RESPFrame(encoded: bytes).decode(as: HGETALL<Int>.Reply.self)
            #expect(fields.count == 4)
            for (index, key) in keys.enumerated() { #expect(fields[RESPBytes(key)] == index) }
            let (composed, decomposed) = ("\u{E9}", "e\u{301}")
            #expect(composed == decomposed && fields[composed] == 0 && fields[decomposed] == 1)
            #expect(fields["\u{E9}"] == 0)
        }
    }

    @Test(arguments: ["*4 $1 m $3 1.5 $1 n $4 -inf", "*2 *2 $1 m ,1.5 *2 $1 n ,-inf"])
    func `ZRANGE with scores is a list of members`(text: String) throws {
        let members = try reply(text, as: ZRANGE_WITHSCORES<String>.Reply.self)
        #expect(members == [ScoredMember("m", score: 1.5), ScoredMember("n", score: -.infinity)])
    }

    @Test(arguments: ["*2 $1 m $3 1.5", "*2 $1 m ,1.5", "*1 *2 $1 m ,1.5"])
    func `ZPOPMIN is a list of members in all its forms`(text: String) throws {
        #expect(try reply(text, as: ZPOPMIN<String>.Reply.self) == [ScoredMember("m", score: 1.5)])
    }

    @Test(arguments: ["$3 1.5", ",1.5"])
    func `ZSCORE is a number`(text: String) throws {
        #expect(try reply(text, as: ZSCORE.Reply.self) == 1.5)
    }

    @Test(arguments: ["$-1", "_"])
    func `null is nil`(text: String) throws {
        #expect(try reply(text, as: ZSCORE.Reply.self) == nil)
        #expect(try reply(text, as: GET<String>.Reply.self) == nil)
        #expect(try reply(text, as: LPOP_COUNT<String>.Reply.self) == nil)
        #expect(try reply(text, as: SET.Reply.self) == SetReply(isStored: false))
        #expect(try reply(text, as: XREAD<String>.Reply.self) == nil)
    }

    @Test(arguments: ["*-1", "_"])
    func `a waiting command that found nothing is nil`(text: String) throws {
        #expect(try reply(text, as: BLPOP<String>.Reply.self) == nil)
        #expect(try reply(text, as: BZPOPMIN<String>.Reply.self) == nil)
        #expect(try reply(text, as: LMPOP<String>.Reply.self) == nil)
    }

    @Test(arguments: ["*3 $1 z $1 m $1 2", "*3 $1 z $1 m ,2"])
    func `BZPOPMIN says what it took and from where`(text: String) throws {
        let popped = try #require(try reply(text, as: BZPOPMIN<String>.Reply.self))
        #expect(popped.key == "z")
        #expect(popped.member == "m")
        #expect(popped.score == 2)
    }

    @Test(arguments: ["*2 $1 z *1 *2 $1 m $1 2", "*2 $1 z *1 *2 $1 m ,2"])
    func `ZMPOP says what it took and from where`(text: String) throws {
        let popped = try #require(try reply(text, as: ZMPOP<String>.Reply.self))
        #expect(popped.key == "z")
        #expect(popped.members == [ScoredMember("m", score: 2)])
    }

    @Test(arguments: [":1", "#t"])
    func `SISMEMBER is true or false`(text: String) throws {
        #expect(try reply(text, as: SISMEMBER.Reply.self))
    }

    @Test(arguments: ["*2 $1 a $1 b", "~2 $1 a $1 b"])
    func `SMEMBERS is a list`(text: String) throws {
        #expect(try reply(text, as: SMEMBERS<String>.Reply.self) == ["a", "b"])
    }

    @Test(arguments: ["*4 $1 a :1 $1 b :0", "%2 $1 a :1 $1 b :0"])
    func `PUBSUB NUMSUB is a dictionary`(text: String) throws {
        #expect(try reply(text, as: PUBSUB.NUMSUB.Reply.self) == ["a": 1, "b": 0])
    }

    @Test func `SET answers whether it stored`() throws {
        #expect(try reply("+OK", as: SET.Reply.self).isStored)
    }

    @Test func `scans are pages with a cursor`() throws {
        let page = try reply("*2 $2 17 *2 $1 a $1 b", as: SCAN<String>.Reply.self)
        #expect(page == ScanPage(cursor: 17, elements: ["a", "b"]))
        #expect(!page.cursor.isFinished)
        let hash = try reply("*2 $1 0 *4 $1 f :1 $1 g :2", as: HSCAN<Int>.Reply.self)
        #expect(hash == HashScanPage(cursor: .start, fields: [HashField("f", 1), HashField("g", 2)]))
        #expect(hash.cursor.isFinished)
        let sorted = try reply("*2 $1 0 *2 $1 m $1 2", as: ZSCAN<String>.Reply.self)
        #expect(sorted.members == [ScoredMember("m", score: 2)])
    }

    @Test(arguments: ["*4 $1 f $1 1 $1 g $1 2", "*2 *2 $1 f $1 1 *2 $1 g $1 2"])
    func `HRANDFIELD with values is a list of fields`(text: String) throws {
        #expect(
            try reply(text, as: HRANDFIELD_WITHVALUES<Int>.Reply.self) == [HashField("f", 1), HashField("g", 2)])
    }

    @Test(arguments: ["*1 *2 $1 s *1 *2 $3 1-1 *2 $1 f $1 v", "%1 $1 s *1 *2 $3 1-1 *2 $1 f $1 v"])
    func `XREAD has the entries of each stream`(text: String) throws {
        let found = try #require(try reply(text, as: XREAD<String>.Reply.self))
        #expect(found["s"].map(\.id) == [StreamID(1, 1)])
        #expect(found["s"].first?["f"] == "v")
        #expect(found["other"].isEmpty)
    }

    @Test func `what is not there is a mismatch and not a guess`() {
        #expect(throws: RESPTypeMismatch.self) {
            try reply("*3 $1 m $1 1 $1 n", as: ZRANGE_WITHSCORES<String>.Reply.self)
        }
        #expect(throws: RESPTypeMismatch.self) { try reply("*1 $1 k", as: BLPOP<String>.Reply.self) }
        #expect(throws: RESPTypeMismatch.self) { try reply(":16384", as: CLUSTER.KEYSLOT.Reply.self) }
        #expect(throws: RESPTypeMismatch.self) { try reply(":1", as: SET.Reply.self) }
    }
}
