// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Invariant: what a stream means does not depend on how it is cut. Scanned whole, in halves, byte by byte and in pieces of
// any size, under generous and under tiny limits, it gives the same frames and the same error at the same offset. And an
// error about one byte depends on nothing behind that byte.

internal import RESPCodec

func exerciseSplitInvariance(_ bytes: Span<UInt8>) {
    var random = FuzzRandom(from: bytes)
    compareCuts(of: bytes, limits: .client, using: &random)
    compareCuts(of: bytes, limits: tinyLimits, using: &random)
    compareCuts(of: bytes, limits: .server, using: &random)
    let limits = RESPLimits(
        maximumBulkLength: random.below(30), maximumElements: random.below(6),
        maximumDepth: random.below(5), maximumFrameBytes: random.below(90))
    compareCuts(of: bytes, limits: limits, using: &random)
}

/// Limits that a fuzzer's inputs reach.
var tinyLimits: RESPLimits {
    RESPLimits(maximumBulkLength: 40, maximumElements: 9, maximumDepth: 3, maximumFrameBytes: 64)
}

private func compareCuts(of bytes: Span<UInt8>, limits: RESPLimits, using random: inout FuzzRandom) {
    let attributesAreFrames = random.isOne(in: 4)
    func scan(step: Int) -> ScanResult {
        ScanResult(bytes, step: step, limits: limits, attributesAreFrames: attributesAreFrames)
    }
    let whole = scan(step: max(1, bytes.count))
    check(whole == scan(step: 1), "byte by byte differs from whole")
    check(whole == scan(step: (bytes.count + 1) / 2), "halves differ from whole")
    check(whole == scan(step: 7), "7 bytes at a time differ from whole")
    let pieces = ScanResult(bytes, limits: limits, attributesAreFrames: attributesAreFrames) {
        $0 + random.cut(of: bytes.count - $0)
    }
    check(whole == pieces, "pieces differ from whole")
    if let error = whole.error, isAboutOneByte(error) {
        let before = ScanResult(
            bytes.extracting(first: error.offset), step: bytes.count, limits: limits,
            attributesAreFrames: attributesAreFrames)
        check(before.error == nil && before.lengths == whole.lengths, "an error before the byte that it is about")
        let with = ScanResult(
            bytes.extracting(first: error.offset + 1), step: bytes.count, limits: limits,
            attributesAreFrames: attributesAreFrames)
        check(with == whole, "an error that depends on what follows")
    }
    compareDecoder(with: whole, bytes, limits: limits, attributesAreFrames: attributesAreFrames, using: &random)
}

/// Whether the error is known as soon as the byte at its offset is there: limits are checked, and payloads' ends looked
/// at, when a line or a payload is complete.
private func isAboutOneByte(_ error: RESPDecodingError) -> Bool {
    switch error {
    case .unknownKind, .invalidValue, .integerOverflow, .invalidLineBreak, .invalidStreamPart, .missingValue: true
    case .invalidLength(let kind, _): kind != .verbatimString
    default: false
    }
}

private func compareDecoder(
    with result: ScanResult, _ bytes: Span<UInt8>, limits: RESPLimits, attributesAreFrames: Bool,
    using random: inout FuzzRandom
) {
    var decoder = RESPDecoder(limits: limits, attributesAreFrames: attributesAreFrames)
    var lengths: [Int] = []
    var error: RESPDecodingError?
    var fed = 0
    while error == nil {
        do throws(RESPDecodingError) {
            var start = decoder.frameOffset
            while let frame = try decoder.next() {
                lengths.append(decoder.frameOffset - start)
                start = decoder.frameOffset
                check(frame.isError == (frame.errorMessage != nil), "an error without message, or the reverse")
                check((frame.kind == .attribute) <= attributesAreFrames, "an attribute as a frame")
            }
        } catch let thrown {
            error = thrown
        }
        guard fed < bytes.count else { break }
        let count = random.cut(of: bytes.count - fed)
        decoder.append(bytes.extracting(fed..<fed + count))
        fed += count
    }
    check(lengths == result.lengths && error == result.error, "the decoder differs from the scanner")
    guard let error else { return }
    do throws(RESPDecodingError) {
        _ = try decoder.next()
        fail("an error that was not thrown again")
    } catch let again {
        check(again == error, "another error the second time")
    }
}

extension Bool {
    /// Whether the left one implies the right one.
    fileprivate static func <= (left: Bool, right: Bool) -> Bool { !left || right }
}
