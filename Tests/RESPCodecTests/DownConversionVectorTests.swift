// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// A reply of RESP3, and the same in RESP2.
struct DownConversionVector: Sendable, Decodable, CustomTestStringConvertible {
    var name: String
    var stream: String
    var resp2: String

    var testDescription: String { name }

    static let all: Result<[DownConversionVector], any Error> = Result { try VectorFile("resp2").decoded() }
}

@Suite struct DownConversionVectorTests {
    @Test(arguments: try DownConversionVector.all.get())
    func `a frame is written in RESP2 as the server answers there`(vector: DownConversionVector) throws {
        let frame = try RESPFrame(encoded: Array(vector.stream.utf8))
        #expect(String(decoding: reply(.resp2) { $0.frame(frame) }, as: UTF8.self) == vector.resp2)
        let older = try RESPFrame(encoded: Array(vector.resp2.utf8))
        #expect(String(decoding: reply(.resp2) { $0.frame(older) }, as: UTF8.self) == vector.resp2)
    }

    @Test func `there are vectors`() throws {
        #expect(try DownConversionVector.all.get().count >= 45)
    }
}
