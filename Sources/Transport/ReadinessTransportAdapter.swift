// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Drives any ``ReadinessTransport`` as a ``ByteTransport``: sockets, in-memory transports and the like, read and
/// written by `await`.
///
/// It takes the transport's readiness handler and holds nothing: a read takes what is there, and a write is over when
/// the transport has taken all of it. What has not been read stops the peer, and what can't be sent stops the writer.
/// Dropping it lets go of the transport, which closes itself when nobody else holds it.
/// ``ByteTransportAdapter`` is the way back.
///
/// A cancelled task's call ends at once, by `CancellationError`. A cancelled read takes nothing, and the next one goes
/// on. A cancelled write of which nothing has left leaves no trace either; one that was cut in the middle makes all
/// further writes throw `TransportError.writeInterrupted`, while reading goes on.
public final class ReadinessTransportAdapter: ByteTransport {
    /// What it reads and writes.
    public let transport: any ReadinessTransport
    private let readable = Gate()
    private let writable = Gate()
    /// Bytes that a cancelled write had got rid of, if it was cut in the middle.
    private let bytesOfCutWrite = Atomic(0)

    /// Takes over a transport that has no readiness handler yet. Nobody else may read, write or close it from now on.
    public init(_ transport: any ReadinessTransport) {
        self.transport = transport
        transport.setReadinessHandler { [readable, writable] readiness in
            if readiness.contains(.readable) { readable.open() }
            if readiness.contains(.writable) { writable.open() }
        }
    }

    /// Waits for bytes and appends what is there, up to the buffer's free capacity; nothing at the end of the stream.
    ///
    /// - Throws: what the transport's `tryRead` does; `CancellationError`.
    public func read(into buffer: inout OutputSpan<UInt8>) async throws {
        try Task.checkCancellation()
        while try transport.tryRead(into: &buffer) == .wouldBlock {
            transport.arm(.readable)
            try await readable.wait()
        }
    }

    /// Writes all of the bytes, waiting as often as the transport has no room.
    ///
    /// - Throws: what the transport's `tryWrite` does; `TransportError.writeInterrupted`; `CancellationError`.
    public func write(_ bytes: Span<UInt8>) async throws {
        try checkWriting()
        var taken = 0
        while taken < bytes.count {
            let count = try transport.tryWrite(bytes.extracting(droppingFirst: taken))
            taken += count
            if count == 0 { try await waitForRoom(having: taken) }
        }
    }

    /// Writes all of the pieces, by vectored writes of the transport.
    ///
    /// - Throws: as the other form.
    public func write(_ segments: borrowing ByteSegments) async throws {
        try checkWriting()
        var taken = 0
        while taken < segments.byteCount {
            let count = try transport.tryWrite(segments.dropping(first: taken))
            taken += count
            if count == 0 { try await waitForRoom(having: taken) }
        }
    }

    /// Ends the sending direction: the peer reads what was written, then the end of the stream. Never waits.
    ///
    /// - Throws: what the transport's `finishWriting` does; `TransportError.writeInterrupted`, since the peer would take
    ///   a message that was cut for a whole one.
    public func finishWriting() async throws {
        try checkWriting()
        try transport.finishWriting()
    }

    /// Closes the transport. A read or write that waits throws `TransportError.closed`.
    public func close() {
        transport.close()
        readable.open()
        writable.open()
    }

    private func checkWriting() throws {
        try Task.checkCancellation()
        let taken = bytesOfCutWrite.load(ordering: .relaxed)
        if taken > 0 { throw TransportError.writeInterrupted(taken: taken) }
    }

    private func waitForRoom(having taken: Int) async throws {
        transport.arm(.writable)
        do {
            try await writable.wait()
        } catch {
            bytesOfCutWrite.store(taken, ordering: .relaxed)
            throw error
        }
    }
}
