// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@Suite struct GeoReplyTests {
    @Test(arguments: ["*2 *2 ,13.5 ,38.25 _", "*2 *2 $4 13.5 $5 38.25 *-1"])
    func `GEOPOS has places, and null for members that are none`(text: String) throws {
        let places = try reply(text, as: GEOPOS.Reply.self)
        #expect(places == [GeoPosition(longitude: 13.5, latitude: 38.25), nil])
    }

    @Test(arguments: [
        "*2 *4 $1 P $5 190.5 :3479099956230698 *2 ,13.5 ,38.25 *4 $1 C $4 56.5 :12 *2 ,15 ,37",
        "*2 *4 $1 P $5 190.5 :3479099956230698 *2 $4 13.5 $5 38.25 *4 $1 C $4 56.5 :12 *2 $2 15 $2 37",
    ])
    func `GEOSEARCH has what was asked for besides, told apart by its kind`(text: String) throws {
        let matches = try reply(text, as: GEOSEARCH_WITH<String>.Reply.self)
        #expect(matches.map(\.member) == ["P", "C"])
        #expect(matches[0].distance == 190.5)
        #expect(matches[0].hash == 3_479_099_956_230_698)
        #expect(matches[1].position == GeoPosition(longitude: 15, latitude: 37))
    }

    @Test func `what was not asked for is nil`() throws {
        let plain = try reply("*1 $1 P", as: GEOSEARCH_WITH<String>.Reply.self)
        #expect(plain.first?.member == "P")
        #expect(plain.first?.distance == nil)
        let placed = try reply("*1 *2 $1 P *2 ,1 ,2", as: GEOSEARCH_WITH<String>.Reply.self)
        #expect(placed.first?.position == GeoPosition(longitude: 1, latitude: 2))
        #expect(placed.first?.hash == nil)
    }
}
