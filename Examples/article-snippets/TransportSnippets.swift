// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting
import ValkeyToolkit

// The code of the articles in Transport.docc, compiled and run (Scripts/check-docc).

/// Something that carries messages both ways, such as a WebSocket.
struct MessageChannel: Sendable {
    /// Sends a message; waits as long as the peer is behind.
    var send: @Sendable (_ message: [UInt8]) async throws -> Void
    /// The next message; an empty one at the end.
    var receive: @Sendable () async throws -> [UInt8]
    /// Tells the peer that no message follows.
    var finish: @Sendable () async throws -> Void
    /// Ends everything.
    var close: @Sendable () -> Void
}

/// Carries a connection over messages. Where they are cut means nothing.
final class MessageTransport: ByteTransport {
    private let channel: MessageChannel
    /// What the last message has left for the next read.
    private let rest = Mutex<ArraySlice<UInt8>>([])

    init(_ channel: MessageChannel) { self.channel = channel }

    func read(into buffer: inout OutputSpan<UInt8>) async throws {
        var message = rest.withLock { $0 }
        if message.isEmpty { message = try await channel.receive()[...] }
        let count = min(message.count, buffer.freeCapacity)
        for byte in message.prefix(count) { buffer.append(byte) }
        rest.withLock { $0 = message.dropFirst(count) }
    }

    func write(_ bytes: Span<UInt8>) async throws {
        var message: [UInt8] = []
        for index in bytes.indices { message.append(bytes[index]) }
        try await channel.send(message)
    }

    func finishWriting() async throws { try await channel.finish() }

    func close() { channel.close() }
}

struct MessageConnector: TransportConnector {
    var open: @Sendable (Endpoint) async throws -> MessageChannel

    func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        ByteTransportAdapter(MessageTransport(try await open(endpoint)))
    }
}

@Suite struct TransportSnippets {
    @Test(.timeLimit(.minutes(1)), arguments: ByteTransportConformance.Check.allCases)
    func `the transport conforms`(check: ByteTransportConformance.Check) async throws {
        try await ByteTransportConformance {
            let (first, second) = makeChannels()
            return (MessageTransport(first), MessageTransport(second))
        }.run(check)
    }

    @Test(.timeLimit(.minutes(1)), arguments: TransportConformance.Check.allCases)
    func `what the adapter makes of it conforms`(check: TransportConformance.Check) async throws {
        try await TransportConformance {
            let (first, second) = makeChannels()
            return (
                ByteTransportAdapter(MessageTransport(first)), ByteTransportAdapter(MessageTransport(second))
            )
        }.run(check)
    }

    @Test func `a client talks over messages`() async throws {
        let server = ScriptedServer { _ in .bulk("over messages") }
        let openChannel: @Sendable (Endpoint) async throws -> MessageChannel = { _ in
            let (near, far) = makeChannels()
            server.serve(ByteTransportAdapter(MessageTransport(far)))
            return near
        }
        let environment = ClientEnvironment(connector: MessageConnector { try await openChannel($0) })
        let client = try ValkeyClient("valkey://valkey.internal", environment: environment)
        let value = try await client.get("k", as: String.self)
        #expect(value == "over messages")
        client.close()
    }

    @Test(.timeLimit(.minutes(1))) func `sockets are set up as asked`() async throws {
        let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
        let server = Task {
            let stream = ReadinessTransportAdapter(try await listener.accept())
            while true {
                let bytes = try await stream.read(atMost: 4096)
                if bytes.isEmpty { return try await stream.finishWriting() }
                try await stream.write(bytes.span)
            }
        }
        let endpoint = listener.endpoint

        var connector = SocketConnector()
        connector.options.keepAliveIdle = .seconds(10)
        connector.options.unacknowledgedTimeout = .seconds(20)
        connector.timeout = .seconds(3)
        let stream = ReadinessTransportAdapter(try await connector.connect(to: endpoint))

        try await stream.write(Array("ping".utf8).span)
        try await stream.finishWriting()
        var echo: [UInt8] = []
        while case let bytes = try await stream.read(atMost: 4096), !bytes.isEmpty { echo += bytes }
        stream.close()
        try await server.value
        #expect(echo == Array("ping".utf8))
    }

    @Test func `a header and a payload leave together`() throws {
        let (transport, peer) = InMemoryTransport.pair()
        let (header, payload) = (Array("$5\r\n".utf8), Array("hello\r\n".utf8))

        var segments = ByteSegments()
        _ = segments.append(header.span)
        _ = segments.append(payload.span)
        let taken = try transport.tryWrite(segments)
        #expect(taken == 11 && peer.readableByteCount == 11)
    }
}

/// Two ends that hear each other.
private func makeChannels() -> (MessageChannel, MessageChannel) {
    func channel(_ transport: InMemoryTransport) -> MessageChannel {
        let stream = ReadinessTransportAdapter(transport)
        return MessageChannel(
            send: { message in try await stream.write(message.span) }, receive: { try await stream.read(atMost: 1000) },
            finish: { try await stream.finishWriting() }, close: { stream.close() })
    }
    let (first, second) = InMemoryTransport.pair()
    return (channel(first), channel(second))
}
