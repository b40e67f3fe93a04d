// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

extension TransportConformance {
    // MARK: Several pieces at once

    func piecesArriveInOrder(_ pair: Pair) async throws {
        let (writer, reader) = (pair.0, TransportStream(pair.1))
        let log = HandlerLog(writer)
        let nothing = try writer.tryWrite(ByteSegments())
        try expect(nothing == 0, "writing no pieces takes nothing")

        let sent = pattern(700_000)
        async let received = reader.read(exactly: sent.count)
        var count = 0
        while count < sent.count {
            let taken = try writeInPieces(sent, from: count, to: writer)
            count += taken
            if taken > 0 { continue }
            writer.arm(.writable)
            try expect(try await log.next() == .writable, "a writer of pieces is told when it may go on")
        }
        try expect(try await received == sent, "pieces arrive as one stream, in order")
    }

    /// One write of pieces of very different sizes, as far as the list takes them.
    private func writeInPieces(_ bytes: [UInt8], from start: Int, to writer: any ReadinessTransport) throws -> Int {
        var segments = ByteSegments()
        var end = start
        for size in [1, 4096, 7, 0, 30_000, 2] where end < bytes.count {
            let piece = bytes.span.extracting(end..<min(end + size, bytes.count))
            _ = segments.append(piece)
            end += piece.count
        }
        let (taken, offered) = (try writer.tryWrite(segments), segments.byteCount)
        try expect((0...offered).contains(taken), "a write takes between none and all of the bytes")
        return taken
    }

    // MARK: Ending one direction

    func finishingEndsOneDirection(_ pair: Pair) async throws {
        let (first, second) = (TransportStream(pair.0), TransportStream(pair.1))
        let (there, back) = (pattern(300_000), pattern(200_000))
        async let received = second.readToEnd()
        try await first.write(there)
        try await first.finishWriting()
        try expect(try await received == there, "the end comes after everything that was written")
        try expect(try await second.read().isEmpty, "and stays")

        async let answer: Void = {
            try await second.write(back)
            try await second.finishWriting()
        }()
        try expect(try await first.readToEnd() == back, "the other direction goes on, to an end of its own")
        try await answer
    }

    func writingAfterFinishingIsRefused(_ pair: Pair) async throws {
        let peer = TransportStream(pair.1)
        for _ in 0..<2 { try pair.0.finishWriting() }
        for _ in 0..<2 {
            try expect(throwing: .writingFinished, "a write after the end throws writingFinished") {
                _ = try pair.0.tryWrite([1].span)
            }
            try expect(throwing: .writingFinished, "so does a write of pieces") {
                let bytes: [UInt8] = [1]
                var segments = ByteSegments()
                _ = segments.append(bytes.span)
                _ = try pair.0.tryWrite(segments)
            }
        }
        try await peer.write(pattern(9))
        try expect(try await TransportStream(pair.0).read(exactly: 9) == pattern(9), "reading goes on")
        pair.0.close()
        try expect(throwing: .closed, "a closed transport has no direction to end") { try pair.0.finishWriting() }
    }

    func thePeersFinishIsReadable(_ pair: Pair) async throws {
        let log = HandlerLog(pair.0)
        pair.0.arm(.readable)
        try pair.1.finishWriting()
        try expect(try await log.next() == .readable, "the end of the peer's direction is told to who waits to read")
        for _ in 0..<2 {
            try expect(try read(pair.0).0 == .endOfStream, "a read says that the stream has ended, each time")
        }
        pair.0.arm(.writable)
        try expect(try await log.next() == .writable, "one's own direction is as ready as before")
        try expect(try pair.0.tryWrite(pattern(3).span) == 3, "one may write to a peer that writes no more")
        try expect(try await TransportStream(pair.1).read(exactly: 3) == pattern(3), "and it arrives")
    }

    // MARK: Errors

    func errorsStay(_ pair: Pair) async throws {
        let writer = TransportStream(pair.0)
        pair.1.close()
        var first: TransportError?
        do {
            while true { try await writer.write(pattern(1000)) }
        } catch let error as TransportError {
            first = error
        }
        for _ in 0..<3 {
            try expect(throwing: first, "a write that has failed fails the same way again") {
                _ = try pair.0.tryWrite(pattern(1).span)
            }
        }
        var ends: [Outcome] = []
        while ends.count < 3 {
            do {
                if try await writer.read().isEmpty { ends.append(.end) }
            } catch let error as TransportError {
                ends.append(.failure(error))
            }
        }
        try expect(ends.allSatisfy { $0 == ends[0] }, "what has ended reading stays: the end, or the error")
    }

    private enum Outcome: Equatable {
        case end
        case failure(TransportError)
    }

    func expect(throwing error: TransportError?, _ promise: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let found as TransportError {
            return try expect(found == error, promise)
        }
        try expect(false, promise)
    }
}
