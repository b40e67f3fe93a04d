// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// What the vectors don't say of the scanner; they are in CommandVectorTests.
@Suite struct CommandScannerTests {
    @Test func `after an error, every call throws the same`() {
        var scanner = CommandScanner()
        let bytes = Array("*1\r\n:4\r\n".utf8)
        for _ in 0..<3 {
            #expect(throws: RESPDecodingError.invalidArgument(byte: 0x3A, offset: 4)) {
                _ = try scanner.frameLength(in: bytes.span)
            }
        }
    }

    @Test func `what is said about a command is about the one measured last`() throws {
        var scanner = CommandScanner()
        var bytes = Array("*2\r\n$3\r\nGET\r\n$1\r\nk\r\nGET k\r\n\r\n*0\r\n".utf8)
        for (length, count, isInline) in [(20, 2, false), (7, 2, true), (2, 0, true), (4, 0, false)] {
            #expect(try scanner.frameLength(in: bytes.span) == length)
            #expect(scanner.argumentCount == count && scanner.isInline == isInline)
            bytes.removeFirst(length)
        }
        #expect(scanner.frameOffset == 33)
    }

    @Test func `the bytes missing from an announced argument are known, and none for arguments only counted`() throws {
        var scanner = CommandScanner()
        #expect(scanner.missingBytes == 1)
        #expect(try scanner.frameLength(in: Array("*1000000\r\n".utf8).span) == nil)
        #expect(scanner.missingBytes == 1)
        #expect(try scanner.frameLength(in: Array("*1000000\r\n$1000\r\nabc".utf8).span) == nil)
        #expect(scanner.missingBytes == 999)
    }

    @Test func `a stranger may send ten arguments of sixteen kilobytes and no more`() {
        let limits = RESPLimits.serverBeforeAuthentication
        let ten = encoded { encoder in
            encoder.command(10)
            for _ in 0..<10 { encoder.bulk([UInt8](repeating: 1, count: 16 << 10)) }
        }
        #expect(CommandScanResult(ten, step: 1_000, limits: limits).commands.count == 1)
        for step in [1, 4, 100] {
            let eleven = CommandScanResult(Array("*11\r\n$4\r\nAUTH\r\n".utf8), step: step, limits: limits)
            #expect(eleven.error == .tooManyElements(declared: 11, limit: 10, offset: 0))
            let long = CommandScanResult(Array("*2\r\n$4\r\nAUTH\r\n$16385\r\n".utf8), step: step, limits: limits)
            #expect(long.error == .bulkTooLong(declared: 16_385, limit: 16_384, offset: 14))
        }
    }

    @Test func `limits may be raised between commands, and in the middle of one`() throws {
        var scanner = CommandScanner(limits: .serverBeforeAuthentication)
        let auth = Array("*2\r\n$4\r\nAUTH\r\n$1\r\np\r\n".utf8)
        #expect(try scanner.frameLength(in: auth.span) == auth.count)
        scanner.limits = .server
        let eleven = encoded { encoder in
            encoder.command(11)
            for _ in 0..<11 { encoder.bulk("word") }
        }
        #expect(try scanner.frameLength(in: eleven.span) == eleven.count)
        scanner.limits.maximumBulkLength = 3
        let first = Array("*2\r\n$3\r\nGET\r\n".utf8)
        #expect(try scanner.frameLength(in: first.span) == nil)
        scanner.limits.maximumBulkLength = 4
        let whole = first + Array("$4\r\nfour\r\n".utf8)
        #expect(try scanner.frameLength(in: whole.span) == whole.count)
    }

    @Test func `limits may be lowered below what has been received`() {
        for stream in ["*2\r\n$3\r\nGET\r\n$1", "*2\r\n$3\r\nGET\r\n$100\r\nabc", "GET abcdefghijkl"] {
            var scanner = CommandScanner()
            let bytes = Array(stream.utf8)
            #expect(throws: Never.self) { try scanner.frameLength(in: bytes.span) }
            scanner.limits.maximumFrameBytes = 8
            let more = bytes + [UInt8](repeating: 0x30, count: 200)
            #expect(throws: RESPDecodingError.frameTooLarge(limit: 8, offset: 0)) {
                try scanner.frameLength(in: more.span)
            }
        }
    }

    @Test func `a million arguments announced cost nothing before they come`() throws {
        var scanner = CommandScanner(limits: .trusted)
        let header = Array("*999999999999999999\r\n".utf8)
        #expect(try scanner.frameLength(in: header.span) == nil)
        #expect(throws: RESPDecodingError.tooManyElements(declared: .max, limit: .max / 2, offset: 0)) {
            var scanner = CommandScanner(limits: .trusted)
            _ = try scanner.frameLength(in: Array("*9999999999999999999\r\n".utf8).span)
        }
    }
}
