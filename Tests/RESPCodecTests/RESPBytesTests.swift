// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct RESPBytesTests {
    @Test(arguments: Array(0...70) + [1_000, 100_000])
    func `bytes of any count come back as they were`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 1) }
        let value = RESPBytes(bytes)
        #expect(value.count == count && value.isEmpty == (count == 0))
        #expect(Array(value) == bytes)
        #expect(value.span.count == count)
        #expect(value.withSpan { span in (0..<span.count).allSatisfy { span[$0] == bytes[$0] } })
        #expect(value == RESPBytes(bytes) && value.hashValue == RESPBytes(bytes).hashValue)
        if count > 0 {
            var other = bytes
            other[count - 1] ^= 1
            #expect(value != RESPBytes(other))
        }
    }

    @Test func `bytes inside a value are equal to the same bytes shared with a frame`() throws {
        let text = String(repeating: "z", count: 40_000)
        var decoder = RESPDecoder()
        decoder.append(encoded { $0.bulk(text) }.span)
        let shared = try #require(try decoder.next()).decode(as: RESPBytes.self)
        #expect(shared == RESPBytes(text))
        #expect(String(shared) == text)
        #expect(Set([shared]).contains(RESPBytes(text)))
    }

    @Test func `text and numbers come out of bytes`() {
        let bytes: RESPBytes = "42"
        #expect(Int(bytes) == 42 && UInt8(bytes) == 42 && Double(bytes) == 42 && String(bytes) == "42")
        #expect(Int(RESPBytes("4x")) == nil && Int(RESPBytes("")) == nil && Int8(RESPBytes("128")) == nil)
        #expect(Double(RESPBytes("1e3")) == 1_000 && Double(RESPBytes("")) == nil && Double(RESPBytes("0x1")) == nil)
        #expect("\(RESPBytes("café"))" == "café")
    }

    @Test func `a copied value keeps its bytes when the original is gone`() throws {
        var values: [RESPBytes] = []
        for count in [3, 33, 5_000, 70_000] {
            let frame = try RESPFrame(encoded: encoded { $0.bulk([UInt8](repeating: 5, count: count)) })
            values.append(try frame.decode())
        }
        #expect(values.map(\.count) == [3, 33, 5_000, 70_000])
        #expect(values.allSatisfy { Array($0).allSatisfy { $0 == 5 } })
    }
}
