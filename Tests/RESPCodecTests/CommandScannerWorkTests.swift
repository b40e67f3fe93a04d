// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import AllocationCounter
@testable internal import RESPCodec
internal import Testing

/// That no byte is looked at twice: all bytes that a call has seen are overwritten before the next one, and the scanner
/// finds the same. Left is the end of a payload, which is looked at when that is complete, and then for the first time.
@Suite struct CommandScannerWorkTests {
    /// What stands nowhere in a command where the scanner looks.
    private static let garbage: UInt8 = 0xEE

    /// The offsets at which commands end.
    private func ends(overwriting stream: [UInt8], step: Int) throws(RESPDecodingError) -> [Int] {
        var memory = stream
        var scanner = CommandScanner(limits: .trusted)
        var ends: [Int] = []
        var start = 0
        var dealtWith = 0
        for end in stride(from: step, to: stream.count + step, by: step).map({ min($0, stream.count) }) {
            while let length = try scanner.frameLength(in: memory.span.extracting(start..<end)) {
                start += length
                ends.append(start)
            }
            // Of a payload, nothing has been looked at before it is complete.
            let isInPayload = scanner.command.phase == .payload
            let seen = isInPayload ? min(end, start + scanner.command.payloadEnd - 2) : end
            for index in max(start, dealtWith)..<max(start, dealtWith, seen) { memory[index] = Self.garbage }
            dealtWith = seen
        }
        return ends
    }

    @Test func `bytes that have been seen may be garbage at the next call`() throws {
        for vector in try CommandVector.all.get() where vector.end == .complete && !vector.bytes.isEmpty {
            let bytes = vector.bytes
            let whole = try ends(overwriting: bytes, step: bytes.count)
            #expect(whole.last == bytes.count)
            for step in 1...bytes.count {
                #expect(try ends(overwriting: bytes, step: step) == whole, "\(vector.name), \(step) bytes at a time")
            }
        }
    }

    @Test(arguments: [1, 3, 1_000])
    func `a command of a megabyte is seen once however small the pieces are`(step: Int) throws {
        let pair = "$7\r\nfield:1\r\n$40\r\n\(String(repeating: "p", count: 40))\r\n"
        let count = (1 << 20) / pair.utf8.count
        let array = Array("*\(2 * count)\r\n".utf8) + Array(repeatElement(Array(pair.utf8), count: count).joined())
        #expect(try ends(overwriting: array, step: step) == [array.count])
        let line = Array(repeatElement(Array(#"a "b\x41" 'c\'d' "#.utf8), count: 65_536).joined()) + [0x0D, 0x0A]
        #expect(try ends(overwriting: line, step: step) == [line.count])
    }

    @Test func `a payload that is still on its way is not looked at`() throws {
        var scanner = CommandScanner()
        var bytes = Array("*1\r\n$1048576\r\n".utf8)
        let header = bytes.count
        bytes += [UInt8](repeating: Self.garbage, count: 1 << 20)
        for end in stride(from: header, through: bytes.count, by: 1_024) {
            #expect(try scanner.frameLength(in: bytes.span.extracting(0..<end)) == nil)
            #expect(scanner.missingBytes == bytes.count + 2 - end)
        }
        bytes += [0x0D, 0x0A]
        #expect(try scanner.frameLength(in: bytes.span) == bytes.count)
    }

    @Test func `in steady state, receiving commands and looking at them allocates nothing`() throws {
        guard allocation_counter_thread_bytes() >= 0 else { return }
        let written =
            encoded { encoder in
                for number in 0..<1_000 {
                    encoder.command(3)
                    encoder.bulk("SET")
                    encoder.bulk("key:\(number)")
                    encoder.bulk("a value of 23 bytes...")
                }
            } + Array("GET 'a b'\r\n\r\nPING\r\n".utf8)
        var decoder = RESPCommandDecoder()
        var commands = 0
        func receive() throws(RESPDecodingError) {
            for start in stride(from: 0, to: written.count, by: 4_099) {
                decoder.append(written.span.extracting(start..<min(start + 4_099, written.count)))
                while let command = try decoder.next() {
                    let isKnown = command.isNamed("set") || command.uppercasedName == "GET" || command.name == "PING"
                    if isKnown, command.argumentCount == (command.argument(at: 2) == nil ? 2 : 3) { commands += 1 }
                }
            }
        }
        try receive()
        let before = allocation_counter_thread_bytes()
        try receive()
        #expect(allocation_counter_thread_bytes() == before)
        #expect(commands == 2 * 1_001)
    }
}
