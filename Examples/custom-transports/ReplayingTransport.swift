// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import Transport

/// A server that says what one said before, if the client does, too.
final class ReplayingTransport: ByteTransport {
    private let playback: Mutex<Playback>
    private let hasNews: AsyncStream<Void>
    private let news: AsyncStream<Void>.Continuation

    init(_ capture: Capture) {
        playback = Mutex(Playback(capture))
        // One sign is enough, however much happens before somebody reads.
        (hasNews, news) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func read(into buffer: inout OutputSpan<UInt8>) async throws {
        var signs = hasNews.makeAsyncIterator()
        while true {
            let room = buffer.freeCapacity
            let bytes = playback.withLock { $0.read(atMost: room) }
            for byte in bytes { buffer.append(byte) }
            if !bytes.isEmpty { return }
            // A server with nothing more to say is silent: the stream ends when it is closed.
            guard await signs.next() != nil else { return }
        }
    }

    /// - Throws: `TransportError.custom`, with the text of a ``ReplayMismatch``.
    func write(_ bytes: Span<UInt8>) async throws {
        let sent = [UInt8](capacity: bytes.count) { copy in
            for index in bytes.indices { copy.append(bytes[index]) }
        }
        do {
            try playback.withLock { playback in try playback.send(sent) }
        } catch {
            throw TransportError.custom("this is not what was recorded: \(error)")
        }
        news.yield()
    }

    func finishWriting() async throws {}
    func close() { news.finish() }
}

/// Plays a capture back on each connection.
struct ReplayingConnector: TransportConnector {
    var capture: Capture

    func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        ByteTransportAdapter(ReplayingTransport(capture))
    }
}
