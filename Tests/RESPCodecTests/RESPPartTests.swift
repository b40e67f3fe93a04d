// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite("Large payloads in pieces")
struct RESPPartTests {
    /// What the parts of a stream are, pieces joined.
    enum Item: Equatable {
        case frame(String)
        case payload(RESPKind, format: String?, attributes: String?, text: String)
    }

    static func items(_ stream: String, step: Int, threshold: Int) throws(RESPDecodingError) -> [Item] {
        let bytes = Array(stream.utf8)
        var decoder = RESPDecoder()
        var items: [Item] = []
        var start: RESPPayloadStart?
        var text = ""
        var sent = 0
        while sent < bytes.count {
            let end = min(sent + step, bytes.count)
            decoder.append(bytes.span.extracting(sent..<end))
            sent = end
            while let part = try decoder.nextPart(streamingAbove: threshold) {
                switch part {
                case .frame(let frame): items.append(.frame(frame.withSpan { String(RESPBytes($0)) }))
                case .payloadStart(let begun):
                    start = begun
                    text = ""
                case .payloadPiece(let piece):
                    #expect(!piece.isEmpty)
                    text += String(piece)
                case .payloadEnd:
                    let begun = try! #require(start)
                    if let length = begun.length { #expect(length == text.utf8.count) }
                    items.append(
                        .payload(
                            begun.kind, format: begun.format.map { String($0) },
                            attributes: begun.attributes?.withSpan { String(RESPBytes($0)) }, text: text))
                }
            }
        }
        #expect(decoder.bufferedBytes == 0)
        return items
    }

    @Test("The same parts come however the stream is cut", arguments: [1, 2, 3, 5, 7, 16, 1_000])
    func parts(step: Int) throws {
        let long = String(repeating: "0123456789", count: 5)
        let stream =
            "+OK\r\n$50\r\n\(long)\r\n$3\r\nabc\r\n*1\r\n$50\r\n\(long)\r\n"
            + "=54\r\ntxt:\(long)\r\n!50\r\n\(long)\r\n$?\r\n;20\r\n\(long.prefix(20))\r\n;30\r\n\(long.suffix(30))\r\n;0\r\n"
            + "$?\r\n;2\r\nab\r\n;0\r\n|1\r\n+ttl\r\n:9\r\n$50\r\n\(long)\r\n:1\r\n"
        let items = try RESPPartTests.items(stream, step: step, threshold: 40)
        let expected: [Item] = [
            .frame("+OK\r\n"),
            .payload(.bulkString, format: nil, attributes: nil, text: long),
            .frame("$3\r\nabc\r\n"),
            .frame("*1\r\n$50\r\n\(long)\r\n"),
            .payload(.verbatimString, format: "txt", attributes: nil, text: long),
            .payload(.bulkError, format: nil, attributes: nil, text: long),
            .payload(.bulkString, format: nil, attributes: nil, text: long),
            .frame("$2\r\nab\r\n"),
            .payload(.bulkString, format: nil, attributes: "|1\r\n+ttl\r\n:9\r\n", text: long),
            .frame(":1\r\n"),
        ]
        #expect(items == expected)
    }

    @Test(
        "What is malformed behind a payload is found at its offset",
        arguments: [
            ("+OK\r\n$20\r\n01234567890123456789xx", RESPDecodingError.missingTerminator(offset: 30)),
            ("=20\r\ntxt_4567890123456789\r\n", .invalidVerbatimFormat(offset: 8)),
            ("$?\r\n;20\r\n01234567890123456789\r\n;x", .invalidLength(kind: .bulkString, offset: 32)),
            ("$?\r\n;20\r\n01234567890123456789\r\n+", .invalidStreamPart(byte: 0x2B, offset: 31)),
            ("$2\r\nab\r\n$20\r\n01234567890123456789\r\n?", .unknownKind(byte: 0x3F, offset: 35)),
        ])
    func malformed(stream: String, error: RESPDecodingError) {
        for step in [1, 2, 3, 7, 100] {
            #expect(throws: error) { try RESPPartTests.items(stream, step: step, threshold: 10) }
        }
    }

    @Test("A payload of 64 MiB passes through memory of two chunks")
    func boundedMemory() throws {
        var decoder = RESPDecoder()
        decoder.append(Array("$67108864\r\n".utf8).span)
        guard case .payloadStart(let start) = try decoder.nextPart(streamingAbove: 1_000) else {
            Issue.record("no start")
            return
        }
        #expect(start.length == 64 << 20)
        let sent = [UInt8](repeating: 0x61, count: 16 << 10)
        var received = 0
        for _ in 0..<(64 << 20) / sent.count {
            decoder.append(sent.span)
            while case .payloadPiece(let piece) = try decoder.nextPart(streamingAbove: 1_000) {
                received += piece.count
                #expect(piece.count <= 64 << 10)
            }
            #expect(decoder.bufferedBytes == 0)
        }
        #expect(received == 64 << 20)
        decoder.append(Array("\r\n+OK\r\n".utf8).span)
        #expect(try decoder.nextPart(streamingAbove: 1_000) == .payloadEnd)
        #expect(try decoder.nextPart(streamingAbove: 1_000) == .frame(RESPFrame(encoded: Array("+OK\r\n".utf8))))
    }
}
