// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// Every vector of commands, through the scanner and the decoder, however it is cut.
@Suite struct CommandVectorTests {
    @Test func `every file has its vectors, and no two have one name`() throws {
        var names: Set<String> = []
        for (file, count) in CommandVector.files {
            let vectors = try CommandVector.vectors(inFile: file)
            #expect(vectors.count >= count, "\(file)")
            for vector in vectors {
                #expect(names.insert(vector.name).inserted, "\(vector.name) of \(file)")
            }
        }
    }

    @Test(arguments: try CommandVector.all.get())
    func `the commands have the arguments and the ends of the vector`(vector: CommandVector) throws {
        let reading = StreamReading(
            decodingCommands: vector.bytes, .whole(vector.bytes.count), limits: vector.limits)
        #expect(try reading.frames.flatMap { try VectorPrinter.values(of: $0).map(\.value) } == vector.commands)
        #expect(reading.ends == vector.ends)
        #expect(reading.error == vector.error)
        if vector.error == nil { #expect((reading.rest == 0) == (vector.end == .complete)) }
    }

    @Test(arguments: try CommandVector.all.get())
    func `scanner and decoder find the same however the stream is cut`(vector: CommandVector) {
        // Behind a complete stream stands another command, so that words can be read beyond its end.
        let hasTail = vector.end == .complete && vector.limits == .server
        for tail in hasTail ? ["", "*1\r\n$4\r\ntail\r\n"] : [""] {
            let bytes = vector.bytes + Array(tail.utf8)
            let whole = StreamCut.whole(bytes.count)
            let scanned = StreamReading(scanningCommands: bytes, whole, limits: vector.limits)
            #expect(scanned.ends == vector.ends + (tail.isEmpty ? [] : [bytes.count]))
            let decoded = StreamReading(decodingCommands: bytes, whole, limits: vector.limits)
            #expect(scanned.ends == decoded.ends && scanned.error == decoded.error && scanned.rest == decoded.rest)
            for cut in StreamCut.all(bytes.count) {
                #expect(StreamReading(scanningCommands: bytes, cut, limits: vector.limits) == scanned, "\(cut)")
                for receives in [false, true] {
                    let reading = StreamReading(
                        decodingCommands: bytes, cut, limits: vector.limits, receives: receives)
                    #expect(reading == decoded, "\(receives ? "received" : "appended"), \(cut)")
                }
            }
        }
    }

    @Test(arguments: try CommandVector.all.get())
    func `an error has its offset behind other commands as well`(vector: CommandVector) {
        guard let error = vector.error, vector.limits == .server else { return }
        let before = Array("*1\r\n$4\r\nPING\r\nPING\r\n".utf8)
        let bytes = before + vector.bytes + Array("*1\r\n$4\r\ntail\r\n".utf8)
        for cut in StreamCut.all(bytes.count) {
            let reading = StreamReading(scanningCommands: bytes, cut, limits: vector.limits)
            #expect(reading.error == error.moved(by: before.count), "\(cut)")
            #expect(reading.ends.count == 2 + vector.ends.count)
        }
    }

    @Test(arguments: try CommandVector.all.get())
    func `a stream that ends early is incomplete, never an error`(vector: CommandVector) {
        guard vector.error == nil else { return }
        for count in 0..<vector.bytes.count {
            let bytes = Array(vector.bytes[..<count])
            let reading = StreamReading(scanningCommands: bytes, .whole(count), limits: vector.limits)
            #expect(reading.error == nil, "\(count) bytes")
            #expect(reading.ends == vector.ends.filter { $0 <= count }, "\(count) bytes")
        }
    }

    @Test(arguments: try CommandVector.all.get())
    func `an error is reported as soon as the offending byte is there`(vector: CommandVector) {
        guard let error = vector.error, error.isAboutOneByte else { return }
        let before = Array(vector.bytes[..<error.offset])
        let with = Array(vector.bytes[...error.offset])
        #expect(StreamReading(scanningCommands: before, .whole(before.count), limits: vector.limits).error == nil)
        #expect(StreamReading(scanningCommands: with, .whole(with.count), limits: vector.limits).error == error)
    }
}
