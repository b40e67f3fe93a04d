// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(1))) struct ByteTransportAdapterTests {
    @Test func `it reads no further ahead than it was told`() async throws {
        let (near, far) = InMemoryTransport.pair()
        let adapter = ByteTransportAdapter(SampleByteTransport(near), readAhead: 1000)
        let (peer, stream) = (TransportStream(far), TransportStream(adapter))
        try await peer.write([UInt8](repeating: 1, count: 5000))
        // Reading ahead goes on only by what was read.
        var count = 0
        while count < 5000 {
            let bytes = try await stream.read(atMost: 300)
            #expect(near.readableByteCount >= 5000 - count - bytes.count - 1000)
            count += bytes.count
        }
    }

    @Test func `it takes no more than it may write behind`() async throws {
        let blocked = ScriptedByteTransport(blocksWrites: true)
        let adapter = ByteTransportAdapter(blocked, writeBehind: 100)
        #expect(try adapter.tryWrite([UInt8](repeating: 1, count: 250).span) == 100)
        await blocked.waitForWrite()
        // The first hundred are on their way now, so that there is room for another hundred, and no more.
        #expect(try adapter.tryWrite([UInt8](repeating: 2, count: 250).span) == 100)
        #expect(try adapter.tryWrite([UInt8](repeating: 3, count: 250).span) == 0)
        adapter.close()
    }

    @Test func `a transport's own error is passed on, and others as text`() async throws {
        let failures: [(any Error, TransportError)] = [
            (TransportError.brokenPipe, .brokenPipe), (Unplugged(), .custom("read failed: Unplugged()")),
        ]
        for (thrown, expected) in failures {
            let stream = TransportStream(ByteTransportAdapter(ScriptedByteTransport(readError: thrown)))
            for _ in 0..<2 {
                await #expect(throws: expected) { try await stream.read() }
            }
            await #expect(throws: expected) { try await stream.write("x") }
        }
    }

    @Test func `closing cancels its tasks and closes the transport`() async throws {
        let scripted = ScriptedByteTransport(blocksWrites: true)
        let adapter = ByteTransportAdapter(scripted)
        _ = try adapter.tryWrite([1].span)
        // A task that hasn't begun when the adapter is closed has nothing to be cancelled.
        await scripted.waitForRead()
        await scripted.waitForWrite()
        adapter.close()
        await scripted.waitForCancellations(2)
        #expect(scripted.isClosed)
    }

    @Test func `dropping it closes the transport`() async throws {
        let scripted = ScriptedByteTransport()
        do { _ = ByteTransportAdapter(scripted) }
        #expect(scripted.isClosed)
    }
}

private struct Unplugged: Error {}

/// Reads only end by an error or cancellation.
private final class ScriptedByteTransport: ByteTransport {
    private let readError: (any Error)?
    private let blocksWrites: Bool
    private let closed = Mutex(false)
    private let (reads, onRead) = AsyncStream<Void>.makeStream()
    private let (writes, onWrite) = AsyncStream<Void>.makeStream()
    private let (cancellations, onCancellation) = AsyncStream<Void>.makeStream()

    init(readError: (any Error)? = nil, blocksWrites: Bool = false) {
        self.readError = readError
        self.blocksWrites = blocksWrites
    }

    var isClosed: Bool { closed.withLock { $0 } }

    func waitForRead() async {
        for await _ in reads { break }
    }

    func waitForWrite() async {
        for await _ in writes { break }
    }

    func waitForCancellations(_ count: Int) async {
        var left = count
        for await _ in cancellations {
            left -= 1
            if left == 0 { break }
        }
    }

    func read(into buffer: inout OutputSpan<UInt8>) async throws {
        onRead.yield()
        if let readError { throw readError }
        try await waitForCancellation()
    }

    func write(_ bytes: Span<UInt8>) async throws {
        onWrite.yield()
        if blocksWrites { try await waitForCancellation() }
    }

    func finishWriting() async throws {}

    func close() {
        closed.withLock { $0 = true }
    }

    private func waitForCancellation() async throws {
        for await _ in AsyncStream<Never>.makeStream().stream {}
        onCancellation.yield()
        throw CancellationError()
    }
}
