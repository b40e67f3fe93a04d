// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@Suite struct StreamIDTests {
    @Test(arguments: [
        ("0-0", StreamID.zero), ("5-1", StreamID(5, 1)), ("5", StreamID(5, 0)), ("007-01", StreamID(7, 1)),
        ("18446744073709551615-18446744073709551615", StreamID(.max, .max)),
    ])
    func `an identifier is read from what the server writes`(text: String, id: StreamID) throws {
        #expect(StreamID(text) == id)
        let frame = try RESPFrame(encoded: Array("$\(text.utf8.count)\r\n\(text)\r\n".utf8))
        #expect(try frame.decode(as: StreamID.self) == id)
        #expect(StreamID(id.description) == id)
    }

    @Test(arguments: [
        "", "-", "1-", "-1", "1-2-3", "$", "+", ">", "(5-1", "1 -1", "٣-1", "5-*", "18446744073709551616-0",
        "0-18446744073709551616", "99999999999999999999999-1",
    ])
    func `what is no identifier is refused`(text: String) throws {
        #expect(StreamID(text) == nil)
        let frame = try RESPFrame(encoded: Array("$\(text.utf8.count)\r\n\(text)\r\n".utf8))
        let mismatch = #expect(throws: RESPTypeMismatch.self) { try frame.decode(as: StreamID.self) }
        #expect(mismatch?.found == .text(text))
    }

    @Test func `identifiers are ordered by time, then by number`() {
        let sorted = [
            .zero, StreamID(0, 1), StreamID(1, 0), StreamID(9, .max), StreamID(10, 0), StreamID(10, 2),
            StreamID(10, 10),
        ]
        #expect(sorted.shuffled().sorted() == sorted)
    }

    @Test(arguments: [
        (StreamID.zero, "0-0"), (StreamID(12, 3), "12-3"),
        (StreamID(.max, .max), "18446744073709551615-18446744073709551615"),
    ])
    func `an identifier is sent as the server spells it`(id: StreamID, text: String) throws {
        #expect(id.bulkString == .string(text))
        #expect(try words(.xdel("s", id)) == ["XDEL", "s", text])
        #expect(try words(.xrange("s", .excluding(id), .id(id))) == ["XRANGE", "s", "(" + text, text])
    }
}
