// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import FuzzSupport
internal import RESPCodec
internal import Testing

@Suite struct RESPScannerTests {
    @Test(arguments: validVectors)
    func `a valid frame is measured the same however it is cut`(vector: ValidVector) {
        // Behind the frame stands another one, so that words can be read beyond its end.
        for tail in ["", "+tail\r\n"] {
            let bytes = vector.bytes + Array(tail.utf8)
            let expected = tail.isEmpty ? [vector.bytes.count] : [vector.bytes.count, 7]
            for step in 1...bytes.count {
                let result = ScanResult(bytes.span, step: step)
                #expect(result.lengths == expected && result.error == nil, "\(step) bytes at a time")
            }
            for split in 0...bytes.count {
                let result = ScanResult(bytes.span, splitAt: split)
                #expect(result.lengths == expected && result.error == nil, "split at \(split)")
            }
        }
    }

    @Test(arguments: validVectors)
    func `a frame that ends early is incomplete, never an error`(vector: ValidVector) {
        for count in 0..<vector.bytes.count {
            let bytes = Array(vector.bytes[..<count])
            #expect(ScanResult(bytes.span, step: max(1, count)) == ScanResult([UInt8]().span, step: 1))
            #expect(throws: RESPDecodingError.incompleteFrame(offset: count)) { try RESPFrame(encoded: bytes) }
        }
    }

    @Test(arguments: malformedVectors)
    func `malformed input is the same error at the same offset however it is cut`(vector: MalformedVector) {
        let bytes = vector.bytes
        for step in 1...bytes.count {
            #expect(ScanResult(bytes.span, step: step).error == vector.error, "\(step) bytes at a time")
        }
        for split in 0...bytes.count {
            #expect(ScanResult(bytes.span, splitAt: split).error == vector.error, "split at \(split)")
        }
    }

    @Test(arguments: malformedVectors)
    func `an error is reported as soon as the offending byte is there`(vector: MalformedVector) {
        let bytes = vector.bytes
        // Limits are checked, and payloads' ends looked at, when a line or a payload is complete.
        let isAboutOneByte =
            switch vector.error {
            case .unknownKind, .invalidLineBreak, .integerOverflow: true
            case .invalidLength(let kind, _): kind != .verbatimString
            case .invalidValue: true
            default: false
            }
        guard isAboutOneByte else { return }
        let before = Array(bytes[..<vector.error.offset])
        let with = Array(bytes[...vector.error.offset])
        #expect(ScanResult(before.span, step: 100).error == nil)
        #expect(ScanResult(with.span, step: 100).error == vector.error)
    }

    @Test func `after an error, every call throws the same`() {
        var scanner = RESPScanner()
        let bytes = Array("*1\r\n?\r\n".utf8)
        for _ in 0..<3 {
            #expect(throws: RESPDecodingError.unknownKind(byte: 0x3F, offset: 4)) {
                _ = try scanner.frameLength(in: bytes.span)
            }
        }
    }

    @Test func `the bytes missing from an announced payload are known`() throws {
        var scanner = RESPScanner()
        #expect(scanner.missingBytes == 1)
        let bytes = Array("$1000\r\nabc".utf8)
        #expect(try scanner.frameLength(in: bytes.span) == nil)
        #expect(scanner.missingBytes == 999)
    }

    @Test func `nesting deeper than the limit is refused where it happens, and the limit itself is not`() {
        let limits = RESPLimits(maximumDepth: 3)
        let deepest = Array("*1\r\n*1\r\n*1\r\n:1\r\n".utf8)
        #expect(ScanResult(deepest.span, step: 1, limits: limits).lengths == [16])
        let tooDeep = Array("*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n".utf8)
        for step in 1...tooDeep.count {
            let result = ScanResult(tooDeep.span, step: step, limits: limits)
            #expect(result.error == .nestedTooDeeply(limit: 3, offset: 12))
        }
    }

    @Test func `nesting of ten thousand levels is measured without recursion`() {
        let levels = 10_000
        let bytes = Array((String(repeating: "*1\r\n", count: levels) + ":1\r\n").utf8)
        let limits = RESPLimits(maximumDepth: levels)
        #expect(ScanResult(bytes.span, step: bytes.count, limits: limits).lengths == [bytes.count])
    }

    @Test func `limits hold for payloads, counts and whole frames`() {
        let limits = RESPLimits(maximumBulkLength: 5, maximumElements: 2, maximumDepth: 9, maximumFrameBytes: 30)
        let cases: [(String, RESPDecodingError?)] = [
            ("$5\r\nhello\r\n", nil),
            ("$6\r\nhello!\r\n", .bulkTooLong(declared: 6, limit: 5, offset: 0)),
            ("*2\r\n:1\r\n:2\r\n", nil),
            ("*3\r\n:1\r\n:2\r\n:3\r\n", .tooManyElements(declared: 3, limit: 2, offset: 0)),
            ("+" + String(repeating: "x", count: 27) + "\r\n", nil),
            ("+" + String(repeating: "x", count: 28) + "\r\n", .frameTooLarge(limit: 30, offset: 0)),
            (":1\r\n*2\r\n$5\r\nhello\r\n$5\r\nhello\r\n+OK\r\n", nil),
            (
                ":1\r\n*2\r\n$5\r\nhello\r\n$5\r\nhello\r\n*2\r\n:12345678\r\n+23456789012345\r\n",
                .frameTooLarge(limit: 30, offset: 30)
            ),
        ]
        for (text, error) in cases {
            let bytes = Array(text.utf8)
            for step in 1...bytes.count {
                #expect(ScanResult(bytes.span, step: step, limits: limits).error == error, "\(text) by \(step)")
            }
        }
    }

    @Test func `a payload that would pass the frame's limit is refused when it is announced`() {
        let limits = RESPLimits(maximumBulkLength: 1000, maximumFrameBytes: 100)
        let bytes = Array(":1\r\n*2\r\n$96\r\n".utf8)
        for step in 1...bytes.count {
            let result = ScanResult(bytes.span, step: step, limits: limits)
            #expect(result.error == .frameTooLarge(limit: 100, offset: 4))
        }
    }
}
