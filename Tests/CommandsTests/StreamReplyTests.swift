// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@Suite struct StreamReplyTests {
    private static let entry = "*2 $3 1-1 *4 $1 a $1 1 $1 b $1 2"

    @Test func `XAUTOCLAIM has entries, where to go on and what was deleted`() throws {
        let claims = try reply("*3 $3 2-1 *1 \(Self.entry) *1 $3 1-5", as: XAUTOCLAIM<String>.Reply.self)
        #expect(claims.next == StreamID(2, 1))
        #expect(claims.entries.map(\.id) == [StreamID(1, 1)])
        #expect(claims.entries[0]["b"] == "2")
        #expect(claims.deleted == [StreamID(1, 5)])
        let ids = try reply("*3 $3 0-0 *2 $3 1-1 $3 1-2 *0", as: XAUTOCLAIM_JUSTID.Reply.self)
        #expect(ids.ids == [StreamID(1, 1), StreamID(1, 2)])
        #expect(ids.deleted.isEmpty)
    }

    @Test(
        arguments: bothVersions(
            "*2 %4 $4 name $2 c1 $7 pending :2 $4 idle :14 $8 inactive :-1 %2 $4 name $2 c2 $8 inactive :7"))
    func `XINFO CONSUMERS has a consumer each`(text: String) throws {
        let consumers = try reply(text, as: XINFO.CONSUMERS.Reply.self)
        #expect(consumers.map(\.name) == ["c1", "c2"])
        #expect(consumers[0].pending == 2)
        #expect(consumers[0].idle == .milliseconds(14))
        #expect(consumers[0].inactive == nil)
        #expect(consumers[1].inactive == .milliseconds(7))
    }

    @Test(
        arguments: bothVersions(
            "*1 %6 $4 name $1 g $9 consumers :2 $7 pending :1 $17 last-delivered-id $3 2-1 $12 entries-read :2 $3 lag _"
        ))
    func `XINFO GROUPS has a group each, and no lag where the server has none`(text: String) throws {
        let group = try #require(try reply(text, as: XINFO.GROUPS.Reply.self).first)
        #expect(group.name == "g")
        #expect(group.lastDeliveredID == StreamID(2, 1))
        #expect(group.entriesRead == 2)
        #expect(group.lag == nil)
    }

    @Test(
        arguments: bothVersions(
            "%5 $6 length :2 $17 last-generated-id $3 3-1 $6 groups :2 $11 first-entry \(entry) $10 last-entry _"))
    func `XINFO STREAM has the first and the last entry`(text: String) throws {
        let stream = try reply(text, as: XINFO.STREAM<Int>.Reply.self)
        #expect(stream.summary.length == 2)
        #expect(stream.summary.lastGeneratedID == StreamID(3, 1))
        #expect(stream.groups == 2)
        #expect(stream.firstEntry?["a"] == 1)
        #expect(stream.lastEntry == nil)
    }

    @Test(
        arguments: bothVersions(
            "%3 $6 length :1 $7 entries *1 \(entry) $6 groups *1 %5 $4 name $1 g $3 lag :3 $9 pel-count :1 $7 pending *1 *4 $3 1-1 $2 c2 :1000 :3 "
                + "$9 consumers *1 %4 $4 name $2 c2 $9 seen-time :5 $11 active-time :-1 $7 pending *1 *3 $3 1-1 :1000 :3"
        ))
    func `XINFO STREAM FULL has groups with their consumers, and whose each entry is`(text: String) throws {
        let stream = try reply(text, as: XINFO.STREAM_FULL<Int>.Reply.self)
        #expect(stream.entries.count == 1)
        let group = try #require(stream.groups.first)
        #expect(group.lag == 3)
        let pending = StreamGroupDetails.Pending(
            id: StreamID(1, 1), consumer: "c2", delivered: .seconds(1), deliveries: 3)
        #expect(group.pending == [pending])
        #expect(group.consumers.first?.pending == [pending])
        #expect(group.consumers.first?.active == nil)
    }

    @Test func `XPENDING is a summary, or entries of a range`() throws {
        let summary = try reply("*4 :3 $3 1-1 $3 1-9 *2 *2 $2 c1 $1 1 *2 $2 c2 $1 2", as: XPENDING.Reply.self)
        #expect(summary.count == 3)
        #expect(summary.greatest == StreamID(1, 9))
        #expect(summary.consumers == ["c1": 1, "c2": 2])
        for none in ["*4 :0 _ _ _", "*4 :0 $-1 $-1 *-1"] {
            let summary = try reply(none, as: XPENDING.Reply.self)
            #expect(summary.smallest == nil)
            #expect(summary.consumers.isEmpty)
        }
        let entries = try reply("*1 *4 $3 1-1 $2 c2 :6 :3", as: XPENDING_RANGE.Reply.self)
        #expect(entries.first?.idle == .milliseconds(6))
        #expect(entries.first?.deliveries == 3)
    }
}
