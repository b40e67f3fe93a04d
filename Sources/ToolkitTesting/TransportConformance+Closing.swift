// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

extension TransportConformance {
    func closingDeliversWhatWasWritten(_ pair: Pair) async throws {
        let (reader, sent) = (TransportStream(pair.1), pattern(1000))
        do {
            let writer = TransportStream(pair.0)
            try await writer.write(sent)
            // One that writes behind may drop what it holds when it is closed: wait until the peer has some.
            let first = try await reader.read(exactly: sent.count)
            try expect(first == sent, "what was written is read")
            writer.close()
        }
        for _ in 0..<2 {
            try expect(try await reader.read().isEmpty, "the end of the stream comes after all bytes, and stays")
        }
    }

    func writingToAClosedPeerBreaks(_ pair: Pair) async throws {
        let writer = TransportStream(pair.0)
        pair.1.close()
        do {
            // The first write may still be taken: the peer's answer to it breaks the connection.
            while true { try await writer.write(pattern(1000)) }
        } catch let error as TransportError {
            try expect(error != .closed, "the peer's close is not told as one's own")
        }
    }

    func aClosedTransportSaysSo(_ pair: Pair) async throws {
        pair.0.close()
        pair.0.close()
        try expect(throwing: .closed, "a read after close throws closed") { _ = try read(pair.0) }
        try expect(throwing: .closed, "a write after close throws closed") { _ = try pair.0.tryWrite(pattern(1).span) }
        pair.0.arm([.readable, .writable])
    }

    func droppingCloses() async throws {
        var pair: Pair? = try await makePair()
        guard let other = pair?.1 else { return }
        let reader = TransportStream(other)
        pair = nil
        do {
            try expect(try await reader.read().isEmpty, "the end of the stream follows a dropped transport")
        } catch is TransportError {
            // A reset is an end too.
        }
        reader.close()
    }

    func thePeersCloseIsReadable(_ pair: Pair) async throws {
        let log = HandlerLog(pair.0)
        pair.0.arm(.readable)
        pair.1.close()
        try expect(try await log.next() == .readable, "the peer's close is told to who waits to read")
        let (result, _) = try read(pair.0)
        try expect(result == .endOfStream, "then a read says that the stream has ended")
    }

    func closingDropsTheHandler(_ pair: Pair) async throws {
        weak var kept: Signpost?
        do {
            let signpost = Signpost()
            kept = signpost
            pair.0.setReadinessHandler { [signpost] _ in _ = signpost }
        }
        try expect(kept != nil, "a transport keeps its handler")
        pair.0.arm(.readable)
        pair.0.close()
        try expect(kept == nil, "close drops the handler and what it holds")
    }

    func closingUnderAReaderIsSafe(_ pair: Pair) async throws {
        let (closing, peer) = (TransportStream(pair.0), TransportStream(pair.1))
        let reader = Task.detached {
            while try await !closing.read(atMost: 10).isEmpty {}
        }
        let writer = Task.detached {
            while true { try await peer.write([1, 2, 3]) }
        }
        // Both are under way once bytes have made the whole trip and back.
        try await closing.write(pattern(10))
        _ = try await peer.read(exactly: 10)
        closing.close()
        let readerError = await error(of: reader)
        try expect(readerError as? TransportError == .closed, "a reader whose transport is closed is told so")
        try expect(await error(of: writer) is TransportError, "its peer's writes come to throw")
    }

    func closingUnderAWriterIsSafe(_ pair: Pair) async throws {
        let (closing, peer) = (TransportStream(pair.0), TransportStream(pair.1))
        let writer = Task.detached { [block = pattern(100_000)] in
            while true { try await closing.write(block) }
        }
        // The writer is under way, and will be stopped by a peer that doesn't read on.
        _ = try await peer.read(exactly: 100_000)
        let reader = Task.detached {
            while try await !closing.read().isEmpty {}
        }
        closing.close()
        let failures = (await error(of: writer), await error(of: reader))
        try expect(failures.0 as? TransportError == .closed, "a writer whose transport is closed is told so")
        try expect(failures.1 as? TransportError == .closed, "and so is a reader")
    }

    func aCancelledReadLosesNothing(_ pair: Pair) async throws {
        let (stream, peer) = (TransportStream(pair.0), TransportStream(pair.1))
        for value in UInt8(0)..<20 {
            let reading = Task { try await stream.read() }
            reading.cancel()
            try expect(await error(of: Task { _ = try await reading.value }) is CancellationError, "the wait ends")
            try await peer.write([value])
            try expect(try await stream.read() == [value], "the next read goes on where the cancelled one waited")
        }
    }

    private func error(of task: Task<Void, any Error>) async -> (any Error)? {
        do {
            try await task.value
            return nil
        } catch {
            return error
        }
    }
}

/// Something to be held.
private final class Signpost: Sendable {}
