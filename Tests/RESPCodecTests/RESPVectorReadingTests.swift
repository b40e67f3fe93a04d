// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// The values of every vector through all that the codec offers for reading and writing them.
@Suite struct RESPVectorReadingTests {
    private func frames(of vector: RESPVector) throws -> [(frame: RESPFrame, values: [VectorValue])] {
        let cut = StreamCut.whole(vector.bytes.count)
        let bytes = StreamReading(decoding: vector.bytes, cut, limits: vector.limits).frames
        return try bytes.map { bytes in
            let frame = try RESPFrame(encoded: bytes, limits: .trusted)
            return (frame, try VectorPrinter.values(of: bytes).map(\.value))
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `a reader, a tree and a plain parser read the same`(vector: RESPVector) throws {
        for (frame, values) in try frames(of: vector) {
            #expect(try VectorReaders.valuesByReader(of: frame) == values)
            #expect(try VectorReaders.valuesByTree(of: frame) == values)
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `what a frame is said to be is what it is`(vector: RESPVector) throws {
        for (frame, values) in try frames(of: vector) {
            let text = try #require(values.last).text
            let isNull = text.hasPrefix("[\"_\"")
            #expect(frame.isNull == isNull)
            #expect(frame.isError == (text.hasPrefix("[\"-\"") || text.hasPrefix("[\"!\"")))
            #expect(frame.isPush == text.hasPrefix("[\">\""))
            #expect(frame.isError == (frame.errorMessage != nil))
            #expect(!frame.description.isEmpty)
            #expect(text.hasPrefix("[\"\(Unicode.Scalar(frame.kind.rawValue))\""))
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `a frame written again in RESP3 has the same values, and in RESP2 only those that exist there`(
        vector: RESPVector
    ) throws {
        for (frame, values) in try frames(of: vector) {
            let again = reply(.resp3) { $0.frame(frame) }
            #expect(try VectorPrinter.values(of: again).map(\.value) == values)
            let older = reply(.resp2) { $0.frame(frame) }
            let olderValues = try VectorPrinter.values(of: older).map(\.value.text)
            #expect(olderValues.count == 1)
            for text in olderValues {
                for marker in ["#", ",", "(", "!", "=", "%", "~", ">", "|"] {
                    #expect(!text.contains("[\"\(marker)\""))
                }
            }
            let olderFrame = try RESPFrame(encoded: older)
            #expect(reply(.resp2) { $0.frame(olderFrame) } == older)
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `payloads taken in pieces are those of the frames, however the stream is cut`(vector: RESPVector) throws {
        guard vector.error == nil else { return }
        let whole = StreamReading(decoding: vector.bytes, .whole(vector.bytes.count), limits: vector.limits)
        for threshold in [0, 3] {
            for cut in [.whole(vector.bytes.count)] + StreamCut.all(vector.bytes.count) {
                #expect(try frames(inParts: vector, cut, threshold) == whole.frames, "above \(threshold), \(cut)")
            }
        }
    }

    /// The frames of a vector without an error, of which large payloads come in pieces, put together again.
    private func frames(inParts vector: RESPVector, _ cut: StreamCut, _ threshold: Int) throws -> [[UInt8]] {
        var decoder = RESPDecoder(limits: vector.limits)
        var frames: [[UInt8]] = []
        var start: RESPPayloadStart?
        var payload: [UInt8] = []
        var sent = 0
        for end in cut.counts {
            decoder.append(vector.bytes.span.extracting(sent..<end))
            sent = end
            while let part = try decoder.nextPart(streamingAbove: threshold) {
                switch part {
                case .frame(let frame): frames.append(frame.bytes)
                case .payloadStart(let begun): (start, payload) = (begun, [])
                case .payloadPiece(let piece): payload += [UInt8](piece)
                case .payloadEnd:
                    let begun = try #require(start)
                    let format = begun.format.map { [UInt8]($0) + [0x3A] } ?? []
                    if let length = begun.length { #expect(length == payload.count) }
                    frames.append(
                        (begun.attributes?.bytes ?? []) + [begun.kind.rawValue]
                            + Array("\(format.count + payload.count)\r\n".utf8) + format + payload + [0x0D, 0x0A])
                }
            }
        }
        // A payload that never ends is no frame.
        return frames
    }
}
