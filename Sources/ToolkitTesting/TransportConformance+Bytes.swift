// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

extension TransportConformance {
    func bytesArriveInOrder(_ pair: Pair) async throws {
        let (first, second) = (TransportStream(pair.0), TransportStream(pair.1))
        for (writer, reader) in [(first, second), (second, first)] {
            let sent = pattern(5106)
            var start = 0
            for size in [1, 2, 3, 100, 5000] {
                try await writer.write(Array(sent[start..<start + size]))
                start += size
            }
            try expect(try await reader.read(exactly: sent.count) == sent, "five writes are read in order")
        }
    }

    func smallBuffersLoseNothing(_ pair: Pair) async throws {
        let (writer, reader) = (TransportStream(pair.0), TransportStream(pair.1))
        let sent = pattern(300)
        try await writer.write(sent)
        var received: [UInt8] = []
        var size = 1
        while received.count < sent.count {
            let bytes = try await reader.read(atMost: size)
            try expect((1...size).contains(bytes.count), "a read gives between one byte and its buffer's capacity")
            received += bytes
            size = size % 7 + 1
        }
        try expect(received == sent, "small reads together give what was written")
    }

    func nothingToReadWouldBlock(_ pair: Pair) async throws {
        let (result, bytes) = try read(pair.0)
        try expect(result == .wouldBlock && bytes.isEmpty, "a read of nothing would block and appends nothing")
        let taken = try pair.0.tryWrite([UInt8]().span)
        try expect(taken == 0, "writing no bytes takes none")
    }

    func backPressureStopsAndResumesTheWriter(_ pair: Pair) async throws {
        let (writer, log) = (pair.0, HandlerLog(pair.0))
        let reader = TransportStream(pair.1)
        let sent = pattern(16 << 20)
        var count = 0
        // A transport that never stops a writer would buffer without bound.
        while count < sent.count {
            let taken = try writer.tryWrite(sent.span.extracting(count...))
            if taken == 0 { break }
            count += taken
        }
        try expect(count < sent.count, "a writer is stopped before it is 16 MiB ahead of its reader")

        writer.arm(.writable)
        async let received = reader.read(exactly: sent.count)
        try expect(try await log.next() == .writable, "a stopped writer is told when it may go on")
        while count < sent.count {
            let taken = try writer.tryWrite(sent.span.extracting(count...))
            count += taken
            if taken > 0 { continue }
            writer.arm(.writable)
            try expect(try await log.next() == .writable, "the writer is told each time that it may go on")
        }
        try expect(try await received == sent, "all bytes arrive, in order")
    }

    func bothDirectionsFlowAtOnce(_ pair: Pair) async throws {
        let (first, second) = (TransportStream(pair.0), TransportStream(pair.1))
        let (there, back) = (pattern(3 << 20), pattern(2 << 20))
        async let firstWrites: Void = first.write(there)
        async let secondWrites: Void = second.write(back)
        async let secondReads = second.read(exactly: there.count)
        async let firstReads = first.read(exactly: back.count)
        let received = try await (firstReads, secondReads)
        _ = try await (firstWrites, secondWrites)
        try expect(received.0 == back && received.1 == there, "both directions arrive complete")
    }

    func bothDirectionsFullMoveOn(_ pair: Pair) async throws {
        let sent = pattern(8 << 20)
        var taken = [0, 0]
        for (side, transport) in [pair.0, pair.1].enumerated() {
            while taken[side] < sent.count {
                let count = try transport.tryWrite(sent.span.extracting(taken[side]...))
                taken[side] += count
                if count == 0 { break }
            }
        }
        // Both ends are stopped now. Each goes on as the other reads, in pieces much smaller than the room.
        let (first, second) = (TransportStream(pair.0), TransportStream(pair.1))
        let rests = taken.map { Array(sent[$0...]) }
        async let firstWrites: Void = first.write(rests[0])
        async let secondWrites: Void = second.write(rests[1])
        async let firstReads = read(sent.count, from: first, atMost: 4099)
        async let secondReads = read(sent.count, from: second, atMost: 8191)
        _ = try await (firstWrites, secondWrites)
        try expect(try await firstReads == sent, "everything arrives at one end")
        try expect(try await secondReads == sent, "and at the other")
    }

    private func read(_ count: Int, from stream: TransportStream, atMost limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try await stream.read(atMost: limit)
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    func waitingInlineSeesWhatIsThere(_ pair: Pair) async throws {
        let (waiting, peer) = (pair.0, TransportStream(pair.1))
        let log = HandlerLog(waiting)
        try expect(try read(waiting, inline: true).0 == .wouldBlock, "nothing comes, and waiting for it ends")
        try await peer.write(pattern(1))
        waiting.arm(.readable)
        try expect(try await log.next() == .readable, "the byte is told of")
        let (_, bytes) = try read(waiting, inline: true)
        try expect(bytes == pattern(1), "a waiting read takes the byte")
        peer.close()
        waiting.arm(.readable)
        try expect(try await log.next() == .readable, "the end is told of")
        try expect(try read(waiting, inline: true).0 == .endOfStream, "a waiting read sees the end")
    }

    // MARK: Help

    /// Bytes that show where they are from: their period is a prime, which no buffer's size divides.
    func pattern(_ count: Int) -> [UInt8] { Self.pattern(count) }

    /// The same, for other suites.
    static func pattern(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count { bytes += period.prefix(count - bytes.count) }
        return bytes
    }

    private static let period: [UInt8] = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ ($0 >> 8) &* 13) }

    func read(_ transport: any ReadinessTransport, inline: Bool = false) throws -> (ReadResult, [UInt8]) {
        var result = ReadResult.wouldBlock
        let bytes = try [UInt8](capacity: 64) { buffer in
            result = inline ? try transport.readWaiting(into: &buffer) : try transport.tryRead(into: &buffer)
        }
        return (result, bytes)
    }
}
