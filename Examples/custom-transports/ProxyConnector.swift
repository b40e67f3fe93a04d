// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import Transport

/// Connects through the tunnel of an HTTP proxy, as networks have them that let nothing else out.
struct ProxyConnector: TransportConnector {
    /// Where the proxy listens.
    var proxy: Endpoint
    /// What connects to the proxy.
    var connector: any TransportConnector = SocketConnector()
    /// The value of `Proxy-Authorization`.
    var authorization: String?

    /// - Throws: ``ProxyError``; what the other connector throws; `CancellationError`.
    func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        var handshake = try TunnelHandshake(to: endpoint, authorization: authorization)
        let stream = ReadinessTransportAdapter(try await connector.connect(to: proxy))
        do {
            try await stream.write(handshake.request.span)
            while true {
                let answer = try await stream.read(atMost: 4096)
                guard let rest = try handshake.receive(answer) else { continue }
                return ByteTransportAdapter(Tunnel(stream, beginningWith: rest))
            }
        } catch {
            stream.close()
            throw error
        }
    }
}

/// A stream of which the first bytes were read already.
final class Tunnel: ByteTransport {
    private let stream: ReadinessTransportAdapter
    private let first: Mutex<ArraySlice<UInt8>>

    init(_ stream: ReadinessTransportAdapter, beginningWith bytes: [UInt8]) {
        self.stream = stream
        first = Mutex(bytes[...])
    }

    func read(into buffer: inout OutputSpan<UInt8>) async throws {
        let bytes = first.withLock { first in
            let bytes = first.prefix(buffer.freeCapacity)
            first = first.dropFirst(bytes.count)
            return bytes
        }
        if bytes.isEmpty { return try await stream.read(into: &buffer) }
        for byte in bytes { buffer.append(byte) }
    }

    func write(_ bytes: Span<UInt8>) async throws { try await stream.write(bytes) }
    func write(_ segments: borrowing ByteSegments) async throws { try await stream.write(segments) }
    func finishWriting() async throws { try await stream.finishWriting() }
    func close() { stream.close() }
}
