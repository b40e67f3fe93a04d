// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite("Streamed types are put together")
struct RESPStreamedTypesTests {
    @Test(
        "A frame with streamed types has the encoding of the same value without them",
        arguments: [
            ("$?\r\n;0\r\n", "$0\r\n\r\n"),
            ("$?\r\n;4\r\nHell\r\n;7\r\no world\r\n;0\r\n", "$11\r\nHello world\r\n"),
            ("*?\r\n.\r\n", "*0\r\n"),
            ("*?\r\n:1\r\n:2\r\n:3\r\n.\r\n", "*3\r\n:1\r\n:2\r\n:3\r\n"),
            ("~?\r\n+a\r\n.\r\n", "~1\r\n+a\r\n"),
            ("%?\r\n+a\r\n:1\r\n+b\r\n:2\r\n.\r\n", "%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n"),
            (
                "*?\r\n*?\r\n:1\r\n.\r\n*2\r\n$?\r\n;1\r\nx\r\n;0\r\n_\r\n$-1\r\n.\r\n",
                "*3\r\n*1\r\n:1\r\n*2\r\n$1\r\nx\r\n_\r\n$-1\r\n"
            ),
            ("*2\r\n*?\r\n.\r\n%?\r\n.\r\n", "*2\r\n*0\r\n%0\r\n"),
            ("*?\r\n|1\r\n+ttl\r\n:5\r\n:1\r\n:2\r\n.\r\n", "*2\r\n|1\r\n+ttl\r\n:5\r\n:1\r\n:2\r\n"),
            ("|1\r\n$?\r\n;1\r\nk\r\n;0\r\n*?\r\n:1\r\n.\r\n+OK\r\n", "|1\r\n$1\r\nk\r\n*1\r\n:1\r\n+OK\r\n"),
            (
                "%?\r\n|1\r\n+a\r\n:1\r\n+k\r\n|1\r\n+b\r\n:2\r\n+v\r\n.\r\n",
                "%1\r\n|1\r\n+a\r\n:1\r\n+k\r\n|1\r\n+b\r\n:2\r\n+v\r\n"
            ),
            ("*?\r\n=5\r\ntxt:?\r\n!3\r\nERR\r\n.\r\n", "*2\r\n=5\r\ntxt:?\r\n!3\r\nERR\r\n"),
        ])
    func ordinaryForm(streamed: String, ordinary: String) throws {
        let frame = try RESPFrame(encoded: Array(streamed.utf8))
        #expect(frame.withSpan { String(RESPBytes($0)) } == ordinary)
        var decoder = RESPDecoder()
        for byte in streamed.utf8 {
            #expect(try decoder.next() == nil)
            decoder.append([byte].span)
        }
        let decoded = try decoder.next()
        #expect(decoded == frame)
        #expect(decoder.frameOffset == streamed.utf8.count)
        #expect(decoder.bufferedBytes == 0)
    }

    @Test(
        "What breaks the rules of streamed types is refused where it stands",
        arguments: [
            ("$?\r\n+a\r\n", RESPDecodingError.invalidStreamPart(byte: 0x2B, offset: 4)),
            ("$?\r\n;-1\r\n", .invalidLength(kind: .bulkString, offset: 5)),
            ("$?\r\n;?\r\n", .invalidLength(kind: .bulkString, offset: 5)),
            ("$?\r\n;01\r\n", .invalidLength(kind: .bulkString, offset: 6)),
            ("$?\r\n;1\r\nab\r\n", .missingTerminator(offset: 9)),
            ("$?1\r\n", .invalidLength(kind: .bulkString, offset: 2)),
            ("$?\n;0\r\n", .invalidLength(kind: .bulkString, offset: 2)),
            ("!?\r\n;0\r\n", .invalidLength(kind: .bulkError, offset: 1)),
            ("=?\r\n;0\r\n", .invalidLength(kind: .verbatimString, offset: 1)),
            (">?\r\n.\r\n", .invalidLength(kind: .push, offset: 1)),
            ("|?\r\n.\r\n", .invalidLength(kind: .attribute, offset: 1)),
            (".\r\n", .unknownKind(byte: 0x2E, offset: 0)),
            (";0\r\n", .unknownKind(byte: 0x3B, offset: 0)),
            ("*1\r\n.\r\n", .unknownKind(byte: 0x2E, offset: 4)),
            ("*?\r\n*1\r\n.\r\n", .unknownKind(byte: 0x2E, offset: 8)),
            ("*?\r\n;1\r\n", .unknownKind(byte: 0x3B, offset: 4)),
            ("*?\r\n.x", .invalidLineBreak(offset: 5)),
            ("%?\r\n+a\r\n.\r\n", .missingValue(offset: 8)),
            ("*?\r\n|1\r\n+a\r\n:1\r\n.\r\n", .unknownKind(byte: 0x2E, offset: 16)),
        ])
    func refused(stream: String, error: RESPDecodingError) {
        let bytes = Array(stream.utf8)
        for step in [1, 2, 3, bytes.count] {
            var scanner = RESPScanner()
            #expect(throws: error) {
                for end in stride(from: step, through: bytes.count + step - 1, by: step) {
                    _ = try scanner.frameLength(in: bytes.span.extracting(first: min(end, bytes.count)))
                }
            }
        }
    }

    @Test("Streamed types are held to the limits by what has come")
    func limits() throws {
        let limits = RESPLimits(maximumBulkLength: 5, maximumElements: 2, maximumDepth: 2)
        func error(_ stream: String) -> RESPDecodingError? {
            do throws(RESPDecodingError) {
                _ = try RESPFrame(encoded: Array(stream.utf8), limits: limits)
                return nil
            } catch {
                return error
            }
        }
        #expect(error("$?\r\n;3\r\nabc\r\n;2\r\nde\r\n;0\r\n") == nil)
        #expect(
            error("$?\r\n;3\r\nabc\r\n;3\r\ndef\r\n;0\r\n") == .bulkTooLong(declared: 6, limit: 5, offset: 13))
        #expect(error("*?\r\n:1\r\n:2\r\n.\r\n") == nil)
        #expect(
            error("*?\r\n:1\r\n:2\r\n:3\r\n.\r\n") == .tooManyElements(declared: 3, limit: 2, offset: 12))
        #expect(error("%?\r\n:1\r\n:2\r\n:3\r\n:4\r\n.\r\n") == nil)
        #expect(
            error("%?\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n.\r\n")
                == .tooManyElements(declared: 3, limit: 2, offset: 20))
        #expect(error("*?\r\n*?\r\n.\r\n.\r\n") == nil)
        #expect(error("*?\r\n*?\r\n*?\r\n.\r\n.\r\n.\r\n") == .nestedTooDeeply(limit: 2, offset: 8))
    }

    @Test("An attribute can be a frame of its own")
    func attributesAsFrames() throws {
        var decoder = RESPDecoder(attributesAreFrames: true)
        let stream = "|1\r\n+a\r\n*?\r\n:1\r\n.\r\n|0\r\n+OK\r\n*1\r\n|1\r\n:1\r\n:2\r\n:3\r\n"
        decoder.append(Array(stream.utf8).span)
        var ends: [Int] = []
        var texts: [String] = []
        while let frame = try decoder.next() {
            ends.append(decoder.frameOffset)
            texts.append(frame.withSpan { String(RESPBytes($0)) })
        }
        #expect(ends == [19, 23, 28, 48])
        #expect(texts == ["|1\r\n+a\r\n*1\r\n:1\r\n", "|0\r\n", "+OK\r\n", "*1\r\n|1\r\n:1\r\n:2\r\n:3\r\n"])
    }
}
