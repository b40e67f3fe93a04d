// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Invariant: however a stream arrives, in pieces of whatever size, appended or received, the decoder hands out the frames
// that the naive parser finds, streamed values in ordinary form, and ends with its error. What it has handed out stays
// as it was, whatever the decoder does with its memory afterwards. With payloads in pieces, the same bytes come out.

internal import RESPCodec

func exerciseDecoder(_ bytes: Span<UInt8>) {
    var random = FuzzRandom(from: bytes)
    let stream = FuzzStream(bytes, using: &random)
    decodeFrames(of: stream, using: &random)
    decodeParts(of: stream, using: &random)
    readInPlace(stream, using: &random)
}

/// A stream and what it is made of.
struct FuzzStream {
    var bytes: [UInt8] = []
    /// The frames in ordinary form.
    var frames: [[UInt8]] = []
    /// Where the error behind them is, if there is one.
    var errorOffset: Int?

    /// The input, with frames of many sizes put between its own, so that it fills a decoder's chunks.
    init(_ input: Span<UInt8>, using random: inout FuzzRandom) {
        let input = Array(RESPBytes(input))
        let reference = ReferenceParser(input)
        for frame in reference.frames {
            if random.isOne(in: 6) { appendPadding(using: &random) }
            bytes += input[frame.range]
            frames.append(frame.value.encoding)
        }
        if random.isOne(in: 6) { appendPadding(using: &random) }
        let rest = reference.frames.last?.range.upperBound ?? 0
        if case .malformed(let offset) = reference.stop { errorOffset = bytes.count + offset - rest }
        bytes += input[rest...]
    }

    private mutating func appendPadding(using random: inout FuzzRandom) {
        let largest = [40, 2_000, 17_000, 70_000, 300_000][random.isOne(in: 20) ? 4 : random.below(4)]
        let byte = UInt8(truncatingIfNeeded: frames.count + 1)
        let payload = [UInt8](repeating: byte, count: random.below(largest))
        var frame = Array("$\(payload.count)\r\n".utf8) + payload + [0x0D, 0x0A]
        if random.isOne(in: 3) { frame = Array("*2\r\n".utf8) + frame + Array(":1\r\n".utf8) }
        bytes += frame
        frames.append(frame)
    }
}

private func decodeFrames(of stream: FuzzStream, using random: inout FuzzRandom) {
    var decoder = RESPDecoder()
    var kept: [(RESPFrame, Int)] = []
    var slices: [(RESPBytes, [UInt8])] = []
    var found = 0
    var fed = 0
    var used = 0
    var leastEnd = 0
    var error: RESPDecodingError?
    while error == nil {
        var mayHaveMore = false
        do throws(RESPDecodingError) {
            while let frame = try decoder.next() {
                check(found < stream.frames.count, "the decoder invents a frame")
                check(hasBytes(frame, stream.frames[found]), "another frame than the naive parser's")
                check(fed >= leastEnd, "fewer bytes were missing than the decoder said")
                leastEnd = 0
                used = decoder.frameOffset
                if random.isOne(in: 2) { kept.append((random.isOne(in: 4) ? frame.detached() : frame, found)) }
                if random.isOne(in: 3), let elements = try? frame.decode(as: [RESPBytes].self) {
                    for bytes in elements.prefix(8) { slices.append((bytes, Array(bytes))) }
                }
                if kept.count > 12 || random.isOne(in: 8) { kept.removeFirst(min(kept.count, random.below(13))) }
                found += 1
                // Frames may also wait in the buffer while more is received.
                mayHaveMore = random.isOne(in: 32)
                if mayHaveMore { break }
            }
        } catch let thrown {
            error = thrown
        }
        if error == nil {
            check(decoder.bufferedBytes == fed - used, "not all that was received is buffered")
            check(decoder.missingBytes > 0, "nothing is missing, but there is no frame")
            if !mayHaveMore { leastEnd = fed + decoder.missingBytes }
        }
        guard fed < stream.bytes.count else { break }
        fed += feed(&decoder, stream.bytes.span.extracting(fed..<stream.bytes.count), using: &random)
    }
    while error == nil {
        // What waited.
        do throws(RESPDecodingError) {
            guard let frame = try decoder.next() else { break }
            check(found < stream.frames.count && hasBytes(frame, stream.frames[found]), "another frame at the end")
            found += 1
        } catch let thrown {
            error = thrown
        }
    }
    check(found == stream.frames.count, "the decoder misses a frame")
    check(error?.offset == stream.errorOffset, "another error than the naive parser's")
    check(kept.allSatisfy { hasBytes($0, stream.frames[$1]) }, "a frame has changed after it was handed out")
    check(slices.allSatisfy { Array($0) == $1 }, "a part of a frame has changed after it was taken out")
}

