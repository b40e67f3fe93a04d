// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Invariant: frames written for RESP2 are what a naive recursive conversion makes of them; that is valid, has RESP2's kinds
// only, and is not changed when it is converted again. Values written for RESP2 part by part, streamed ones included, are
// the same.

internal import RESPCodec

func exerciseDownConversion(_ bytes: Span<UInt8>) {
    var random = FuzzRandom(from: bytes)
    let attributesAreFrames = random.isOne(in: 3)
    let input = Array(RESPBytes(bytes))
    let reference = ReferenceParser(input, attributesAreFrames: attributesAreFrames)
    var decoder = RESPDecoder(attributesAreFrames: attributesAreFrames)
    decoder.append(bytes)
    // All replies go into one encoder, as they do for a client, and are sent in pieces.
    var encoder = ReplyEncoder(version: .resp2, capacity: random.below(64))
    var parts = ReplyEncoder(version: .resp2)
    var sent: [UInt8] = []
    var sentParts: [UInt8] = []
    var expected: [UInt8] = []
    var expectedParts: [UInt8] = []
    for value in reference.frames.map(\.value) {
        guard let frame = try? decoder.next() else { fail("the decoder misses a frame") }
        encoder.frame(frame)
        if random.isOne(in: 3) { send(&encoder, to: &sent, using: &random) }
        guard let converted = value.inRESP2 else { continue }
        expected += converted.encoding
        compareAgain(converted)
        parts.write(value)
        if random.isOne(in: 3) { send(&parts, to: &sentParts, using: &random) }
        expectedParts += value.withPlainNumbers.inRESP2?.encoding ?? []
    }
    check(sent + Array(RESPBytes(encoder.span)) == expected, "other bytes than the naive conversion's")
    check(sentParts + Array(RESPBytes(parts.span)) == expectedParts, "other bytes when it is written in parts")
    let again = ReferenceParser(expected)
    check(again.stop == nil && again.frames.allSatisfy { hasOnlyRESP2($0.value) }, "not RESP2")
}

/// Takes some of the bytes out of the encoder.
private func send(_ encoder: inout ReplyEncoder, to sent: inout [UInt8], using random: inout FuzzRandom) {
    let count = random.below(encoder.count + 1)
    sent += Array(RESPBytes(encoder.span.extracting(first: count)))
    encoder.removeFirst(count)
}

/// What has been converted doesn't change any more.
private func compareAgain(_ converted: ReferenceValue) {
    guard let frame = try? RESPFrame(encoded: converted.encoding) else { fail("what was converted is malformed") }
    var encoder = ReplyEncoder(version: .resp2)
    encoder.frame(frame)
    check(RESPBytes(encoder.span) == RESPBytes(converted.encoding), "converted again, it changes")
}

private func hasOnlyRESP2(_ value: ReferenceValue) -> Bool {
    guard value.attributes.isEmpty else { return false }
    switch value.kind {
    case .simpleString, .simpleError, .integer, .bulkString: return true
    case .array:
        guard case .elements(let elements) = value.body else { return true }
        return elements.allSatisfy(hasOnlyRESP2)
    default: return false
    }
}
