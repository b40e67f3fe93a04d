// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ToolkitTesting
import Transport

/// A byte transport as a user would write it: over something that has asynchronous reads and writes.
final class SampleByteTransport: ByteTransport {
    private let stream: TransportStream

    init(_ transport: any ReadinessTransport) {
        stream = TransportStream(transport)
    }

    func read(into buffer: inout OutputSpan<UInt8>) async throws {
        for byte in try await stream.read(atMost: buffer.freeCapacity) { buffer.append(byte) }
    }

    func write(_ bytes: Span<UInt8>) async throws {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        try await stream.write(copy)
    }

    func finishWriting() async throws {
        try stream.transport.finishWriting()
    }

    func close() {
        stream.close()
    }
}
