// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec

/// Feeds `input` in pieces, one copy as a read would make, and gives every frame to `body`.
@inline(__always)
func decode(_ input: Input, piece: Int = 64 << 10, _ body: (RESPFrame) throws -> Void) throws {
    var decoder = RESPDecoder()
    var start = 0
    let bytes = input.bytes.span
    while start < bytes.count {
        let end = min(start + piece, bytes.count)
        decoder.append(bytes.extracting(start..<end))
        start = end
        while let frame = try decoder.next() { try body(frame) }
    }
}

/// Finds frames and does nothing with them.
func scan(_ input: Input, piece: Int = 64 << 10) throws -> Int {
    var total = 0
    try decode(input, piece: piece) { total &+= $0.count }
    return total
}

/// Looks at every value: its length and its first byte.
func visit(_ input: Input, piece: Int = 64 << 10) throws -> Int {
    var total = 0
    try decode(input, piece: piece) { frame in
        try frame.withReader { reader throws(RESPTypeMismatch) in
            while !reader.isAtEnd {
                switch try reader.peekKind() {
                case .array: total &+= try reader.readArrayHeader()
                case .map: total &+= try reader.readMapHeader()
                case .integer: total &+= try reader.readInteger()
                default:
                    let span = try reader.readSpan()
                    total &+= span.count &+ Int(span[0])
                }
            }
        }
    }
    return total
}

/// Decodes every frame into a value.
func build<Value: RESPDecodable>(_ type: Value.Type, _ input: Input, _ count: (Value) -> Int) throws -> Int {
    var total = 0
    try decode(input) { frame in total &+= count(try frame.decode(as: Value.self)) }
    return total
}
