// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Transport

/// A readiness transport, read and written by `await`: the plain way to be the other side in a test.
///
/// It takes the transport's readiness handler. One task may read while another writes. Cancellation of a task throws
/// `CancellationError`; a read can be cancelled without loss, a write that is cut in the middle ends all writing
/// (`ReadinessTransportAdapter` has the details).
public final class TransportStream: Sendable {
    private let adapter: ReadinessTransportAdapter

    /// Takes over a transport that has no readiness handler yet.
    public init(_ transport: any ReadinessTransport) {
        adapter = ReadinessTransportAdapter(transport)
    }

    /// What it reads and writes.
    public var transport: any ReadinessTransport { adapter.transport }

    /// Waits for bytes: between one and `limit`, or none at the end of the stream.
    public func read(atMost limit: Int = 64 * 1024) async throws -> [UInt8] {
        try await adapter.read(atMost: limit)
    }

    /// Waits for so many bytes; fewer if the stream ends before.
    public func read(exactly count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try await read(atMost: count - bytes.count)
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    /// Reads to the end of the stream.
    public func readToEnd() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try await read()
            if more.isEmpty { return bytes }
            bytes += more
        }
    }

    /// Writes all of the bytes.
    public func write(_ bytes: [UInt8]) async throws {
        try await adapter.write(bytes.span)
    }

    /// Writes a text's UTF-8.
    public func write(_ text: String) async throws {
        try await write(Array(text.utf8))
    }

    /// Ends the sending direction alone.
    public func finishWriting() async throws {
        try await adapter.finishWriting()
    }

    /// Closes the transport.
    ///
    /// A task that waits at that moment is woken and throws `TransportError.closed`.
    public func close() {
        adapter.close()
    }
}
