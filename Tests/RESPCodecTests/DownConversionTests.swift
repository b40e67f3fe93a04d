// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// Frames written again: RESP3 as RESP2 has it, and both in canonical form. What servers answer in both versions is in
/// DownConversionVectorTests.
@Suite struct DownConversionTests {
    private func written(_ version: RESPVersion, _ text: String) throws -> String {
        let frame = try RESPFrame(encoded: Array(text.utf8))
        return String(decoding: reply(version) { $0.frame(frame) }, as: UTF8.self)
    }

    @Test func `nulls of RESP2 stay what they are there and are one in RESP3`() throws {
        let nulls = "*3\r\n$-1\r\n*-1\r\n_\r\n"
        #expect(try written(.resp2, nulls) == "*3\r\n$-1\r\n*-1\r\n$-1\r\n")
        #expect(try written(.resp3, nulls) == "*3\r\n_\r\n_\r\n_\r\n")
        #expect(try written(.resp3, "*-1\r\n") == "_\r\n")
    }

    @Test func `a bulk error becomes a line, its line breaks spaces`() throws {
        #expect(
            try written(.resp2, "*2\r\n!11\r\nERR a\r\n+b\nc\r\n$2\r\n\r\n\r\n")
                == "*2\r\n-ERR a  +b c\r\n$2\r\n\r\n\r\n")
        #expect(try written(.resp2, "!0\r\n\r\n") == "-\r\n")
        #expect(try written(.resp3, "!0\r\n\r\n") == "!0\r\n\r\n")
    }

    @Test func `attributes are kept in RESP3 and left out of RESP2, wherever they stand`() throws {
        let text =
            "|1\r\n+a\r\n|1\r\n#t\r\n%1\r\n_\r\n~1\r\n:1\r\n:2\r\n"
            + "*2\r\n|0\r\n:3\r\n|1\r\n:4\r\n:5\r\n|1\r\n:6\r\n:7\r\n,8\r\n"
        #expect(try written(.resp3, text) == text)
        #expect(try written(.resp2, text) == "*2\r\n:3\r\n$1\r\n8\r\n")
    }

    @Test func `an attribute that is a frame of its own is left out of RESP2`() throws {
        let text = "|1\r\n+a\r\n*1\r\n#t\r\n"
        var decoder = RESPDecoder(attributesAreFrames: true)
        decoder.append(Array(text.utf8).span)
        let attribute = try #require(try decoder.next())
        #expect(reply(.resp3) { $0.frame(attribute) } == Array(text.utf8))
        #expect(reply(.resp2) { $0.frame(attribute) }.isEmpty)
    }

    @Test func `verbatim strings without text and big numbers below zero`() throws {
        #expect(try written(.resp2, "*2\r\n=4\r\ntxt:\r\n(-12\r\n") == "*2\r\n$0\r\n\r\n$3\r\n-12\r\n")
    }

    @Test func `nesting as deep as the decoder allows needs no stack`() throws {
        let depth = 60_000
        let text = String(repeating: "~1\r\n", count: depth) + "#t\r\n"
        #expect(try written(.resp3, text) == text)
        #expect(try written(.resp2, text) == String(repeating: "*1\r\n", count: depth) + ":1\r\n")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `a random reply is down-converted to what the encoder writes in RESP2`(seed: UInt64) throws {
        let resp3 = reply(.resp3) {
            var random = SplitMix(state: seed)
            writeRandom(&$0, &random, depth: 0)
        }
        let resp2 = reply(.resp2) {
            var random = SplitMix(state: seed)
            writeRandom(&$0, &random, depth: 0)
        }
        let frame = try RESPFrame(encoded: resp3)
        let again = reply(.resp3) { $0.frame(frame) }
        #expect(again == resp3)
        let converted = reply(.resp2) { $0.frame(frame) }
        #expect(converted == resp2)
        let older = try RESPFrame(encoded: converted)
        let convertedAgain = reply(.resp2) { $0.frame(older) }
        #expect(convertedAgain == resp2)
    }

    /// Writes one reply of any type, with attributes here and there. Takes the same from `random` in both versions.
    private func writeRandom(_ encoder: inout ReplyEncoder, _ random: inout SplitMix, depth: Int) {
        if random.next(8) == 0 {
            // A copy, since the body isn't called in RESP2.
            var inner = SplitMix(state: random.next(.max))
            encoder.attribute(1) {
                writeRandom(&$0, &inner, depth: depth + 1)
                writeRandom(&$0, &inner, depth: depth + 1)
            }
        }
        let text = String(repeating: ["x", "é", "\r\n"][Int(random.next(3))], count: Int(random.next(40)))
        let number = Int64(bitPattern: random.next(.max)) >> Int64(random.next(64))
        switch random.next(depth < 5 ? 15 : 11) {
        case 0: encoder.simpleString(text)
        case 1: encoder.error(code: "ERR", text)
        case 2: encoder.bulkError(code: "ERR", text)
        case 3: encoder.integer(number)
        case 4: encoder.double(Double(number) / 64)
        case 5: encoder.boolean(number & 1 == 0)
        case 6: encoder.null()
        case 7: encoder.bigNumber(number)
        case 8: encoder.verbatimString(text, format: "txt")
        case 9, 10: encoder.bulkString(text)
        case let aggregate:
            let count = Int(random.next(6))
            switch aggregate {
            case 11: encoder.arrayHeader(count)
            case 12: encoder.setHeader(count)
            case 13: encoder.pushHeader(count)
            default: encoder.mapHeader(count)
            }
            for _ in 0..<(aggregate == 14 ? 2 * count : count) { writeRandom(&encoder, &random, depth: depth + 1) }
        }
    }
}

/// Random numbers, the same ones for the same seed.
private struct SplitMix {
    var state: UInt64

    /// A number below `bound`.
    mutating func next(_ bound: UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return (mixed ^ (mixed >> 31)) % bound
    }
}
