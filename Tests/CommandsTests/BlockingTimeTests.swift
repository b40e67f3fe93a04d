// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@Suite struct BlockingTimeTests {
    private func time<C: Command>(_ command: C) -> BlockingTime {
        var encoder = CommandEncoder()
        command.encode(into: &encoder)
        return BlockingTime(ofCommand: encoder.span)
    }

    @Test func `it is read from the arguments, wherever the command has it`() {
        #expect(time(.blpop("a", "b", timeout: .seconds(2))) == .limited(.seconds(2)))
        #expect(time(.brpop("a", timeout: .milliseconds(10))) == .limited(.milliseconds(10)))
        #expect(time(.blmove("a", "b", .left, .right, .seconds(3))) == .limited(.seconds(3)))
        #expect(time(.wait(1, .milliseconds(5))) == .limited(.milliseconds(5)))
        #expect(time(.xread("s", .end, block: .milliseconds(7))) == .limited(.milliseconds(7)))
        let words: [([String], BlockingTime)] = [
            (["bzpopmin", "z", "1.5"], .limited(.milliseconds(1500))),
            (["BZMPOP", "4", "1", "z", "MIN"], .limited(.seconds(4))),
            (["BLMPOP", "0.5", "1", "z", "LEFT"], .limited(.milliseconds(500))),
            (["WAITAOF", "1", "1", "20"], .limited(.milliseconds(20))),
            (["XREADGROUP", "GROUP", "g", "c", "block", "9", "STREAMS", "s", ">"], .limited(.milliseconds(9))),
        ]
        for (words, expected) in words {
            #expect(
                time(RawCommand(words[0], arguments: words.dropFirst().map(\.bulkString), as: RESPFrame.self))
                    == expected)
        }
    }

    @Test(arguments: [
        ["BLPOP", "q", "0"], ["BLPOP", "q", "0.0"], ["WAIT", "1", "0"], ["BLPOP", "q", "-1"], ["BLPOP", "q", "nan"],
        ["BLPOP", "q", "1e300"], ["BLPOP"], ["WAIT", "1", "99999999999999999999"], ["BLMPOP"],
        ["XREAD", "STREAMS", "BLOCK", "5"], ["XREAD", "BLOCK"], ["MODULE.WAIT", "5"],
    ])
    func `zero, nonsense and unknown commands have no limit`(words: [String]) {
        let command = RawCommand(words[0], arguments: words.dropFirst().map(\.bulkString), as: RESPFrame.self)
        #expect(time(command) == .unlimited)
    }

    @Test func `bytes that are no command have no limit`() {
        #expect(BlockingTime(ofCommand: [UInt8]("*2\r\n$5".utf8).span) == .unlimited)
        #expect(BlockingTime(ofCommand: [UInt8]().span) == .unlimited)
    }
}
