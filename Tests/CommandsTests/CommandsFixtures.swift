// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec

/// What a command sends, with spaces for line ends: `*2 $3 GET $1 k`.
func wire(_ command: some Command) -> String { wire { command.encode(into: &$0) } }

/// What a connection command sends, likewise.
func wire(_ command: some ConnectionCommand) -> String { wire { command.encode(into: &$0) } }

private func wire(_ encode: (inout CommandEncoder) -> Void) -> String {
    var encoder = CommandEncoder()
    encode(&encoder)
    let span = encoder.span
    var bytes: [UInt8] = []
    for index in span.indices { bytes.append(span[index]) }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast().joined(separator: " ")
}

/// The words of a request, for commands whose lengths don't matter to a test.
func words(_ command: some Command) throws -> [String] {
    var encoder = CommandEncoder()
    command.encode(into: &encoder)
    var decoder = RESPDecoder()
    decoder.append(encoder.span)
    guard let frame = try decoder.next() else { throw Incomplete() }
    guard try decoder.next() == nil, decoder.bufferedBytes == 0 else { throw Incomplete() }
    return try frame.decode(as: [String].self)
}

/// A command didn't encode exactly one array.
struct Incomplete: Error {}

/// A command's keys, in order.
func keys(_ command: some Command) -> [String] {
    var keys: [String] = []
    command.forEachKey { span in
        var bytes: [UInt8] = []
        for index in span.indices { bytes.append(span[index]) }
        keys.append(String(decoding: bytes, as: UTF8.self))
    }
    return keys
}

/// The reply that `text` is, spaces standing for line ends.
func reply<Value: RESPDecodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
    try RESPFrame(encoded: Array((text.replacing(" ", with: "\r\n") + "\r\n").utf8)).decode(as: type)
}

/// A reply of one bulk string, in which anything may stand.
func bulk<Value: RESPDecodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
    try RESPFrame(encoded: Array("$\(text.utf8.count)\r\n\(text)\r\n".utf8)).decode(as: type)
}

/// Maps and sets in RESP3 (`%2`, `~2`) and the same in RESP2; null is `_`.
func bothVersions(_ text: String) -> [String] {
    let flat = text.split(separator: " ", omittingEmptySubsequences: false).map { word in
        switch (word.first, Int(word.dropFirst())) {
        case ("%", let pairs?): "*\(2 * pairs)"
        case ("~", let count?): "*\(count)"
        case ("_", nil): "$-1"
        default: String(word)
        }
    }
    return [text, flat.joined(separator: " ")]
}

/// Collects what is queued.
final class WordBuffer: CommandBuffer {
    var commands: [String] = []

    func append<C: Command>(_ command: C) -> Int {
        commands.append(wire(command))
        return commands.count - 1
    }
}

/// A queue over such a buffer.
struct WordQueue: CommandQueue, ~Copyable {
    let buffer = WordBuffer()

    func enqueue<C: Command>(_ command: C) -> Queued<C.Reply> {
        Queued(buffer: buffer, index: buffer.append(command))
    }
}
