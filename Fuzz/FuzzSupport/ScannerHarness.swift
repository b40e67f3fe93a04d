// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Invariant: what a stream means does not depend on how it is cut. Scanned whole, byte by byte and in halves, any bytes
// give the same frames and the same error at the same offset, under any limits; and they are the frames that a naive
// parser finds. A frame that the scanner accepts can be read to its very end, decoded as anything, printed, and made
// again from its encoding, without a trap.

internal import RESPCodec

/// Exercises scanner, decoder and reader with a stream, and traps when the invariant above does not hold.
public func exerciseScanner(_ bytes: Span<UInt8>) {
    exerciseScanner(bytes, limits: .client)
    exerciseScanner(
        bytes, limits: RESPLimits(maximumBulkLength: 40, maximumElements: 9, maximumDepth: 3, maximumFrameBytes: 64))
    let whole = ScanResult(bytes, step: max(1, bytes.count))
    compareWithReference(bytes, whole)
    exerciseFrames(of: bytes, expecting: whole)
}

private func compareWithReference(_ bytes: Span<UInt8>, _ result: ScanResult) {
    let reference = ReferenceParser(Array(RESPBytes(bytes)))
    check(reference.lengths == result.lengths, "other frames than the naive parser's")
    switch reference.stop {
    case nil: check(result.error == nil, "an error in what the naive parser accepts")
    case .malformed: check(result.error != nil, "no error in what the naive parser refuses")
    // The scanner may know before a line is complete that it is malformed.
    case .incomplete: break
    }
}

private func exerciseScanner(_ bytes: Span<UInt8>, limits: RESPLimits) {
    let whole = ScanResult(bytes, step: max(1, bytes.count), limits: limits)
    check(whole == ScanResult(bytes, step: 1, limits: limits), "byte by byte differs from whole")
    check(whole == ScanResult(bytes, step: 7, limits: limits), "7 bytes at a time differ from whole")
    check(whole == ScanResult(bytes, splitAt: bytes.count / 2, limits: limits), "halves differ from whole")
    let used = whole.lengths.reduce(0, +)
    check(used <= bytes.count && whole.lengths.allSatisfy { $0 >= 3 }, "impossible lengths")
    if let error = whole.error {
        check(error.offset >= used && error.offset <= bytes.count, "error outside of the malformed frame")
    }
}

private func exerciseFrames(of bytes: Span<UInt8>, expecting result: ScanResult) {
    var decoder = RESPDecoder()
    decoder.append(bytes)
    var start = 0
    for length in result.lengths {
        guard let frame = try? decoder.next() else { fail("the decoder misses a frame") }
        check(frame.count == length, "the decoder's frame has another length")
        check(frame.withSpan { RESPBytes($0) } == RESPBytes(bytes.extracting(start..<start + length)), "other bytes")
        start += length
        exercise(frame)
    }
    var error: RESPDecodingError?
    do throws(RESPDecodingError) {
        check(try decoder.next() == nil, "the decoder invents a frame")
    } catch let thrown {
        error = thrown
    }
    check(error == result.error, "the decoder's error differs")
}

private func exercise(_ frame: RESPFrame) {
    let end = frame.withReader { reader in
        reader.skip()
        return reader.isAtEnd
    }
    check(end, "skipping doesn't lead to the end")
    let copy = frame.withSpan { try? RESPFrame(encoded: Array(RESPBytes($0))) }
    check(copy == frame, "a frame is not accepted again")
    _ = frame.description
    check(frame.isError == (frame.errorMessage != nil), "an error without message, or the reverse")
    _ = try? frame.decode(as: Int.self)
    _ = try? frame.decode(as: Double.self)
    _ = try? frame.decode(as: Bool.self)
    _ = try? frame.decode(as: [String?].self)
    _ = try? frame.decode(as: [RESPBytes: RESPFrame].self)
    if let elements = try? frame.decode(as: [RESPFrame].self) {
        for element in elements {
            check(element.count >= 3, "an element without bytes")
            _ = try? element.decode(as: [UInt8].self)
        }
    }
    if frame.kind == .double { check((try? frame.decode(as: Double.self)) != nil, "a valid double isn't read") }
    if frame.kind == .integer { check((try? frame.decode(as: Int64.self)) != nil, "a valid integer isn't read") }
}

/// Traps with `message`: fuzzers count a trap as a finding.
private func check(_ holds: Bool, _ message: StaticString) {
    if !holds { fail(message) }
}

private func fail(_ message: StaticString) -> Never {
    fatalError("\(message)")
}
