// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// Every vector of Tests/Vectors, through the scanner and the decoder, however it is cut.
@Suite struct RESPVectorTests {
    @Test func `every file has its vectors, and no two have one name`() throws {
        var names: Set<String> = []
        for (file, count) in RESPVector.files {
            let vectors = try RESPVector.vectors(inFile: file)
            #expect(vectors.count >= count, "\(file)")
            for vector in vectors {
                #expect(names.insert(vector.name).inserted, "\(vector.name) of \(file)")
            }
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `the frames have the values and the ends of the vector`(vector: RESPVector) throws {
        let cut = StreamCut.whole(vector.bytes.count)
        let reading = StreamReading(decoding: vector.bytes, cut, limits: vector.limits)
        try expect(reading, vector, ends: vector.frameEnds)
        for (frame, ends) in zip(reading.frames, vector.endsByFrame) {
            // Inside a frame with streamed types, values end elsewhere than in the stream.
            let values = try VectorPrinter.values(of: frame)
            let start = (ends.last ?? 0) - frame.count
            let isRaw = frame.elementsEqual(vector.bytes[max(0, start)..<max(0, start) + frame.count])
            if isRaw { #expect(values.map { $0.end + start } == ends) }
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `attributes as frames of their own have values and ends as well`(vector: RESPVector) throws {
        let cut = StreamCut.whole(vector.bytes.count)
        var reading = StreamReading(
            decoding: vector.bytes, cut, limits: vector.limits, attributesAreFrames: true)
        // The vector doesn't name attributes of a frame that never gets complete.
        while let last = reading.frames.last, last.first == RESPKind.attribute.rawValue {
            reading.rest += last.count
            reading.frames.removeLast()
            reading.ends.removeLast()
        }
        try expect(reading, vector, ends: vector.ends)
    }

    private func expect(_ reading: StreamReading, _ vector: RESPVector, ends: [Int]) throws {
        let values = try reading.frames.flatMap { try VectorPrinter.values(of: $0).map(\.value) }
        #expect(values == vector.values)
        #expect(reading.ends == ends)
        #expect(reading.error == vector.error)
        if vector.error == nil { #expect((reading.rest == 0) == (vector.end == .complete)) }
    }

    @Test(arguments: try RESPVector.all.get())
    func `the scanner finds the same however the stream is cut`(vector: RESPVector) {
        // Behind the stream stands another frame, so that words can be read beyond its end.
        let hasTail = vector.end != .incomplete && vector.limits == .client
        for tail in hasTail ? ["", "+tail\r\n"] : [""] {
            let bytes = vector.bytes + Array(tail.utf8)
            let tailEnds = tail.isEmpty || vector.error != nil ? [] : [bytes.count]
            for attributesAreFrames in [false, true] {
                func reading(_ cut: StreamCut) -> StreamReading {
                    StreamReading(
                        scanning: bytes, cut, limits: vector.limits, attributesAreFrames: attributesAreFrames)
                }
                let whole = reading(.whole(bytes.count))
                #expect(whole.error == vector.error)
                if !attributesAreFrames {
                    #expect(whole.ends == vector.frameEnds + tailEnds)
                }
                for cut in StreamCut.all(bytes.count) { #expect(reading(cut) == whole, "\(cut)") }
            }
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `the decoder hands out the same however the stream is cut`(vector: RESPVector) {
        for attributesAreFrames in [false, true] {
            func reading(_ cut: StreamCut, receives: Bool) -> StreamReading {
                StreamReading(
                    decoding: vector.bytes, cut, limits: vector.limits, attributesAreFrames: attributesAreFrames,
                    receives: receives)
            }
            let whole = reading(.whole(vector.bytes.count), receives: false)
            #expect(reading(.whole(vector.bytes.count), receives: true) == whole)
            for cut in StreamCut.all(vector.bytes.count) {
                #expect(reading(cut, receives: false) == whole, "appended, \(cut)")
                #expect(reading(cut, receives: true) == whole, "received, \(cut)")
            }
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `a stream that ends early is incomplete, never an error`(vector: RESPVector) {
        guard vector.error == nil else { return }
        for count in 0..<vector.bytes.count {
            let bytes = Array(vector.bytes[..<count])
            let reading = StreamReading(scanning: bytes, .whole(count), limits: vector.limits)
            #expect(reading.error == nil, "\(count) bytes")
            #expect(reading.ends == vector.frameEnds.filter { $0 <= count }, "\(count) bytes")
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `an error is reported as soon as the offending byte is there`(vector: RESPVector) throws {
        guard let error = vector.error, error.isAboutOneByte else { return }
        let before = Array(vector.bytes[..<error.offset])
        let with = Array(vector.bytes[...error.offset])
        #expect(StreamReading(scanning: before, .whole(before.count), limits: vector.limits).error == nil)
        #expect(StreamReading(scanning: with, .whole(with.count), limits: vector.limits).error == error)
    }

    @Test(arguments: try RESPVector.all.get())
    func `the hint of what is missing never says too much`(vector: RESPVector) throws {
        let starts = [0] + vector.frameEnds
        for (start, end) in zip(starts, vector.frameEnds) {
            let limits = vector.limits
            var scanner = RESPScanner(limits: limits)
            var decoder = RESPDecoder(limits: limits)
            #expect(scanner.missingBytes > 0)
            for count in start..<end {
                #expect(try scanner.frameLength(in: vector.bytes.span.extracting(start..<count)) == nil)
                #expect(scanner.missingBytes > 0 && scanner.missingBytes <= end - count, "\(count)")
                #expect(try decoder.next() == nil)
                #expect(decoder.missingBytes > 0 && decoder.missingBytes <= end - count, "\(count)")
                decoder.append(vector.bytes.span.extracting(count..<count + 1))
            }
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `a frame handed out is a complete frame by itself`(vector: RESPVector) throws {
        let cut = StreamCut.whole(vector.bytes.count)
        for bytes in StreamReading(decoding: vector.bytes, cut, limits: vector.limits).frames {
            let frame = try RESPFrame(encoded: bytes, limits: vector.limits)
            #expect(frame.bytes == bytes)
            #expect(throws: RESPDecodingError.trailingBytes(offset: bytes.count)) {
                try RESPFrame(encoded: bytes + [0x2B], limits: vector.limits)
            }
            for count in 0..<bytes.count {
                #expect(throws: RESPDecodingError.incompleteFrame(offset: count)) {
                    try RESPFrame(encoded: Array(bytes[..<count]), limits: vector.limits)
                }
            }
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `an error has its offset behind other frames as well`(vector: RESPVector) {
        guard let error = vector.error, vector.limits == .client else { return }
        let before = Array("+before\r\n*?\r\n.\r\n".utf8)
        let bytes = before + vector.bytes + Array("+after\r\n".utf8)
        for cut in [StreamCut.whole(bytes.count), .byteByByte(bytes.count)] {
            let reading = StreamReading(decoding: bytes, cut, limits: vector.limits)
            #expect(reading.error == error.moved(by: before.count), "\(cut)")
            #expect(reading.ends.count == 2 + vector.frameEnds.count)
        }
    }

    @Test(arguments: try RESPVector.all.get())
    func `an error comes after the frames before it, again and again`(vector: RESPVector) throws {
        guard let error = vector.error else { return }
        var decoder = RESPDecoder(limits: vector.limits)
        decoder.append(vector.bytes.span)
        for _ in vector.frameEnds { #expect(try decoder.next() != nil) }
        for _ in 0..<3 {
            #expect(throws: error) { try decoder.next() }
            decoder.append(Array("+after\r\n".utf8).span)
        }
    }
}

extension RESPVector {
    /// The ends of the values of each frame: of the attributes before it, and its own.
    var endsByFrame: [[Int]] {
        var frames: [[Int]] = [[]]
        for (value, end) in zip(values, ends) {
            frames[frames.count - 1].append(end)
            if !value.isAttribute { frames.append([]) }
        }
        return frames.dropLast()
    }
}
