// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// What the vectors don't say of the scanner; they are in RESPVectorTests.
@Suite struct RESPScannerTests {
    @Test func `after an error, every call throws the same`() {
        var scanner = RESPScanner()
        let bytes = Array("*1\r\n?\r\n".utf8)
        for _ in 0..<3 {
            #expect(throws: RESPDecodingError.unknownKind(byte: 0x3F, offset: 4)) {
                _ = try scanner.frameLength(in: bytes.span)
            }
        }
    }

    @Test(arguments: [
        ("", 3), (":", 2), (":1", 2), (":1\r", 1), ("$1000\r\n", 1_002), ("$1000\r\nabc", 999), ("$3\r\nabc\r", 1),
        ("*3\r\n", 9), ("*3\r\n:1\r\n", 6), ("*2\r\n$5\r\nhel", 7), ("%2\r\n", 12), ("*2\r\n*2\r\n", 6), ("*?\r\n", 3),
        ("$?\r\n;4\r\nab", 4),
    ])
    func `what is missing is known as far as it has been announced`(stream: String, missing: Int) throws {
        var scanner = RESPScanner()
        let bytes = Array(stream.utf8)
        for count in 0...bytes.count {
            #expect(try scanner.frameLength(in: bytes.span.extracting(first: count)) == nil)
        }
        #expect(scanner.missingBytes == missing)
    }

    @Test func `each frame says where it starts, and whether it has streamed types in it`() throws {
        var scanner = RESPScanner()
        let frames = [("+OK\r\n", false), ("*?\r\n.\r\n", true), ("*1\r\n$?\r\n;0\r\n", true), (":1\r\n", false)]
        var offset = 0
        for (text, isStreamed) in frames {
            let bytes = Array(text.utf8)
            #expect(scanner.frameOffset == offset)
            #expect(try scanner.frameLength(in: bytes.span) == bytes.count)
            #expect(scanner.frameIsStreamed == isStreamed)
            offset += bytes.count
        }
        #expect(scanner.frameOffset == offset)
    }

    @Test func `limits below zero are zero`() {
        let limits = RESPLimits(maximumBulkLength: -1, maximumElements: -1, maximumDepth: -5, maximumFrameBytes: .min)
        let zero = RESPLimits(maximumBulkLength: 0, maximumElements: 0, maximumDepth: 0, maximumFrameBytes: 0)
        #expect(limits == zero)
        let reading = StreamReading(scanning: Array("_\r\n".utf8), .byteByByte(3), limits: limits)
        #expect(reading.error == .frameTooLarge(limit: 0, offset: 0))
    }
}
