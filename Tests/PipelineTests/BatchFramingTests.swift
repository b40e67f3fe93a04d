// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@testable import Pipeline

@Suite struct BatchFramingTests {
    private func content(_ words: String...) -> BatchContent {
        var content = BatchContent(recordsSlots: true)
        for word in words {
            let command = RawCommand(word)
            _ = content.append(command, command.callMetadata.flags, command.callMetadata.idempotency)
        }
        return content
    }

    private func wire(_ framing: BatchFraming, _ content: borrowing BatchContent) -> String {
        var encoder = CommandEncoder()
        framing.encode(content, into: &encoder)
        var bytes: [UInt8] = []
        for index in encoder.span.indices { bytes.append(encoder.span[index]) }
        return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: " ")
    }

    private func frames(_ encoded: String...) throws -> [RESPFrame] {
        try encoded.map { try RESPFrame(encoded: Array($0.utf8)) }
    }

    @Test(arguments: [
        (false, false, "*1 $1 A *1 $1 B ", 2),
        (true, false, "*1 $5 MULTI *1 $1 A *1 $1 B *1 $4 EXEC ", 4),
        (false, true, "*1 $6 ASKING *1 $1 A *1 $6 ASKING *1 $1 B ", 4),
        (true, true, "*1 $6 ASKING *1 $5 MULTI *1 $1 A *1 $1 B *1 $4 EXEC ", 5),
    ])
    func `a batch is laid out with MULTI, EXEC and ASKING where they belong`(
        atomic: Bool, asking: Bool, wanted: String, replies: Int
    ) {
        let framing = BatchFraming(count: 2, atomic: atomic, asking: asking)
        #expect(wire(framing, content("A", "B")) == wanted)
        #expect(framing.replyCount == replies)
    }

    @Test func `the results of a transaction are the elements of EXEC's reply`() throws {
        let framing = BatchFraming(count: 2, atomic: true, asking: false)
        let results = try framing.results(
            frames("+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "*2\r\n:1\r\n-WRONGTYPE no\r\n"))
        #expect(results.map { $0.kind } == [.integer, .simpleError])
    }

    @Test func `a refused transaction throws the error of the command that was refused`() throws {
        let framing = BatchFraming(count: 2, atomic: true, asking: false)
        let replies = try frames(
            "+OK\r\n", "+QUEUED\r\n", "-ERR wrong number of arguments for 'get' command\r\n",
            "-EXECABORT Transaction discarded because of previous errors.\r\n")
        let error = #expect(throws: ServerError.self) { try framing.results(replies) }
        #expect(error?.code == "ERR")
    }

    @Test func `a null from EXEC means that a watched key has changed`() throws {
        let frames = try frames("+OK\r\n", "+QUEUED\r\n", "*-1\r\n")
        #expect(try BatchFraming.transactionResults(frames[...], count: 1) == nil)
    }

    @Test func `another number of results than commands is an error`() throws {
        let framing = BatchFraming(count: 1, atomic: true, asking: false)
        let replies = try frames("+OK\r\n", "+QUEUED\r\n", "*2\r\n:1\r\n:2\r\n")
        let error = #expect(throws: ConnectionError.self) { try framing.results(replies) }
        guard case .transactionReplyCount(expected: 1, found: 2)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func `the answers to ASKING are left out`() throws {
        let framing = BatchFraming(count: 2, atomic: false, asking: true)
        let results = try framing.results(frames("+OK\r\n", ":1\r\n", "+OK\r\n", ":2\r\n"))
        #expect(try results.map { try $0.decode(as: Int.self) } == [1, 2])
    }
}