private func decodeParts(of stream: FuzzStream, using random: inout FuzzRandom) {
    let threshold = [0, 1, 5, 40, 1_000, 70_000][random.below(6)]
    var decoder = RESPDecoder()
    var payload: PartialPayload?
    var found = 0
    var fed = 0
    var error: RESPDecodingError?
    while error == nil {
        do throws(RESPDecodingError) {
            while let part = try decoder.nextPart(streamingAbove: threshold) {
                var complete: [UInt8]?
                switch part {
                case .frame(let frame):
                    check(payload == nil, "a frame inside of a payload")
                    complete = frame.withSpan { Array(RESPBytes($0)) }
                    check(!isLargePayload(frame, above: threshold), "a large payload came as a whole")
                case .payloadStart(let start):
                    check(payload == nil, "a payload inside of a payload")
                    payload = PartialPayload(start: start)
                case .payloadPiece(let piece):
                    check(payload != nil && !piece.isEmpty, "a piece of nothing")
                    payload?.pieces.append(piece)
                case .payloadEnd:
                    check(payload != nil && payload?.count ?? 0 > threshold, "a small payload came in pieces")
                    complete = payload?.encoding
                    payload = nil
                }
                guard let complete else { continue }
                check(found < stream.frames.count && complete == stream.frames[found], "other bytes in pieces")
                found += 1
            }
        } catch let thrown {
            error = thrown
        }
        guard fed < stream.bytes.count else { break }
        fed += feed(&decoder, stream.bytes.span.extracting(fed..<stream.bytes.count), using: &random)
    }
    check(found == stream.frames.count, "a frame is missing among the parts")
    if case .invalidVerbatimFormat = error { return }  // found before the payload's end is there
    check(error?.offset == stream.errorOffset, "another error in pieces")
}

private func readInPlace(_ stream: FuzzStream, using random: inout FuzzRandom) {
    var decoder = RESPDecoder()
    var slices: [(RESPBytes, [UInt8])] = []
    var found = 0
    var fed = 0
    var error: RESPDecodingError?
    while error == nil {
        do throws(RESPDecodingError) {
            while let (value, elements) = try decoder.withNext({ reader in
                let value = try? RESPFrame(from: &reader)
                check(reader.isAtEnd, "a value doesn't go to the frame's end")
                return (value, (try? value?.decode(as: [RESPBytes].self)) ?? [])
            }) {
                check(found < stream.frames.count, "a frame too many is lent")
                let encoding = value?.withSpan { Array(RESPBytes($0)) } ?? []
                check(
                    !encoding.isEmpty && stream.frames[found].suffix(encoding.count) == encoding[...],
                    "another value is lent")
                for bytes in elements.prefix(4) { slices.append((bytes, Array(bytes))) }
                found += 1
            }
        } catch let thrown {
            error = thrown
        }
        guard fed < stream.bytes.count else { break }
        fed += feed(&decoder, stream.bytes.span.extracting(fed..<stream.bytes.count), using: &random)
    }
    check(found == stream.frames.count, "a frame is not lent")
    check(error?.offset == stream.errorOffset, "another error in place")
    check(slices.allSatisfy { Array($0) == $1 }, "a part of a lent frame has changed after it was taken out")
}

/// A payload that arrives in pieces.
private struct PartialPayload {
    var start: RESPPayloadStart
    var pieces: [RESPBytes] = []

    var count: Int { pieces.reduce(0) { $0 + $1.count } }

    /// The frame that it would have been.
    var encoding: [UInt8] {
        var payload: [UInt8] = []
        if let format = start.format { payload = Array(format) + [0x3A] }
        for piece in pieces { payload += Array(piece) }
        if let length = start.length { check(length == count, "the pieces have another length") }
        check((start.format != nil) == (start.kind == .verbatimString), "a format without need, or none")
        var attributes: [UInt8] = []
        if let frame = start.attributes { attributes = frame.withSpan { Array(RESPBytes($0)) } }
        return attributes + [start.kind.rawValue] + Array("\(payload.count)\r\n".utf8) + payload + [0x0D, 0x0A]
    }
}

/// Gives the decoder the first of `bytes`.
///
/// - Returns: how many.
private func feed(_ decoder: inout RESPDecoder, _ bytes: Span<UInt8>, using random: inout FuzzRandom) -> Int {
    let count = random.cut(of: bytes.count)
    if random.isOne(in: 3) {
        decoder.append(bytes.extracting(first: count))
        return count
    }
    return decoder.receive { space in
        check(space.freeCapacity > 0, "no space to receive into")
        let taken = min(count, space.freeCapacity)
        for index in 0..<taken { space.append(bytes[index]) }
        return taken
    }
}

private func isLargePayload(_ frame: RESPFrame, above threshold: Int) -> Bool {
    guard frame.kind == .bulkString || frame.kind == .verbatimString || frame.kind == .bulkError else { return false }
    return frame.withReader { reader in
        if let message = reader.readErrorBytes() { return message.count > threshold }
        return (try? reader.readSpan())?.count ?? 0 > threshold
    }
}

func hasBytes(_ frame: RESPFrame, _ bytes: [UInt8]) -> Bool {
    frame.withSpan { RESPBytes($0) == RESPBytes(bytes) }
}
