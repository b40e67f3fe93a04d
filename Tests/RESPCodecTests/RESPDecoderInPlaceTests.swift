// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite("Frames read in place")
struct RESPDecoderInPlaceTests {
    private static let long = String(repeating: "0123456789", count: 5_000)
    private static let stream =
        "+OK\r\n:7\r\n|1\r\n+ttl\r\n:9\r\n$5\r\nhello\r\n*?\r\n:1\r\n$?\r\n;2\r\nab\r\n;0\r\n.\r\n"
        + "*2\r\n$50000\r\n\(long)\r\n_\r\n>1\r\n+news\r\n%1\r\n+k\r\n,1.5\r\n-ERR no\r\n"

    @Test(
        "They have the values of the frames that next() makes, however they arrive", arguments: [1, 7, 4_096, 200_000])
    func sameValues(step: Int) throws {
        let bytes = Array(RESPDecoderInPlaceTests.stream.utf8)
        var owning = RESPDecoder()
        var lending = RESPDecoder()
        var compared = 0
        var sent = 0
        while sent < bytes.count {
            let part = bytes.span.extracting(sent..<min(sent + step, bytes.count))
            sent += part.count
            owning.append(part)
            lending.append(part)
            while let frame = try owning.next() {
                let value = frame.withReader { reader in try? RESPFrame(from: &reader) }
                let lent = try lending.withNext { reader in
                    let value = try? RESPFrame(from: &reader)
                    return reader.isAtEnd ? value : nil
                }
                #expect(value != nil && lent == value)
                #expect(lending.frameOffset == owning.frameOffset)
                compared += 1
            }
            let isNothingLeft = try lending.withNext { _ in } == nil
            #expect(isNothingLeft)
        }
        #expect(compared == 8)
    }

    @Test("What is taken out stays when the memory is used again")
    func ownedParts() throws {
        var decoder = RESPDecoder()
        var kept: [RESPBytes] = []
        for round in 0..<200 {
            let text = String(repeating: String(round % 10), count: 1 + round * 50)
            decoder.append(Array("*1\r\n$\(text.utf8.count)\r\n\(text)\r\n".utf8).span)
            let taken = try decoder.withNext { reader in
                _ = try? reader.readArrayHeader()
                return try? reader.readBytes()
            }
            kept.append(try #require(taken ?? nil))
        }
        for (round, bytes) in kept.enumerated() {
            #expect(String(bytes) == String(repeating: String(round % 10), count: 1 + round * 50))
        }
    }

    @Test("A frame that nobody reads is passed over, and a malformed one throws")
    func passedOver() throws {
        var decoder = RESPDecoder()
        decoder.append(Array("*2\r\n:1\r\n:2\r\n:3\r\n?".utf8).span)
        #expect(try decoder.withNext { _ in true } == true)
        #expect(try decoder.withNext { reader in try? reader.readInteger(as: Int.self) } == 3)
        #expect(throws: RESPDecodingError.unknownKind(byte: 0x3F, offset: 16)) { try decoder.withNext { _ in } }
    }
}
