// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// RESP read in the plainest way, from the protocol's description: recursive, line by line, all input at hand. What the
/// codec makes of a stream is compared with this; it shares no code with it.
struct ReferenceParser {
    enum Stop: Error, Equatable {
        case incomplete
        /// With the offset that the error has to have.
        case malformed(Int)
    }

    struct Frame {
        var value: ReferenceValue
        /// The bytes in the stream.
        var range: Range<Int>
    }

    private let bytes: [UInt8]
    private let limits: RESPLimits
    private(set) var frames: [Frame] = []
    /// Why the parser went no further; nil: everything is complete frames.
    private(set) var stop: Stop?
    private var position = 0
    private var frameStart = 0

    init(_ bytes: [UInt8], limits: RESPLimits = .client, attributesAreFrames: Bool = false) {
        self.bytes = bytes
        self.limits = limits
        do throws(Stop) {
            while position < bytes.count {
                frameStart = position
                let value =
                    attributesAreFrames && bytes[position] == RESPKind.attribute.rawValue
                    ? try bareValue(depth: 0) : try self.value(depth: 0)
                frames.append(Frame(value: value, range: frameStart..<position))
            }
        } catch {
            stop = error
        }
    }

    /// A value with the attributes before it.
    private mutating func value(depth: Int) throws(Stop) -> ReferenceValue {
        var attributes: [ReferenceValue] = []
        while true {
            var value = try bareValue(depth: depth)
            if value.kind == .attribute {
                attributes.append(value)
            } else {
                value.attributes = attributes
                return value
            }
        }
    }

    private mutating func bareValue(depth: Int) throws(Stop) -> ReferenceValue {
        let start = position
        guard let kind = RESPKind(rawValue: try byte(at: start)) else { throw .malformed(start) }
        position += 1
        let text = try line(ReferenceGrammar(kind), of: start)
        switch kind {
        case .simpleString, .simpleError, .integer, .bigNumber, .double, .boolean, .null:
            return ReferenceValue(kind: kind, body: .line(text))
        case .bulkString, .bulkError, .verbatimString:
            if text == [0x2D, 0x31] { return ReferenceValue(kind: kind, body: .line(text)) }
            if text == [0x3F] { return try streamedString() }
            guard let length = Int(String(decoding: text, as: UTF8.self)), length <= limits.maximumBulkLength else {
                throw .malformed(start)
            }
            if kind == .verbatimString, length < 4 { throw .malformed(start + 1) }
            let payload = try self.payload(length)
            if kind == .verbatimString, payload[3] != 0x3A { throw .malformed(position - 2 - length + 3) }
            return ReferenceValue(kind: kind, body: .payload(payload))
        case .array, .map, .set, .push, .attribute:
            if text == [0x2D, 0x31] { return ReferenceValue(kind: kind, body: .line(text)) }
            let isPairs = kind == .map || kind == .attribute
            if text == [0x3F] {
                guard depth < limits.maximumDepth else { throw .malformed(start) }
                let elements = try streamedElements(isPairs: isPairs, depth: depth + 1)
                return ReferenceValue(kind: kind, body: .elements(elements), isStreamed: true)
            }
            guard let count = Int(String(decoding: text, as: UTF8.self)), count <= limits.maximumElements,
                count == 0 || depth < limits.maximumDepth
            else { throw .malformed(start) }
            var elements: [ReferenceValue] = []
            for _ in 0..<(isPairs ? 2 * count : count) { elements.append(try value(depth: depth + 1)) }
            return ReferenceValue(kind: kind, body: .elements(elements))
        }
    }

    /// The parts of a streamed string, of which the empty one is the last.
    private mutating func streamedString() throws(Stop) -> ReferenceValue {
        var payload: [UInt8] = []
        while true {
            let start = position
            guard try byte(at: start) == 0x3B else { throw .malformed(start) }
            position += 1
            let text = try line(.length(mayBeNull: false, mayBeStreamed: false), of: start)
            guard let length = Int(String(decoding: text, as: UTF8.self)),
                length <= limits.maximumBulkLength - payload.count
            else { throw .malformed(start) }
            if length == 0 { return ReferenceValue(kind: .bulkString, body: .payload(payload), isStreamed: true) }
            payload += try self.payload(length)
        }
    }

    /// The elements of a streamed aggregate, up to the dot.
    private mutating func streamedElements(isPairs: Bool, depth: Int) throws(Stop) -> [ReferenceValue] {
        var elements: [ReferenceValue] = []
        while true {
            let start = position
            if try byte(at: start) == 0x2E {
                guard !isPairs || elements.count % 2 == 0 else { throw .malformed(start) }
                position += 1
                _ = try line(.empty, of: start)
                return elements
            }
            guard elements.count < (isPairs ? 2 * limits.maximumElements : limits.maximumElements) else {
                throw .malformed(start)
            }
            elements.append(try value(depth: depth))
        }
    }

    /// The text between `position` and the next CRLF.
    private mutating func line(_ grammar: ReferenceGrammar, of start: Int) throws(Stop) -> [UInt8] {
        var end = position
        while end < bytes.count, end < frameEnd, bytes[end] != 0x0D, bytes[end] != 0x0A { end += 1 }
        let text = Array(bytes[position..<end])
        let wrong = grammar.firstWrongByte(of: text)
        // A length of more than 18 digits is above any limit, whatever follows.
        if case .length = grammar, wrong ?? text.count > 18 { throw .malformed(start) }
        if let wrong { throw .malformed(position + wrong) }
        guard try byte(at: end) == 0x0D, grammar.accepts(String(decoding: text, as: UTF8.self)) else {
            throw .malformed(end)
        }
        guard try byte(at: end + 1) == 0x0A else { throw .malformed(end + 1) }
        position = end + 2
        return text
    }

    private mutating func payload(_ length: Int) throws(Stop) -> [UInt8] {
        guard length <= frameEnd - 2 - position else { throw .malformed(frameStart) }
        guard position + length + 2 <= bytes.count else { throw .incomplete }
        let end = position + length
        guard bytes[end] == 0x0D else { throw .malformed(end) }
        guard bytes[end + 1] == 0x0A else { throw .malformed(end + 1) }
        defer { position = end + 2 }
        return Array(bytes[position..<end])
    }

    /// Where the current frame has to end, at the latest.
    private var frameEnd: Int { frameStart + min(limits.maximumFrameBytes, Int.max - frameStart) }

    private func byte(at index: Int) throws(Stop) -> UInt8 {
        guard index < bytes.count else { throw .incomplete }
        guard index < frameEnd else { throw .malformed(frameStart) }
        return bytes[index]
    }
}
