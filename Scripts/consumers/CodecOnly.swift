// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// What a tool does that takes RESPCodec alone: encodes a command, decodes a reply that comes in pieces.

import RESPCodec

@main struct CodecOnly {
    static func main() throws {
        var encoder = CommandEncoder()
        encoder.command(2)
        encoder.bulk("GET")
        encoder.bulk("key")
        guard encoder.count == "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n".utf8.count else { fatalError("the command is wrong") }

        var decoder = RESPDecoder()
        var numbers: [Int] = []
        for byte in "*3\r\n:1\r\n:20\r\n:300\r\n".utf8 {
            let piece = [byte]
            decoder.append(piece.span)
            if let frame = try decoder.next() { numbers = try frame.decode(as: [Int].self) }
        }
        guard numbers == [1, 20, 300] else { fatalError("the reply is wrong: \(numbers)") }
        print("decoded \(numbers)")
    }
}
