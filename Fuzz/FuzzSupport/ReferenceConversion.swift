// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// What a value becomes when it is written for a client of either version, in the plainest way: recursively, on trees.
extension ReferenceValue {
    /// The same with one form of null.
    var inRESP3: ReferenceValue {
        var value = self
        value.isStreamed = false
        value.attributes = attributes.map(\.inRESP3)
        if isRESP2Null { return ReferenceValue(kind: .null, body: .line([]), attributes: value.attributes) }
        if case .elements(let elements) = body { value.body = .elements(elements.map(\.inRESP3)) }
        return value
    }

    /// What a server sends to clients that speak RESP2 only; nil for an attribute, which has no form there.
    var inRESP2: ReferenceValue? {
        switch (kind, body) {
        case (.attribute, _):
            return nil
        case (.null, _):
            return ReferenceValue(kind: .bulkString, body: .line([0x2D, 0x31]))
        case (.boolean, .line(let text)):
            return ReferenceValue(kind: .integer, body: .line(text == [0x74] ? [0x31] : [0x30]))
        case (.double, .line(let text)), (.bigNumber, .line(let text)):
            return ReferenceValue(kind: .bulkString, body: .payload(text))
        case (.verbatimString, .payload(let text)):
            return ReferenceValue(kind: .bulkString, body: .payload(Array(text.dropFirst(4))))
        case (.bulkError, .payload(let text)):
            let line = text.map { $0 == 0x0D || $0 == 0x0A ? 0x20 : $0 }
            return ReferenceValue(kind: .simpleError, body: .line(line))
        case (_, .elements(let elements)):
            return ReferenceValue(kind: .array, body: .elements(elements.compactMap(\.inRESP2)))
        default:
            return ReferenceValue(kind: kind, body: body)
        }
    }

    /// Whether this is one of RESP2's nulls.
    var isRESP2Null: Bool { (kind == .bulkString || kind == .array) && body == .line([0x2D, 0x31]) }

    /// The same with numbers in the encoder's own form: the shortest text of a double, and no zero with a sign but that of a
    /// double.
    var withPlainNumbers: ReferenceValue {
        var value = self
        value.attributes = attributes.map(\.withPlainNumbers)
        switch body {
        case .line(let text) where kind == .double:
            value.body = .line(plainDouble(text))
        case .line(let text) where (kind == .integer || kind == .bigNumber) && text == [0x2D, 0x30]:
            value.body = .line([0x30])
        case .elements(let elements):
            value.body = .elements(elements.map(\.withPlainNumbers))
        default:
            break
        }
        return value
    }

    private func plainDouble(_ text: [UInt8]) -> [UInt8] {
        guard let number = Double(RESPBytes(text)) else { fail("a valid double isn't read") }
        var encoder = ReplyEncoder(version: .resp3)
        encoder.double(number)
        let line = Array(RESPBytes(encoder.span))
        let plain = Array(line.dropFirst().dropLast(2))
        check(ReferenceGrammar.double.accepts(String(decoding: plain, as: UTF8.self)), "a double's text is malformed")
        let again = Double(RESPBytes(plain))
        check(again == number && again?.sign == number.sign || number.isNaN && again?.isNaN == true, "another double")
        return plain
    }
}

extension ReplyEncoder {
    /// Writes `value` with the method that there is for each of its parts.
    mutating func write(_ value: ReferenceValue) {
        for attribute in value.attributes {
            guard case .elements(let elements) = attribute.body else { continue }
            self.attribute(elements.count / 2) { encoder in for element in elements { encoder.write(element) } }
        }
        switch value.body {
        case .line(let text): writeLine(text, of: value.kind)
        case .payload(let payload): writePayload(payload, of: value)
        case .elements(let elements): writeElements(elements, of: value)
        }
    }

    private mutating func writeLine(_ text: [UInt8], of kind: RESPKind) {
        let string = String(decoding: text, as: UTF8.self)
        switch kind {
        case .simpleString: simpleString(text.span)
        case .simpleError: error(text.span)
        case .integer: integer(Int64(string) ?? 0)
        case .bigNumber: if let number = RESPBigNumber(string) { bigNumber(number) }
        case .double: double(Double(RESPBytes(text)) ?? 0)
        case .boolean: boolean(text == [0x74])
        case .array: nullArray()
        default: null()
        }
    }

    private mutating func writePayload(_ payload: [UInt8], of value: ReferenceValue) {
        switch value.kind {
        case .verbatimString:
            let text = Array(payload.dropFirst(4))
            verbatimString(text.span, format: payload.span.extracting(first: 3))
        case .bulkError:
            bulkError(payload.span)
        default:
            guard value.isStreamed else { return bulkString(payload) }
            beginStreamedString()
            for start in stride(from: 0, to: payload.count, by: 7) {
                streamedPart(payload.span.extracting(start..<min(start + 7, payload.count)))
            }
            endStreamedString()
        }
    }

    private mutating func writeElements(_ elements: [ReferenceValue], of value: ReferenceValue) {
        switch (value.kind, value.isStreamed) {
        case (.array, true): beginStreamedArray()
        case (.set, true): beginStreamedSet()
        case (.map, true): beginStreamedMap()
        case (.map, false): mapHeader(elements.count / 2)
        case (.set, false): setHeader(elements.count)
        case (.push, _): pushHeader(elements.count)
        default: arrayHeader(elements.count)
        }
        for element in elements { write(element) }
        if value.isStreamed { endStreamedAggregate() }
    }
}
