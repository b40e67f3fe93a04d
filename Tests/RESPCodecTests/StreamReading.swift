// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// What a reader makes of a stream that comes in pieces.
struct StreamReading: Equatable {
    /// The complete frames; of a scanner, in their raw form.
    var frames: [[UInt8]] = []
    /// Where each ends in the stream.
    var ends: [Int] = []
    var error: RESPDecodingError?
    /// Bytes behind the last frame, if there is no error.
    var rest = 0
}

/// How a stream is cut: the counts of bytes that are there at each call.
struct StreamCut: Sendable, CustomStringConvertible {
    let description: String
    let counts: [Int]

    static func whole(_ count: Int) -> StreamCut { StreamCut(description: "whole", counts: [count]) }

    static func split(_ count: Int, at offset: Int) -> StreamCut {
        StreamCut(description: "split at \(offset)", counts: [offset, count])
    }

    static func byteByByte(_ count: Int) -> StreamCut {
        StreamCut(description: "byte by byte", counts: Array(0...count))
    }

    /// Every cut that the vectors are run with but for the whole.
    static func all(_ count: Int) -> [StreamCut] {
        (0...count).map { split(count, at: $0) } + [byteByByte(count)]
    }
}

extension StreamReading {
    /// What a scanner measures.
    init(
        scanning bytes: [UInt8], _ cut: StreamCut, limits: RESPLimits, attributesAreFrames: Bool = false
    ) {
        var scanner = RESPScanner(limits: limits, attributesAreFrames: attributesAreFrames)
        var start = 0
        for end in cut.counts {
            do throws(RESPDecodingError) {
                while start < end, let length = try scanner.frameLength(in: bytes.span.extracting(start..<end)) {
                    frames.append(Array(bytes[start..<start + length]))
                    start += length
                    ends.append(start)
                }
            } catch {
                self.error = error
                return
            }
        }
        rest = bytes.count - start
    }

    /// What a decoder hands out, given the stream's bytes by `append`, or, if `receives`, by `receive`.
    init(
        decoding bytes: [UInt8], _ cut: StreamCut, limits: RESPLimits, attributesAreFrames: Bool = false,
        receives: Bool = false
    ) {
        var decoder = RESPDecoder(limits: limits, attributesAreFrames: attributesAreFrames)
        var sent = 0
        for end in cut.counts {
            if receives {
                while sent < end {
                    decoder.receive { output in
                        let part = min(end - sent, output.freeCapacity)
                        for index in sent..<sent + part { output.append(bytes[index]) }
                        sent += part
                    }
                }
            } else {
                decoder.append(bytes.span.extracting(sent..<end))
                sent = end
            }
            do throws(RESPDecodingError) {
                while let frame = try decoder.next() {
                    frames.append(frame.bytes)
                    ends.append(decoder.frameOffset)
                }
            } catch {
                self.error = error
                return
            }
        }
        rest = decoder.bufferedBytes
    }
}

extension RESPFrame {
    /// The frame's encoding.
    var bytes: [UInt8] { withSpan { Array(RESPBytes($0)) } }
}
