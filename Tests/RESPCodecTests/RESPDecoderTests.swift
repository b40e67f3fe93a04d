// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct RESPDecoderTests {
    @Test func `frames that are kept keep their bytes while the decoder goes on`() throws {
        var decoder = RESPDecoder()
        var kept: [(RESPFrame, String)] = []
        for number in 0..<5_000 {
            let text = "value number \(number) " + String(repeating: "x", count: number % 97)
            let written = encoded { $0.bulk(text) }
            decoder.append(written.span)
            while let frame = try decoder.next() {
                if number % 3 == 0 { kept.append((frame, text)) }
            }
        }
        #expect(kept.count == 1_667)
        #expect(try kept.allSatisfy { try $0.0.decode(as: String.self) == $0.1 })
    }

    @Test func `memory is used again when no frame refers to it any more`() throws {
        var decoder = RESPDecoder()
        let written = encoded { $0.bulk([UInt8](repeating: 1, count: 1_000)) }
        var addresses: Set<UInt> = []
        for _ in 0..<1_000 {
            decoder.receive { output in
                addresses.insert(address(of: &output))
                for byte in written { output.append(byte) }
            }
            let frame = try #require(try decoder.next())
            #expect(frame.count == written.count)
        }
        #expect(addresses.count == 1)
    }

    @Test func `kept frames make the decoder rotate a few chunks, not allocate one per frame`() throws {
        var decoder = RESPDecoder()
        let written = encoded { $0.bulk([UInt8](repeating: 1, count: 1_000)) }
        var addresses: Set<UInt> = []
        var last: RESPFrame?
        for _ in 0..<5_000 {
            decoder.receive { output in
                addresses.insert(address(of: &output) / 65_536)
                for byte in written { output.append(byte) }
            }
            last = try decoder.next()
        }
        #expect(last?.count == written.count)
        #expect(addresses.count <= 8)
    }

    @Test func `a read gets four kilobytes at least, and all of what is missing of a large payload`() throws {
        var decoder = RESPDecoder()
        let payload = [UInt8](repeating: 9, count: 1 << 20)
        let written = encoded { $0.bulk(payload) }
        var sent = 0
        var spaces: [Int] = []
        while sent < written.count {
            decoder.receive { output in
                spaces.append(output.freeCapacity)
                let part = min(output.freeCapacity, written.count - sent, 100_000)
                for byte in written[sent..<sent + part] { output.append(byte) }
                sent += part
            }
            let frame = try decoder.next()
            #expect((frame != nil) == (sent == written.count))
            if let frame { #expect(try frame.decode(as: [UInt8].self) == payload) }
        }
        #expect(spaces[0] >= 4096)
        // Memory of just the size: the second read, and no other, could have taken the rest.
        #expect(spaces[1] == written.count - spaces[0])
        #expect(spaces.last == written.count - (spaces[0] + 10 * 100_000))
    }

    @Test func `an announcement alone does not commit more than sixteen megabytes`() throws {
        var decoder = RESPDecoder()
        decoder.append(Array("$536870912\r\n".utf8).span)
        #expect(try decoder.next() == nil)
        #expect(decoder.missingBytes == (512 << 20) + 2)
        decoder.receive { output in
            #expect(output.freeCapacity <= 16 << 20)
            for _ in 0..<1_000 { output.append(0) }
        }
        #expect(try decoder.next() == nil)
        #expect(decoder.missingBytes == (512 << 20) + 2 - 1_000)
    }

    @Test func `an array that outgrows every chunk comes out in one piece`() throws {
        let items = (0..<20_000).map { "item number \($0)" }
        let written = encoded { encoder in
            encoder.command(items.count)
            for item in items { encoder.bulk(item) }
        }
        for step in [1_000, 16 << 10, 64 << 10, written.count] {
            var decoder = RESPDecoder()
            var decoded: [String]?
            for start in stride(from: 0, to: written.count, by: step) {
                #expect(decoded == nil)
                decoder.append(Array(written[start..<min(start + step, written.count)]).span)
                decoded = try decoder.next()?.decode()
            }
            #expect(decoded == items)
        }
    }

    @Test func `what a failing read has appended is taken`() throws {
        struct Stop: Error {}
        var decoder = RESPDecoder()
        #expect(throws: Stop.self) {
            try decoder.receive { (output: inout OutputSpan<UInt8>) throws(Stop) in
                for byte in "+OK\r\n".utf8 { output.append(byte) }
                throw Stop()
            }
        }
        #expect(try decoder.next()?.decode(as: String.self) == "OK")
    }

    @Test func `frames and bytes are small values`() {
        #expect(MemoryLayout<RESPFrame>.size <= 48)
        #expect(MemoryLayout<RESPFrame?>.stride <= 48)
        #expect(MemoryLayout<RESPBytes>.size <= 41)
    }
}
