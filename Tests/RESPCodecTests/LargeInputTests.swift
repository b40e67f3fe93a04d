// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import AllocationCounter
@testable internal import RESPCodec
internal import Testing

/// Large and deep input: finished or refused, with work and memory in proportion to what has arrived. Nothing here is
/// timed; what is moved and what is allocated is counted.
@Suite struct LargeInputTests {
    @Test func `a string of 256 MiB that arrives in pieces of 16 KiB moves less than once, into bounded memory`() throws
    {
        let length = 256 << 20
        let header = Array("$\(length)\r\n".utf8)
        var piece = [UInt8](repeating: 0x61, count: 16 << 10)
        var meter = DecoderMeter()
        meter.append(header)
        for number in 0..<length / piece.count {
            piece[number & 0x3FFF] = UInt8(truncatingIfNeeded: number)
            #expect(try meter.next() == nil)
            meter.append(piece)
            piece[number & 0x3FFF] = 0x61
        }
        #expect(try meter.next() == nil && meter.decoder.missingBytes == 2)
        meter.append([0x0D, 0x0A])
        let frame = try #require(try meter.next())
        #expect(meter.moved <= length)
        #expect(meter.allocated <= 2 * length)
        let payload = try frame.decode(as: RESPBytes.self)
        #expect(payload.count == length)
        // The payload is the memory it was received into.
        #expect(payload.storage.chunk?.buffer === meter.decoder.window.chunk.buffer)
        let span = payload.span
        for number in stride(from: 0, to: length / piece.count, by: 37) {
            #expect(span[number * piece.count + number & 0x3FFF] == UInt8(truncatingIfNeeded: number))
        }
    }

    @Test func `a string of 256 MiB that a socket is read into takes no more memory than that`() throws {
        let length = 256 << 20
        let header = Array("$\(length)\r\n".utf8)
        var meter = DecoderMeter()
        meter.append(header)
        #expect(try meter.next() == nil)
        var missing = length + 2
        while missing > 2 {
            missing -= meter.receive(atMost: min(16 << 10, missing - 2))
            #expect(try meter.next() == nil)
            #expect(meter.decoder.missingBytes == missing)
        }
        meter.append([0x0D, 0x0A])
        #expect(try meter.next()?.count == header.count + length + 2)
        #expect(meter.moved <= length)
        #expect(meter.allocated <= 2 * length)
    }

    @Test func `a string of 256 MiB taken in pieces needs the memory of a piece`() throws {
        let length = 256 << 20
        var meter = DecoderMeter()
        meter.append(Array("$\(length)\r\n".utf8))
        let start = RESPPart.payloadStart(RESPPayloadStart(kind: .bulkString, length: length))
        #expect(try meter.decoder.nextPart(streamingAbove: 1 << 20) == start)
        var taken = 0
        var sent = 0
        while sent < length {
            sent += meter.receive(atMost: min(16 << 10, length - sent))
            while case .payloadPiece(let piece)? = try meter.decoder.nextPart(streamingAbove: 1 << 20) {
                taken += piece.count
            }
            #expect(meter.decoder.window.chunk.capacity <= ReceiveBuffer.regularCapacity)
        }
        meter.append([0x0D, 0x0A])
        #expect(taken == length)
        #expect(try meter.decoder.nextPart(streamingAbove: 1 << 20) == .payloadEnd)
        #expect(meter.allocated <= 1 << 20)
    }

    @Test func `an array of ten million elements that arrives in pieces of 16 KiB is read in one pass`() throws {
        let count = 10_000_000
        let header = Array("*\(count)\r\n".utf8)
        let elements = 4_000
        let piece = [UInt8](":7\r\n", times: elements)
        var meter = DecoderMeter()
        meter.append(header)
        for _ in 0..<count / elements {
            #expect(try meter.next() == nil)
            meter.append(piece)
        }
        let frame = try #require(try meter.next())
        #expect(frame.count == header.count + 4 * count)
        #expect(meter.moved <= frame.count)
        #expect(meter.allocated <= 4 * frame.count)
        let before = allocation_counter_thread_bytes()
        let numbers = try frame.decode(as: [Int].self)
        #expect(numbers.count == count && numbers.first == 7 && numbers.last == 7)
        #expect(allocation_counter_thread_bytes() - before <= 2 * 8 * count)
        #expect(frame.description.utf8.count < 10_000)
    }

