// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import Transport

/// Connects as another connector does, by transports each of whose reads gives a small piece, whatever the machine does.
///
/// A proxy's pieces meet in the socket's buffer when the client is not at hand, so how many reads they take is anybody's guess.
final class PieceConnector: TransportConnector {
    private let base: any TransportConnector
    private let size: Int
    private let counter = ReadCounter()

    init(_ base: any TransportConnector = SocketConnector(), size: Int) { (self.base, self.size) = (base, size) }

    /// Reads so far that gave anything.
    var reads: Int { counter.count.load(ordering: .relaxed) }

    func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        PieceTransport(try await base.connect(to: endpoint), size, counter)
    }
}

private final class ReadCounter: Sendable {
    let count = Atomic(0)
}

private final class PieceTransport: ReadinessTransport {
    private let base: any ReadinessTransport
    private let size: Int
    private let counter: ReadCounter

    init(_ base: any ReadinessTransport, _ size: Int, _ counter: ReadCounter) {
        (self.base, self.size, self.counter) = (base, size, counter)
    }

    func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        var result = ReadResult.wouldBlock
        let piece = try [UInt8](capacity: min(size, buffer.freeCapacity)) { (room) throws(TransportError) in
            result = try base.tryRead(into: &room)
        }
        for byte in piece { buffer.append(byte) }
        if !piece.isEmpty { counter.count.add(1, ordering: .relaxed) }
        return result
    }

    // A read that waits would have to be cut as well.
    var canWaitInline: Bool { false }
    func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try tryRead(into: &buffer)
    }

    func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int { try base.tryWrite(bytes) }
    func finishWriting() throws(TransportError) { try base.finishWriting() }
    func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) { base.setReadinessHandler(handler) }
    func arm(_ interest: Readiness) { base.arm(interest) }
    func close() { base.close() }
}
