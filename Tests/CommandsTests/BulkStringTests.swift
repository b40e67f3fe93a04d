// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@Suite struct BulkStringTests {
    enum Tier: String, BulkStringConvertible { case gold, silver }

    @Test func `each kind of argument is sent as its bytes`() throws {
        let name = "text"
        let command = RawCommand(
            "X", name, name.dropFirst(), [UInt8]([1, 0x80]), RESPBytes("b"), 7, Int64.min, UInt64.max, 1.5, -0.5,
            Double.infinity, Tier.gold, "" as String, "π")
        var encoder = CommandEncoder()
        command.encode(into: &encoder)
        var decoder = RESPDecoder()
        decoder.append(encoder.span)
        let sent = try #require(try decoder.next()).decode(as: [RESPBytes].self)
        let expected: [RESPBytes] = [
            "X", "text", "ext", RESPBytes([1, 0x80]), "b", "7", "-9223372036854775808", "18446744073709551615", "1.5",
            "-0.5", "inf", "gold", "", "π",
        ]
        #expect(sent == expected)
    }

    @Test func `the span of an argument is what is sent for it`() {
        let arguments: [BulkString] = [
            "text", .bytes([1, 2]), .received("b"), 12, .unsigned(.max), 0.1, .double(1e300), .string(""),
        ]
        for argument in arguments {
            var encoder = CommandEncoder()
            argument.encode(into: &encoder)
            let span = encoder.span
            var text: [UInt8] = []
            for index in span.indices { text.append(span[index]) }
            let payload = argument.withSpan { span in
                var bytes: [UInt8] = []
                for index in span.indices { bytes.append(span[index]) }
                return bytes
            }
            #expect(text == Array("$\(payload.count)\r\n".utf8) + payload + Array("\r\n".utf8))
        }
    }

    @Test func `arguments are equal if they send the same bytes`() {
        #expect(BulkString.string("12") == 12)
        #expect(BulkString.bytes([0x31]) == .received("1"))
        #expect(BulkString.string("a") != "b")
        #expect(Set<BulkString>([.string("1"), 1, .bytes([0x31]), .unsigned(1)]).count == 1)
    }

    @Test func `a list keeps one and two arguments and counts them all`() {
        #expect(BulkStringList("a", []).count == 1)
        #expect(BulkStringList("a", ["b", "c"]).count == 3)
        #expect(BulkStringList(["a"]).count == 1)
        #expect(BulkStringList(pair: "a", 1).count == 2)
        #expect(BulkStringList(pairs: [("a", 1), ("b", 2)]).count == 4)
        #expect(BulkStringList(pairs: ["a": 1]).count == 2)
        #expect(BulkStringList(triples: [(1.0, 2.0, "m")]).count == 3)
        #expect(BulkStringList.many([]).isEmpty)
    }

    @Test func `however a list is kept, it sends the same arguments and answers with the same keys`() {
        let texts = ["a", "a text of more than fifteen bytes", "", "c"]
        let pairs = [(texts[0], texts[1]), (texts[2], texts[3])]
        let lists: [BulkStringList] = [
            BulkStringList(texts), BulkStringList(texts[...]), BulkStringList(texts.map { RESPBytes($0) }),
            BulkStringList(texts[0], Array(texts.dropFirst())), BulkStringList(pairs: pairs),
            BulkStringList(pairs: pairs.map { (RESPBytes($0), $1) }),
        ]
        for list in lists {
            #expect(list.count == 4)
            var encoder = CommandEncoder()
            list.encode(into: &encoder)
            #expect(
                String(RESPBytes(encoder.span))
                    == "$1\r\na\r\n$33\r\na text of more than fifteen bytes\r\n$0\r\n\r\n$1\r\nc\r\n")
            for stride in 1...3 {
                var spans: [String] = []
                list.forEachSpan(by: stride) { spans.append(String(RESPBytes($0))) }
                #expect(spans == Swift.stride(from: 0, to: 4, by: stride).map { texts[$0] })
            }
        }
    }
}
