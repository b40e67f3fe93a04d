// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

/// Passes bytes on and shows them to somebody, in the order in which they were said.
final class RecordingTransport: ByteTransport {
    private let base: any ByteTransport
    private let record: @Sendable (Capture.Direction, [UInt8]) -> Void

    /// - Parameter record: is shown every piece; commands and replies may come at the same time.
    init(_ base: any ByteTransport, record: @escaping @Sendable (Capture.Direction, [UInt8]) -> Void) {
        self.base = base
        self.record = record
    }

    func read(into buffer: inout OutputSpan<UInt8>) async throws {
        let bytes = try await base.read(atMost: buffer.freeCapacity)
        if !bytes.isEmpty { record(.reply, bytes) }
        for byte in bytes { buffer.append(byte) }
    }

    func write(_ bytes: Span<UInt8>) async throws {
        // Before the write: the reply to it may be there before it returns.
        record(
            .command,
            [UInt8](capacity: bytes.count) { copy in
                for index in bytes.indices { copy.append(bytes[index]) }
            })
        try await base.write(bytes)
    }

    func finishWriting() async throws { try await base.finishWriting() }
    func close() { base.close() }
}

/// Records what is said on every connection.
struct RecordingConnector: TransportConnector {
    /// What connects.
    var connector: any TransportConnector = SocketConnector()
    /// Makes what is shown the bytes of a new connection.
    var makeRecorder: @Sendable () throws -> @Sendable (Capture.Direction, [UInt8]) -> Void

    func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        let record = try makeRecorder()
        let stream = ReadinessTransportAdapter(try await connector.connect(to: endpoint))
        return ByteTransportAdapter(RecordingTransport(stream, record: record))
    }
}
