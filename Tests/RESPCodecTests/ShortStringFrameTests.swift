// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import RESPCodec

/// Short strings are moved out of a frame without a reader: that has to give what a reader gives.
@Suite struct ShortStringFrameTests {
    private func text(_ length: Int) -> [UInt8] { (0..<length).map { UInt8(truncatingIfNeeded: 0xFF &- $0 &* 7) } }

    private func bulk(_ payload: [UInt8]) -> [UInt8] { Array("$\(payload.count)\r\n".utf8) + payload + [0x0D, 0x0A] }

    @Test(arguments: 0...80) func `a string is the same bytes whether it is moved or read`(length: Int) throws {
        let payload = text(length)
        let frame = try RESPFrame(encoded: bulk(payload))
        let (moved, wrapped) = (try frame.decode(as: RESPBytes.self), try frame.decode(as: RESPBytes?.self))
        let read = try frame.withReader { reader throws(RESPTypeMismatch) in try RESPBytes(from: &reader) }
        #expect(moved == RESPBytes(payload) && wrapped == moved && read == moved)
        // What follows the bytes in the words counts for nothing, but for comparisons by word it has to be zero.
        let (left, right) = (moved.storage.words, read.storage.words)
        if moved.storage.chunk == nil { #expect((0..<3).allSatisfy { left[$0] == right[$0] }) }
        #expect((frame.storage.shortStringHeader > 0) == (length <= 16))
    }

    @Test func `every length of header and payload that fits is moved`() throws {
        for length in 0...16 {
            let frame = try RESPFrame(encoded: bulk(text(length)))
            #expect(frame.storage.shortStringHeader == (length < 10 ? 4 : 5))
        }
    }

    @Test(arguments: [
        "$-1\r\n", "_\r\n", "+OK\r\n", ":1\r\n", "*0\r\n", "*-1\r\n", "=5\r\ntxt:a\r\n", "-ERR no\r\n",
        "$?\r\n;1\r\na\r\n;0\r\n",
        "|1\r\n+k\r\n+v\r\n$1\r\na\r\n", "|1\r\n+k\r\n+v\r\n$-1\r\n", ",1.5\r\n", "!5\r\nERR x\r\n", "%0\r\n", "#t\r\n",
    ])
    func `what is no plain string is what a reader makes of it`(encoded: String) throws {
        let frame = try RESPFrame(encoded: Array(encoded.utf8))
        func outcome<Value: RESPDecodable & Equatable>(_ type: Value.Type) -> (whole: String, read: String) {
            func describe(_ body: () throws(RESPTypeMismatch) -> Value) -> String {
                do throws(RESPTypeMismatch) { return "\(try body())" } catch { return "\(error)" }
            }
            return (
                describe { () throws(RESPTypeMismatch) in try frame.decode(as: Value.self) },
                describe { () throws(RESPTypeMismatch) in
                    try frame.withReader { reader throws(RESPTypeMismatch) in try Value(from: &reader) }
                }
            )
        }
        let (bytes, optional, text) = (outcome(RESPBytes.self), outcome(RESPBytes?.self), outcome(String?.self))
        #expect(bytes.whole == bytes.read)
        #expect(optional.whole == optional.read)
        #expect(text.whole == text.read)
    }
}
