// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Invariant: the scanner finds the frames that a naive parser finds, and refuses what that refuses, at the same offset,
// under generous and under tiny limits. A frame that it accepts can be read to its very end, decoded as anything, printed,
// and made again from its encoding, without a trap.

internal import RESPCodec

func exerciseScanner(_ bytes: Span<UInt8>) {
    for limits in [RESPLimits.client, .serverBeforeAuthentication, tinyLimits] {
        for attributesAreFrames in [false, true] {
            compareWithReference(bytes, limits: limits, attributesAreFrames: attributesAreFrames)
        }
    }
    let input = Array(RESPBytes(bytes))
    for frame in ReferenceParser(input).frames { exercise(frame, of: input) }
}

private func compareWithReference(_ bytes: Span<UInt8>, limits: RESPLimits, attributesAreFrames: Bool) {
    let result = ScanResult(
        bytes, step: max(1, bytes.count), limits: limits, attributesAreFrames: attributesAreFrames)
    let reference = ReferenceParser(
        Array(RESPBytes(bytes)), limits: limits, attributesAreFrames: attributesAreFrames)
    check(reference.frames.map(\.range.count) == result.lengths, "other frames than the naive parser's")
    check(reference.frames.map(\.value.containsStreamed) == result.streamed, "streamed or not, in error")
    switch reference.stop {
    case nil: check(result.error == nil, "an error in what the naive parser accepts")
    case .incomplete: check(result.error == nil, "an error in what may go on")
    case .malformed(let offset):
        check(result.error != nil, "no error in what the naive parser refuses")
        check(result.error?.offset == offset, "an error at another offset than the naive parser's")
    }
}

private func exercise(_ expected: ReferenceParser.Frame, of input: [UInt8]) {
    guard let frame = try? RESPFrame(encoded: Array(input[expected.range])) else { fail("a frame is not accepted") }
    check(hasBytes(frame, expected.value.encoding), "not the ordinary form of the frame")
    check((try? RESPFrame(encoded: expected.value.encoding)) == frame, "the ordinary form is not accepted")
    let end = frame.withReader { reader in
        reader.skip()
        return reader.isAtEnd
    }
    check(end, "skipping doesn't lead to the end")
    exerciseDecoding(of: frame)
    check(frame.isError == (frame.errorMessage != nil), "an error without message, or the reverse")
    compare(frame, with: expected.value)
}

private func exerciseDecoding(of frame: RESPFrame) {
    _ = frame.description
    _ = frame.hashValue
    _ = try? frame.decode(as: Int.self)
    _ = try? frame.decode(as: Double.self)
    _ = try? frame.decode(as: Bool.self)
    _ = try? frame.decode(as: Set<RESPBytes>.self)
    _ = try? frame.decode(as: [String?].self)
    _ = try? frame.decode(as: [[UInt8]].self)
    _ = try? frame.decode(as: [Int64].self)
    _ = try? frame.decode(as: [RESPBytes: RESPFrame].self)
    _ = try? frame.withReader { reader throws(RESPTypeMismatch) in try reader.readPairs(String.self, Double.self) }
}

/// The value read with `RESPReader` is the naive parser's.
private func compare(_ frame: RESPFrame, with value: ReferenceValue) {
    check(frame.kind == (value.isRESP2Null ? .null : value.kind), "another kind than the naive parser's")
    if value.isRESP2Null { return }
    switch value.body {
    case .line(let text):
        switch value.kind {
        case .integer:
            let expected = Int64(String(decoding: text, as: UTF8.self))
            check((try? frame.decode(as: Int64.self)) == expected, "another integer than the naive parser's")
        case .double: compare(try? frame.decode(as: Double.self), withText: text)
        case .boolean: check((try? frame.decode(as: Bool.self)) == (text == [0x74]), "another boolean")
        case .null: check((try? frame.decode(as: Int?.self)) == .some(nil), "null is not nil")
        default: check(frame.isError || (try? frame.decode(as: [UInt8].self)) == text, "another text")
        }
    case .payload(let payload):
        let expected = value.kind == .verbatimString ? Array(payload.dropFirst(4)) : payload
        check(value.kind == .bulkError || (try? frame.decode(as: [UInt8].self)) == expected, "another payload")
    case .elements(let elements):
        guard let read = try? frame.decode(as: [RESPFrame].self) else { fail("an aggregate isn't read") }
        check(read.count == elements.count, "another number of elements")
        for (frame, element) in zip(read, elements) {
            var bare = element
            bare.attributes = []
            check(hasBytes(frame, bare.encoding), "another element than the naive parser's")
            compare(frame, with: bare)
        }
    }
}

private func compare(_ number: Double?, withText text: [UInt8]) {
    guard let number else { fail("a valid double isn't read") }
    switch String(decoding: text, as: UTF8.self) {
    case "nan", "-nan": check(number.isNaN, "nan is a number")
    case let text:
        // Swift's own conversion refuses what is too large.
        guard let expected = Double(text) else { return check(!number.isFinite || number == 0, "a large double") }
        check(number == expected && number.sign == expected.sign, "another double than the naive parser's")
    }
}
