// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting

@testable import Transport

@Suite(.timeLimit(.minutes(1))) struct SocketListenerTests {
    private let anyPort = Endpoint.tcp(host: "127.0.0.1", port: 0)

    @Test(arguments: QueueKind.allCases)
    func `connections are accepted in their order, on a port that was free`(kind: QueueKind) async throws {
        let loop = try kind.makeLoop()
        let listener = try SocketListener(on: anyPort, eventLoop: loop)
        guard case .tcp("127.0.0.1", let port) = listener.endpoint else {
            return #expect(Bool(false), "\(listener.endpoint)")
        }
        #expect(port > 0)
        for number in 1...3 {
            let client = TransportStream(try await SocketConnector().connect(to: listener.endpoint))
            let server = TransportStream(try await listener.accept())
            try await client.write("number \(number)")
            #expect(try await server.read() == Array("number \(number)".utf8))
            try await server.write("seen")
            #expect(try await client.read() == Array("seen".utf8))
        }
    }

    @Test(arguments: QueueKind.allCases)
    func `tasks that wait each get a connection of their own`(kind: QueueKind) async throws {
        let listener = try SocketListener(on: anyPort, eventLoop: try kind.makeLoop())
        let clients = try await withThrowingTaskGroup(of: SocketTransport.self) { group in
            for _ in 0..<5 { group.addTask { try await listener.accept() } }
            var clients: [any ReadinessTransport] = []
            for _ in 0..<5 { clients.append(try await SocketConnector().connect(to: listener.endpoint)) }
            var accepted: [SocketTransport] = []
            for try await transport in group { accepted.append(transport) }
            #expect(Set(accepted.map(ObjectIdentifier.init)).count == 5)
            return clients
        }
        withExtendedLifetime(clients) {}
    }

    @Test func `an IPv6 endpoint is listened on as an IPv4 one is`() async throws {
        let listener = try SocketListener(on: .tcp(host: "::1", port: 0))
        let client = try await SocketConnector().connect(to: listener.endpoint)
        try await listener.accept().close()
        client.close()
    }

    @Test func `the path of a Unix socket is there while it listens and free afterwards`() async throws {
        let endpoint = Endpoint.unix(path: temporaryPath())
        for _ in 1...2 {
            let listener = try SocketListener(on: endpoint)
            #expect(listener.endpoint == endpoint)
            let client = TransportStream(try await SocketConnector().connect(to: endpoint))
            let server = TransportStream(try await listener.accept())
            listener.close()
            await #expect(throws: TransportError.connectFailed(endpoint, errno: systemErrors.missing)) {
                try await SocketConnector().connect(to: endpoint)
            }
            try await client.write("after the end of the listener")
            #expect(try await server.read() == Array("after the end of the listener".utf8))
        }
    }

    @Test func `a path at which another socket listens meanwhile is left alone`() async throws {
        let endpoint = Endpoint.unix(path: temporaryPath())
        guard case .unix(let path) = endpoint else { return }
        let first = try SocketListener(on: endpoint)
        removeFile(path)
        let second = try SocketListener(on: endpoint)
        first.close()
        let client = try await SocketConnector().connect(to: endpoint)
        try await second.accept().close()
        client.close()
    }

    @Test func `an address in use is refused with the system's reason`() async throws {
        let listener = try SocketListener(on: anyPort)
        #expect(throws: TransportError.system(errno: systemErrors.addressInUse, operation: .listen)) {
            try SocketListener(on: listener.endpoint)
        }
        listener.close()
        let next = try SocketListener(on: listener.endpoint)
        #expect(next.endpoint == listener.endpoint)
    }

    @Test(arguments: [
        Endpoint.tcp(host: "a-name", port: 0), .tcp(host: "127.0.0.1", port: 65_536), .tcp(host: "", port: 0),
        .unix(path: ""), .unix(path: String(repeating: "x", count: 300)),
    ])
    func `an endpoint that can't be bound is refused without a system call`(endpoint: Endpoint) {
        #expect(throws: TransportError.invalidEndpoint(endpoint)) { try SocketListener(on: endpoint) }
    }

    @Test func `closing ends the calls that wait, and connects are refused from then on`() async throws {
        let listener = try SocketListener(on: anyPort)
        let waiting = Task { try await listener.accept() }
        await untilArmed(listener)
        listener.close()
        listener.close()
        await #expect(throws: TransportError.closed) { try await waiting.value }
        await #expect(throws: TransportError.closed) { try await listener.accept() }
        await #expect(throws: TransportError.connectFailed(listener.endpoint, errno: systemErrors.refused)) {
            try await SocketConnector().connect(to: listener.endpoint)
        }
    }

    @Test func `cancelling ends one call and leaves the connection to the next`() async throws {
        let listener = try SocketListener(on: anyPort)
        let cancelled = Task { try await listener.accept() }
        await untilArmed(listener)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let client = try await SocketConnector().connect(to: listener.endpoint)
        try await listener.accept().close()
        client.close()
    }

    @Test func `a listener that is dropped stops listening`() async throws {
        var listener: SocketListener? = try SocketListener(on: anyPort)
        let endpoint = try #require(listener?.endpoint)
        listener = nil
        await #expect(throws: TransportError.connectFailed(endpoint, errno: systemErrors.refused)) {
            try await SocketConnector().connect(to: endpoint)
        }
    }

    @Test func `without free descriptors a connection is hung up on, once and without spinning`() async throws {
        // The first connection finds no descriptor; what was given up for it lets it be taken after all.
        let calls = Mutex(0)
        let listener = try SocketListener(on: anyPort) { descriptor in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            return call == 1 ? -systemErrors.noDescriptors : acceptDescriptor(descriptor)
        }
        let unlucky = TransportStream(try await SocketConnector().connect(to: listener.endpoint))
        let waiting = Task { try await listener.accept() }
        #expect(try await unlucky.read().isEmpty, "hung up on, not left to wait")
        let lucky = TransportStream(try await SocketConnector().connect(to: listener.endpoint))
        let server = TransportStream(try await waiting.value)
        try await lucky.write("served")
        #expect(try await server.read() == Array("served".utf8))
        #expect(listener.refusedConnections == 1)
        // The one that failed, the one in its place, and at most three that found nothing or the second connection.
        #expect(calls.withLock { $0 } <= 5)
    }

    @Test func `an error of accepting is thrown and the listener goes on`() async throws {
        let mustFail = Atomic(true)
        let listener = try SocketListener(on: anyPort) { descriptor in
            mustFail.exchange(false, ordering: .relaxed)
                ? -systemErrors.badDescriptor : acceptDescriptor(descriptor)
        }
        await #expect(throws: TransportError.system(errno: systemErrors.badDescriptor, operation: .accept)) {
            try await listener.accept()
        }
        let client = try await SocketConnector().connect(to: listener.endpoint)
        try await listener.accept().close()
        client.close()
    }

    @Test func `a reset is what the peer meets`() async throws {
        let listener = try SocketListener(on: anyPort)
        let client = TransportStream(try await SocketConnector().connect(to: listener.endpoint))
        let server = try await listener.accept()
        server.reset()
        server.reset()
        await #expect(throws: TransportError.connectionReset(during: .read)) { try await client.read() }
    }

    @Test(arguments: [(63, 64, true), (56, 64, true), (55, 64, false), (3, 64, false), (1 << 20, -1, false)])
    func `the last descriptors are left to the runtime, which can't live without`(
        number: Int32, limit: Int64, isReserved: Bool
    ) {
        #expect(Transport.isReserved(number, limit: limit) == isReserved)
    }

    /// Until a task waits for the listener's readiness.
    private func untilArmed(_ listener: SocketListener) async {
        while listener.waiterCount == 0 { await Task.yield() }
    }

    private func temporaryPath() -> String {
        "/tmp/toolkit-listener-\(UInt64.random(in: .min ... .max)).sock"
    }
}
