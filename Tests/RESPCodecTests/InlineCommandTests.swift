// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// What the vectors don't say of inline commands; they are in CommandVectorTests.
@Suite struct InlineCommandTests {
    @Test func `a line may begin with anything but an asterisk`() {
        let names = ["PING", "ping", "$4", "|1", "+OK", ":1", "%2", "#t", "é", "\u{16}", "a*", ""]
        for name in names {
            let quoted = name.isEmpty ? #""""# : name
            let result = CommandScanResult([UInt8](latin1: quoted + "\r\nPING\r\n"), step: 1)
            #expect(result.commands == [[name], ["PING"]] && result.error == nil)
        }
    }

    @Test(arguments: ["\n", "\r\n", "\r\r\n", "  \t \r\n", "\u{b}\u{c}\n", "*0\r\n", "*-1\r\n"])
    func `what holds no command is skipped`(nothing: String) {
        for stream in [nothing + "PING\r\n", nothing + nothing + "*1\r\n$4\r\nPING\r\n", "PING\n" + nothing] {
            let bytes = Array(stream.utf8)
            for step in 1...bytes.count {
                let result = CommandScanResult(bytes, step: step)
                #expect(result.commands == [["PING"]] && result.error == nil)
            }
        }
    }

    @Test func `a NUL is refused where it stands, since the server would wait for ever`() {
        for (line, offset) in [
            ("\0", 0), ("PING\n \0", 6), ("ECHO a\0b\n", 6), ("ECHO \"a\0\"\n", 7), ("\u{16}\u{3}\u{1}\0", 3),
        ] {
            let bytes = Array(line.utf8)
            for step in 1...bytes.count {
                let result = CommandScanResult(bytes, step: step)
                #expect(result.error == .invalidArgument(byte: 0, offset: offset))
            }
        }
    }

    @Test func `a line of the greatest length is taken with either line end, and nothing longer is waited for`() {
        let limits = RESPLimits(maximumInlineLength: 20)
        let longest = "ECHO " + String(repeating: "x", count: 15)
        let tooLong = RESPDecodingError.inlineTooLong(limit: 20, offset: 6)
        let cases: [(String, RESPDecodingError?)] = [
            (longest + "\n", nil),
            (longest + "\r\n", nil),
            (longest + "\r", nil),
            (longest + "x", tooLong),
            (longest + "x\n", tooLong),
            (longest + "\rx", tooLong),
            (longest + "\r\r\n", tooLong),
            (String(repeating: " ", count: 21), tooLong),
        ]
        for (line, error) in cases {
            let bytes = Array(("PING\r\n" + line).utf8)
            for step in 1...bytes.count {
                let result = CommandScanResult(bytes, step: step, limits: limits)
                #expect(result.error == error, "\(line.debugDescription) by \(step)")
                #expect(result.commands.count == (error == nil && line.utf8.last == 0x0A ? 2 : 1))
            }
        }
    }

    @Test func `the length is the server's own by default, sixty-four kilobytes`() {
        let longest = [UInt8](repeating: 0x78, count: 64 << 10)
        #expect(CommandScanResult(longest + [0x0A], step: 1_000).commands.count == 1)
        let error = CommandScanResult(longest + [0x78], step: 1_000).error
        #expect(error == .inlineTooLong(limit: 65_536, offset: 0))
    }

    @Test func `the limit on arguments holds for lines as well`() {
        let limits = RESPLimits.serverBeforeAuthentication
        #expect(CommandScanResult(Array("1 2 3 4 5 6 7 8 9 10\n".utf8), step: 1, limits: limits).error == nil)
        let bytes = Array("1 2 3 4 5 6 7 8 9 10 '' 12\n".utf8)
        for step in 1...bytes.count {
            let result = CommandScanResult(bytes, step: step, limits: limits)
            #expect(result.error == .tooManyElements(declared: 11, limit: 10, offset: 21))
        }
    }

    @Test func `a frame shorter than the line may be ends it first`() {
        let limits = RESPLimits(maximumFrameBytes: 10)
        let bytes = Array("PING\r\nECHO 6789\nECHO 67890\n".utf8)
        for step in 1...bytes.count {
            let result = CommandScanResult(bytes, step: step, limits: limits)
            #expect(result.commands.count == 2)
            #expect(result.error == .frameTooLarge(limit: 10, offset: 16))
        }
    }
}
