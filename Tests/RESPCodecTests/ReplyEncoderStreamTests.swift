// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// Values that are written before their size is known.
@Suite struct ReplyEncoderStreamTests {
    private func text(_ version: RESPVersion, _ write: (inout ReplyEncoder) -> Void) -> String {
        String(decoding: reply(version, write), as: UTF8.self)
    }

    private func string(_ encoder: inout ReplyEncoder) {
        encoder.beginStreamedString()
        encoder.streamedPart("Hell")
        encoder.streamedPart("")
        encoder.streamedPart([0x6F, 0x20, 0x77])
        encoder.streamedPart(RESPBytes("orld"))
        encoder.endStreamedString()
    }

    @Test func `a streamed string is sent in parts by RESP3 and as a whole by RESP2`() {
        #expect(text(.resp3, string) == "$?\r\n;4\r\nHell\r\n;3\r\no w\r\n;4\r\norld\r\n;0\r\n")
        #expect(text(.resp2, string) == "$11\r\nHello world\r\n")
        #expect(
            text(.resp2) { encoder in
                encoder.beginStreamedString()
                encoder.endStreamedString()
            } == "$0\r\n\r\n")
    }

    private func nested(_ encoder: inout ReplyEncoder) {
        encoder.arrayHeader(2)
        encoder.beginStreamedMap()
        encoder.bulkString("key")
        encoder.beginStreamedArray()
        encoder.endStreamedAggregate()
        encoder.bulkString("set")
        encoder.attribute(1) {
            $0.null()
            $0.null()
        }
        encoder.beginStreamedSet()
        for number in 0..<12 { encoder.integer(number) }
        encoder.mapHeader(1)
        encoder.boolean(true)
        string(&encoder)
        encoder.endStreamedAggregate()
        encoder.endStreamedAggregate()
        encoder.double(0.5)
    }

    @Test func `streamed aggregates are nested in one another and in others`() {
        let numbers = (0..<12).map { ":\($0)\r\n" }.joined()
        #expect(
            text(.resp3, nested)
                == "*2\r\n%?\r\n$3\r\nkey\r\n*?\r\n.\r\n$3\r\nset\r\n|1\r\n_\r\n_\r\n~?\r\n\(numbers)%1\r\n#t\r\n"
                + text(.resp3, string) + ".\r\n.\r\n,0.5\r\n")
        #expect(
            text(.resp2, nested)
                == "*2\r\n*4\r\n$3\r\nkey\r\n*0\r\n$3\r\nset\r\n*13\r\n\(numbers)*2\r\n:1\r\n$11\r\nHello world\r\n"
                + "$3\r\n0.5\r\n")
    }

    @Test func `what RESP3 streams is decoded as what it is down-converted to`() throws {
        let streamed = try RESPFrame(encoded: reply(.resp3, nested))
        #expect(reply(.resp2) { $0.frame(streamed) } == reply(.resp2, nested))
    }

    @Test func `in RESP2, a streamed value can be sent as soon as it has ended, and what is before it at once`() {
        var encoder = ReplyEncoder(version: .resp2, capacity: 64)
        encoder.simpleString("before")
        encoder.beginStreamedArray()
        encoder.bulkString(String(repeating: "x", count: 500))
        #expect(String(RESPBytes(encoder.span)) == "+before\r\n")
        encoder.removeFirst(3)
        encoder.beginStreamedString()
        encoder.streamedPart("part")
        encoder.removeFirst(encoder.count)
        let isEmpty = encoder.isEmpty
        #expect(isEmpty)
        encoder.endStreamedString()
        #expect(encoder.count == 0)
        encoder.endStreamedAggregate()
        encoder.null()
        let expected = "*2\r\n$500\r\n\(String(repeating: "x", count: 500))\r\n$4\r\npart\r\n$-1\r\n"
        #expect(String(RESPBytes(encoder.span)) == expected)
    }

    @Test func `values that have begun are gone with what is taken from the back`() {
        var encoder = ReplyEncoder(version: .resp2)
        encoder.null()
        encoder.beginStreamedArray()
        encoder.null()
        encoder.truncate(to: encoder.count)
        encoder.boolean(true)
        #expect(String(RESPBytes(encoder.span)) == "$-1\r\n:1\r\n")
        encoder.beginStreamedString()
        encoder.removeAll()
        encoder.boolean(false)
        #expect(String(RESPBytes(encoder.span)) == ":0\r\n")
    }
}
