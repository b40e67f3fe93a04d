// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import RESPCodec

/// Which memory is received into again: fresh memory of a large frame's size costs more than its bytes.
@Suite struct ReceiveBufferTests {
    private func array(of elements: Int) -> [UInt8] {
        Array("*\(elements)\r\n".utf8) + [UInt8]("$16\r\n0123456789abcdef\r\n", times: elements)
    }

    private func string(of length: Int) -> [UInt8] {
        Array("$\(length)\r\n".utf8) + [UInt8](repeating: 0x61, count: length) + [0x0D, 0x0A]
    }

    /// Receives one frame, in reads of 16 KiB.
    @discardableResult
    private func receive(_ bytes: [UInt8], _ meter: inout DecoderMeter) throws -> RESPFrame {
        for start in stride(from: 0, to: bytes.count, by: 16 << 10) {
            #expect(try meter.next() == nil)
            meter.append(Array(bytes[start..<min(start + 16 << 10, bytes.count)]))
        }
        return try #require(try meter.next())
    }

    @Test func `memory of a large frame that is dropped takes the next one`() throws {
        var meter = DecoderMeter()
        let bytes = array(of: 100_000)
        for _ in 0..<3 { try receive(bytes, &meter) }
        let (allocated, moved) = (meter.allocated, meter.moved)
        for _ in 0..<10 { try receive(bytes, &meter) }
        #expect(meter.allocated == allocated)
        // What a regular chunk holds moves, and no more.
        #expect(meter.moved - moved <= 10 * ReceiveBuffer.regularCapacity)
    }

    @Test func `memory of a large frame that is kept is left alone`() throws {
        var meter = DecoderMeter()
        let first = try receive(array(of: 50_000), &meter)
        for _ in 0..<3 { try receive(string(of: 1 << 20), &meter) }
        try receive(array(of: 40_000), &meter)
        #expect(first.withSpan { Array(copying: $0) } == array(of: 50_000))
    }

    @Test func `a large string that is dropped leaves its memory to the next one of its size`() throws {
        var meter = DecoderMeter()
        let bytes = string(of: 4 << 20)
        for _ in 0..<3 { try receive(bytes, &meter) }
        let allocated = meter.allocated
        for _ in 0..<3 { try receive(bytes, &meter) }
        #expect(meter.allocated == allocated)
    }

    @Test func `a smaller string does not lie in the memory that a large one has left`() throws {
        var meter = DecoderMeter()
        try receive(string(of: 4 << 20), &meter)
        let frame = try receive(string(of: 1 << 20), &meter)
        let capacity = try #require(frame.storage.chunk?.capacity)
        #expect(capacity <= 2 * frame.count)
    }

    @Test func `large memory that nobody needs is let go of`() throws {
        var meter = DecoderMeter()
        try receive(array(of: 100_000), &meter)
        try receive(string(of: 1), &meter)
        let keeps = meter.decoder.window.keepsLargeChunk
        #expect(keeps)
        for _ in 0...ReceiveBuffer.largeChunkPatience { try receive(string(of: 1), &meter) }
        let stillKeeps = meter.decoder.window.keepsLargeChunk
        #expect(!stillKeeps)
    }

    @Test func `memory beyond the limit is not kept`() throws {
        var meter = DecoderMeter()
        try receive(string(of: 8 << 20), &meter)
        try receive(string(of: 1), &meter)
        let keeps = meter.decoder.window.keepsLargeChunk
        #expect(!keeps)
    }
}
