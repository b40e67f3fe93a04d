// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting

@testable import Transport

@Suite(.timeLimit(.minutes(1))) struct SocketConnectorTests {
    @Test func `a refused connect says which endpoint refused and why`() async throws {
        let holder = try LoopbackListener(backlog: nil)
        await #expect(throws: TransportError.connectFailed(holder.endpoint, errno: systemErrors.refused)) {
            try await SocketConnector().connect(to: holder.endpoint)
        }
        #expect(
            TransportError.connectionRefused(holder.endpoint)
                == .connectFailed(holder.endpoint, errno: systemErrors.refused))
    }

    @Test(arguments: QueueKind.allCases)
    func `a Unix socket is connected by its path`(kind: QueueKind) async throws {
        let listener = try LoopbackListener(unixPath: temporaryPath("echo-\(kind)"))
        let loop = try kind.makeLoop()
        let client = TransportStream(try await SocketConnector(eventLoop: loop).connect(to: listener.endpoint))
        let server = TransportStream(try listener.accept(eventLoop: loop))
        try await client.write("over a path")
        #expect(try await server.read() == Array("over a path".utf8))
    }

    @Test(.enabled("needs an IPv6 loopback address") { (try? SocketListener(on: .tcp(host: "::1", port: 0))) != nil })
    func `an IPv6 literal is connected to`() async throws {
        let listener = try SocketListener(on: .tcp(host: "::1", port: 0))
        let connector = SocketConnector(resolver: StubResolver(answer: []))
        let client = TransportStream(try await connector.connect(to: listener.endpoint))
        let server = TransportStream(try await listener.accept())
        try await client.write("over IPv6")
        #expect(try await server.read() == Array("over IPv6".utf8))
    }

    @Test func `a Unix path where nothing is says so`() async throws {
        let endpoint = Endpoint.unix(path: temporaryPath("missing"))
        await #expect(throws: TransportError.connectFailed(endpoint, errno: systemErrors.missing)) {
            try await SocketConnector().connect(to: endpoint)
        }
    }

    @Test(arguments: [
        Endpoint.unix(path: ""), .unix(path: String(repeating: "x", count: 300)), .unix(path: "a\0b"),
        .tcp(host: "127.0.0.1", port: 65_536), .tcp(host: "127.0.0.1", port: -1), .tcp(host: "", port: 6379),
        .tcp(host: "a\0b", port: 6379),
    ])
    func `an endpoint that can't exist is refused without a system call`(endpoint: Endpoint) async {
        await #expect(throws: TransportError.invalidEndpoint(endpoint)) {
            try await SocketConnector(resolver: StubResolver(answer: [])).connect(to: endpoint)
        }
        #expect(!TransportError.invalidEndpoint(endpoint).isTransient)
    }

    @Test func `a name is resolved anew at each connect`() async throws {
        let listener = try LoopbackListener()
        let address = try #require(SocketAddress(ip: "127.0.0.1", port: UInt16(listener.port)))
        let resolver = StubResolver(answer: [address])
        let connector = SocketConnector(resolver: resolver)
        for _ in 0..<3 {
            try await connector.connect(to: .tcp(host: "db.internal", port: listener.port)).close()
        }
        #expect(resolver.asked == Array(repeating: "db.internal:\(listener.port)", count: 3))
        try await connector.connect(to: listener.endpoint).close()
        #expect(resolver.asked.count == 3, "numeric addresses need no resolver")
    }

    @Test func `addresses are tried in order until one takes the connection`() async throws {
        let (closed, open) = (try LoopbackListener(backlog: nil), try LoopbackListener())
        let addresses = try [closed, open].map {
            try #require(SocketAddress(ip: "127.0.0.1", port: UInt16($0.port)))
        }
        let connector = SocketConnector(resolver: StubResolver(answer: addresses))
        let client = TransportStream(try await connector.connect(to: .tcp(host: "two-addresses", port: 1)))
        let server = TransportStream(try open.accept())
        try await client.write("hello")
        #expect(try await server.read() == Array("hello".utf8))
    }

    @Test func `when all addresses fail the error tells of one that was reached`() async throws {
        let closed = try LoopbackListener(backlog: nil)
        let refusing = try #require(SocketAddress(ip: "127.0.0.1", port: UInt16(closed.port)))
        // No stream leads to the broadcast address: the system says at once that there is no way.
        let unreachable = try #require(SocketAddress(ip: "255.255.255.255", port: 1))
        let endpoint = Endpoint.tcp(host: "all-fail", port: 1)
        for answer in [[refusing, unreachable], [unreachable, refusing], [refusing]] {
            await #expect(throws: TransportError.connectFailed(endpoint, errno: systemErrors.refused)) {
                try await SocketConnector(resolver: StubResolver(answer: answer)).connect(to: endpoint)
            }
        }
    }

    @Test func `a name without addresses is not resolved`() async {
        await #expect {
            try await SocketConnector(resolver: StubResolver(answer: [])).connect(to: .tcp(host: "none", port: 1))
        } throws: { error in
            guard case .nameNotResolved(host: "none", _)? = error as? TransportError else { return false }
            return true
        }
    }

    @Test func `the system's resolver knows localhost and refuses what can't be a name`() async throws {
        let found = try await SystemAddressResolver().addresses(of: "localhost", port: 6379)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { ["127.0.0.1:6379", "[::1]:6379"].contains($0.description) })
        // A label of more than 63 bytes is refused before any name server is asked.
        let impossible = String(repeating: "x", count: 70) + ".invalid"
        await #expect {
            try await SystemAddressResolver().addresses(of: impossible, port: 1)
        } throws: { error in
            guard case .nameNotResolved(impossible, _)? = error as? TransportError else { return false }
            return true
        }
    }

    @Test func `cancelling ends a lookup that doesn't`() async throws {
        let resolver = StubResolver(answer: nil)
        let connecting = Task { try await SocketConnector(resolver: resolver).connect(to: .tcp(host: "slow", port: 1)) }
        await resolver.waitUntilAsked()
        connecting.cancel()
        await #expect(throws: CancellationError.self) { try await connecting.value }
    }

    @Test func `a cancelled task connects to nothing`() async throws {
        let listener = try LoopbackListener()
        let connecting = Task {
            // Ends when the task is cancelled.
            for await _ in AsyncStream<Never>.makeStream().stream {}
            return try await SocketConnector().connect(to: listener.endpoint)
        }
        connecting.cancel()
        await #expect(throws: CancellationError.self) { try await connecting.value }
    }

    #if os(Linux)
        @Test(arguments: QueueKind.allCases)
        func `cancelling ends a connect that hangs, and closes its socket`(kind: QueueKind) async throws {
            // A backlog of 0 holds one connection; Linux leaves further ones without an answer.
            let listener = try LoopbackListener(backlog: 0)
            let filler = try await SocketConnector().connect(to: listener.endpoint)
            let (hanging, continuation) = AsyncStream<Void>.makeStream()
            let queue = RecordingQueue(try kind.makeQueue()) { interest in
                if interest == .writable { continuation.yield() }
            }
            let loop = EventLoop(queue: queue)
            for _ in 0..<3 {
                let before = queue.armCount
                let connecting = Task {
                    try await SocketConnector(eventLoop: loop).connect(to: listener.endpoint)
                }
                for await _ in hanging { break }
                connecting.cancel()
                await #expect(throws: CancellationError.self) { try await connecting.value }
                #expect(queue.armCount == before + 1)
                #expect(queue.watchedCount == 0)
            }
            withExtendedLifetime(filler) {}
        }
    #endif

    @Test func `failed and cancelled connects leak no descriptor`() async throws {
        let closed = try LoopbackListener(backlog: nil)
        let before = openDescriptors().count
        for _ in 0..<200 {
            _ = try? await SocketConnector().connect(to: closed.endpoint)
            let connecting = Task { try await SocketConnector().connect(to: closed.endpoint) }
            connecting.cancel()
            _ = try? await connecting.value
        }
        // Other tests run at the same time and have theirs.
        #expect(openDescriptors().count < before + 150)
    }

    private func temporaryPath(_ name: String) -> String {
        "/tmp/toolkit-\(name)-\(UInt64.random(in: .min ... .max)).sock"
    }
}
