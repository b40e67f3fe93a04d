// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
public import Transport

/// A readiness transport, read and written by `await`: the plain way to be the other side in a test.
///
/// It takes the transport's readiness handler. One task may read while another writes. Cancellation of a waiting task
/// throws `CancellationError` and leaves the stream usable.
public final class TransportStream: Sendable {
    /// What it reads and writes.
    public let transport: any ReadinessTransport
    private let readable = Gate()
    private let writable = Gate()

    /// Takes over a transport that has no readiness handler yet.
    public init(_ transport: any ReadinessTransport) {
        self.transport = transport
        transport.setReadinessHandler { [readable, writable] readiness in
            if readiness.contains(.readable) { readable.open() }
            if readiness.contains(.writable) { writable.open() }
        }
    }

    /// Waits for bytes: between one and `limit`, or none at the end of the stream.
    public func read(atMost limit: Int = 64 * 1024) async throws -> [UInt8] {
        while true {
            var result = ReadResult.wouldBlock
            let bytes = try [UInt8](capacity: limit) { buffer in result = try transport.tryRead(into: &buffer) }
            if result != .wouldBlock { return bytes }
            transport.arm(.readable)
            try await readable.wait()
        }
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
        var sent = 0
        while sent < bytes.count {
            let count = try transport.tryWrite(bytes.span.extracting(sent...))
            sent += count
            if count == 0 {
                transport.arm(.writable)
                try await writable.wait()
            }
        }
    }

    /// Writes a text's UTF-8.
    public func write(_ text: String) async throws {
        try await write(Array(text.utf8))
    }

    /// Closes the transport.
    ///
    /// A task that waits at that moment is woken and throws `TransportError.closed`.
    public func close() {
        transport.close()
        readable.open()
        writable.open()
    }
}