    @Test func `a million nested arrays are read, compared, printed and released on a small stack`() throws {
        try onSmallStack {
            let levels = 1_000_000
            let bytes = [UInt8]("*1\r\n", times: levels) + Array(":1\r\n".utf8)
            var meter = DecoderMeter(limits: RESPLimits(maximumDepth: levels))
            for start in stride(from: 0, to: bytes.count, by: 16 << 10) {
                try verify(try meter.next() == nil)
                meter.append(Array(bytes[start..<min(start + 16 << 10, bytes.count)]))
            }
            try Self.useDeepFrame(try meter.next(), bytes)
            try verify(meter.moved <= 2 * bytes.count)
            // The scanner keeps a word per level, in an array that grows.
            try verify(meter.allocated <= 4 * bytes.count + 3 * 8 * levels)
        }
    }

    @Test func `a million nested streamed arrays are put together on a small stack`() throws {
        try onSmallStack {
            let levels = 1_000_000
            let bytes =
                [UInt8]("*?\r\n", times: levels)
                + [UInt8](".\r\n", times: levels)
            let ordinary = [UInt8]("*1\r\n", times: levels - 1) + Array("*0\r\n".utf8)
            var decoder = RESPDecoder(limits: RESPLimits(maximumDepth: levels))
            decoder.append(bytes.span)
            try Self.useDeepFrame(try decoder.next(), ordinary)
        }
    }

    /// What people do with a frame, on the caller's stack.
    private static func useDeepFrame(_ frame: RESPFrame?, _ bytes: [UInt8]) throws {
        guard let frame else { throw VerificationError(line: #line) }
        try verify(frame.bytes == bytes)
        try verify(frame.description.hasPrefix("[[[[") && frame.description.utf8.count < 10_000)
        try verify(frame.kind == .array && !frame.isError && !frame.isNull)
        let isAtEnd = frame.withReader { reader in
            reader.skip()
            return reader.isAtEnd
        }
        try verify(isAtEnd)
        let copy = try RESPFrame(encoded: bytes, limits: RESPLimits(maximumDepth: .max))
        try verify(copy == frame && copy.hashValue == frame.hashValue)
        try verify(try frame.decode(as: [RESPFrame].self).map(\.count) == [bytes.count - 4])
        try verify((try? frame.decode(as: [Int].self)) == nil)
    }

    @Test func `attributes nested deeply and very many in a row are skipped on a small stack`() throws {
        try onSmallStack {
            let levels = 200_000
            let nested =
                [UInt8]("|1\r\n+k\r\n", times: levels)
                + [UInt8](":1\r\n", times: levels + 1)
            let row = [UInt8]("|0\r\n", times: levels) + Array(":1\r\n".utf8)
            for bytes in [nested, row] {
                var decoder = RESPDecoder(limits: RESPLimits(maximumDepth: levels))
                decoder.append(bytes.span)
                guard let frame = try decoder.next() else { throw VerificationError(line: #line) }
                try verify(frame.kind == .integer && !frame.isError && !frame.isNull)
                try verify(try frame.decode(as: Int.self) == 1)
                try verify(frame.description == "1")
            }
        }
    }

    @Test func `a million nested arrays are refused at the default depth, as soon as that is passed`() throws {
        let bytes = [UInt8]("*1\r\n", times: 1_000_000)
        var meter = DecoderMeter()
        for start in stride(from: 0, to: 512, by: 16) {
            meter.append(Array(bytes[start..<start + 16]))
            #expect(try meter.next() == nil)
        }
        let error = RESPDecodingError.nestedTooDeeply(limit: 128, offset: 512)
        meter.append(Array(bytes[512...]))
        for _ in 0..<2 { #expect(throws: error) { try meter.decoder.next() } }
        #expect(throws: error) {
            var scanner = RESPScanner()
            _ = try scanner.frameLength(in: bytes.span.extracting(first: 516))
        }
    }

    @Test func `a frame of a megabyte that comes byte by byte moves less than twice`() throws {
        let count = 20_000
        let element = "$50\r\n\(String(repeating: "e", count: 50))\r\n"
        let bytes = Array("*\(count)\r\n".utf8) + [UInt8](element, times: count)
        var meter = DecoderMeter()
        for byte in bytes {
            #expect(try meter.next() == nil)
            meter.append([byte])
        }
        #expect(try meter.next()?.count == bytes.count)
        #expect(meter.moved <= 2 * bytes.count)
    }
}
