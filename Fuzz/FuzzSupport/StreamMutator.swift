// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Changes a stream in a way that keeps it a stream: values are nested, repeated, attributed, streamed, replaced, with all
/// lengths and counts right. Chance alone hardly ever gets two lengths right at once.
struct StreamMutator {
    private var random: FuzzRandom

    init(seed: UInt32) { random = FuzzRandom(seed: UInt64(seed)) }

    /// A variant of `input`; nil if that doesn't start with a complete frame.
    mutating func variant(of input: [UInt8]) -> [UInt8]? {
        let reference = ReferenceParser(input)
        var values = reference.frames.map(\.value)
        guard let end = reference.frames.last?.range.upperBound else { return nil }
        for _ in 0...random.below(3) { change(&values) }
        var output: [UInt8] = []
        for value in values { write(value, to: &output) }
        return output + input[end...]
    }

    /// Changes one value, or which values there are.
    private mutating func change(_ values: inout [ReferenceValue], isPairs: Bool = false) {
        guard !values.isEmpty else { return values = isPairs ? [scalar(), scalar()] : [scalar()] }
        let index = random.below(values.count)
        // Pairs stay pairs.
        switch random.below(isPairs ? 8 : 11) {
        case 8: values.insert(values[random.below(values.count)], at: index)
        case 9: values.remove(at: index)
        case 10: values.swapAt(index, random.below(values.count))
        default: change(&values[index])
        }
    }

    private mutating func change(_ value: inout ReferenceValue) {
        if case .elements(var elements) = value.body, !random.isOne(in: 3) {
            change(&elements, isPairs: value.kind == .map || value.kind == .attribute)
            value.body = .elements(elements)
            return
        }
        switch random.below(7) {
        case 0:
            value = scalar()
        case 1:
            let kind = [RESPKind.array, .set, .push, .map][random.below(4)]
            value = ReferenceValue(kind: kind, body: .elements(kind == .map ? [value, scalar()] : [value]))
        case 2 where value.kind != .attribute:
            value.attributes.append(ReferenceValue(kind: .attribute, body: .elements([scalar(), scalar()])))
        case 3 where !value.attributes.isEmpty:
            change(&value.attributes[random.below(value.attributes.count)])
        case 4 where !value.attributes.isEmpty:
            value.attributes.removeLast()
        case 5:
            value.isStreamed = isStreamable(value) && !value.isStreamed
        default:
            if case .payload(let payload) = value.body { value.body = .payload(resized(payload, of: value.kind)) }
        }
    }

    private func isStreamable(_ value: ReferenceValue) -> Bool {
        switch value.body {
        case .line: false
        case .payload: value.kind == .bulkString
        case .elements: value.kind == .array || value.kind == .map || value.kind == .set
        }
    }

    private mutating func resized(_ payload: [UInt8], of kind: RESPKind) -> [UInt8] {
        let sizes = [0, 1, 6, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 63, 64, 65, 99, 100, 300]
        let size = sizes[random.below(sizes.count)]
        let prefix = Array(payload.prefix(kind == .verbatimString ? 4 : 0))
        let rest = payload.dropFirst(prefix.count).prefix(size)
        return prefix + rest + [UInt8](repeating: UInt8(truncatingIfNeeded: random.next()), count: size - rest.count)
    }

    private mutating func scalar() -> ReferenceValue {
        let lines: [(RESPKind, String)] = [
            (.integer, "0"), (.integer, "-0"), (.integer, "1234567"), (.integer, "9223372036854775807"),
            (.integer, "-9223372036854775808"), (.simpleString, "OK"), (.simpleString, ""), (.simpleError, "ERR x"),
            (.null, ""), (.bulkString, "-1"), (.array, "-1"), (.boolean, "t"), (.boolean, "f"), (.double, "1.5"),
            (.double, "-inf"), (.double, "nan"), (.double, "1e400"), (.double, "0.1"),
            (.bigNumber, "18446744073709551616"),
        ]
        let payloads: [(RESPKind, String)] = [
            (.bulkString, ""), (.bulkString, "10"), (.bulkString, "\r\n"),
            (.bulkString, "a long string of 33 characters. "), (.verbatimString, "txt:"), (.verbatimString, "mkd:*a*"),
            (.bulkError, "ERR a\r\nb"),
        ]
        let index = random.below(lines.count + payloads.count)
        guard index >= lines.count else {
            return ReferenceValue(kind: lines[index].0, body: .line(Array(lines[index].1.utf8)))
        }
        let (kind, text) = payloads[index - lines.count]
        return ReferenceValue(kind: kind, body: .payload(Array(text.utf8)))
    }

    /// Writes `value` as it would come over the wire: what is streamed in its streamed form.
    private mutating func write(_ value: ReferenceValue, to output: inout [UInt8]) {
        for attribute in value.attributes { write(attribute, to: &output) }
        output.append(value.kind.rawValue)
        switch value.body {
        case .line(let text):
            output += text + [0x0D, 0x0A]
        case .payload(var payload):
            guard value.isStreamed else {
                output += Array("\(payload.count)\r\n".utf8) + payload + [0x0D, 0x0A]
                return
            }
            output += Array("?\r\n".utf8)
            while !payload.isEmpty {
                let part = payload.prefix(random.cut(of: payload.count))
                output += Array(";\(part.count)\r\n".utf8) + part + [0x0D, 0x0A]
                payload.removeFirst(part.count)
            }
            output += Array(";0\r\n".utf8)
        case .elements(let elements):
            let isPairs = value.kind == .map || value.kind == .attribute
            output += Array((value.isStreamed ? "?\r\n" : "\(isPairs ? elements.count / 2 : elements.count)\r\n").utf8)
            for element in elements { write(element, to: &output) }
            if value.isStreamed { output += Array(".\r\n".utf8) }
        }
    }
}
