// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import Transport

@testable import FaultInjection

/// A client and a server with the proxy between them.
@Suite(.timeLimit(.minutes(1))) struct FaultProxyTests {
    private let server: SocketListener
    private let proxy: FaultProxy

    init() throws {
        server = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
        proxy = try FaultProxy(to: server.endpoint)
    }

    private func connect() async throws -> (client: TransportStream, server: TransportStream) {
        let client = TransportStream(try await SocketConnector().connect(to: proxy.endpoint))
        return (client, TransportStream(try await server.accept()))
    }

    private func text(_ stream: TransportStream, bytes: Int) async throws -> String {
        let read = try await stream.read(exactly: bytes)
        return String(decoding: read, as: UTF8.self)
    }

    @Test func `without faults bytes pass in both directions, and the ends of the streams too`() async throws {
        let (client, server) = try await connect()
        try await client.write("ping")
        #expect(try await text(server, bytes: 4) == "ping")
        try await server.write("pong")
        #expect(try await text(client, bytes: 4) == "pong")
        try client.transport.finishWriting()
        #expect(try await server.read().isEmpty)
        try await server.write("last words")
        try server.transport.finishWriting()
        #expect(try await text(client, bytes: 100) == "last words")
        #expect(proxy.accepted.count == 1)
    }

    @Test func `a plan holds for the bytes that come after it, on open connections`() async throws {
        let (client, server) = try await connect()
        try await client.write("ab")
        #expect(try await text(server, bytes: 2) == "ab")
        proxy.setPlan(FaultPlan(receiving: [.reset(.after(3))]))
        // The proxy may be in the middle of moving the first of these.
        let writing = Task { while (try? await server.write("12345")) != nil { await Task.yield() } }
        await #expect(throws: TransportError.connectionReset(during: .read)) {
            while try await !client.read().isEmpty {}
        }
        await writing.value
    }

    @Test func `each connection can have a plan of its own`() async throws {
        proxy.setPlans { connection in
            connection == 1 ? FaultPlan(receiving: [.finish(.after(2))]) : FaultPlan()
        }
        let (first, firstServer) = try await connect()
        let (second, secondServer) = try await connect()
        try await firstServer.write("whole")
        try await secondServer.write("whole")
        #expect(try await text(first, bytes: 5) == "whole")
        #expect(try await text(second, bytes: 5) == "wh")
    }

    @Test func `what a stall held back arrives when the faults are taken away`() async throws {
        let (client, server) = try await connect()
        proxy.setPlan(FaultPlan(receiving: [.stall(.after(3))]))
        try await server.write("abcdef")
        #expect(try await text(client, bytes: 3) == "abc")
        proxy.heal()
        #expect(try await text(client, bytes: 3) == "def")
    }

    @Test func `more than the proxy holds at a time passes, also what was held back`() async throws {
        let (client, server) = try await connect()
        proxy.setPlan(FaultPlan(sending: [.stall(.now)]))
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let writing = Task { try await client.write(bytes) }
        for _ in 0..<1000 { await Task.yield() }
        proxy.heal()
        #expect(try await server.read(exactly: bytes.count) == bytes)
        try await writing.value
    }

    @Test func `a trigger's fault comes behind its pattern`() async throws {
        proxy.setTrigger(FaultTrigger("EXEC", .sending, then: FaultPlan(sending: [.finish(.now)])))
        let (client, server) = try await connect()
        try await client.write("one EX")
        try await client.write("EC two")
        #expect(try await text(server, bytes: 100) == "one EXEC")
    }

    @Test func `a trigger that holds its pattern back lets nothing of it pass`() async throws {
        proxy.setTrigger(FaultTrigger("EXEC", .sending, before: true, then: FaultPlan(sending: [.finish(.now)])))
        let (client, server) = try await connect()
        try await client.write("one EEX")
        #expect(try await text(server, bytes: 5) == "one E", "what may be its beginning waits")
        try await client.write("EC two")
        #expect(try await text(server, bytes: 100) == "")
    }

    @Test func `bytes that turn out not to be the pattern pass after all`() async throws {
        proxy.setTrigger(FaultTrigger("EXEC", .sending, before: true, then: FaultPlan(sending: [.reset(.now)])))
        let (client, server) = try await connect()
        try await client.write("EXEXIT EX")
        try client.transport.finishWriting()
        #expect(try await text(server, bytes: 100) == "EXEXIT EX")
    }

    @Test func `while it doesn't listen connects are refused, and open connections live on`() async throws {
        let (client, server) = try await connect()
        try proxy.setListening(false)
        await #expect(throws: TransportError.connectionRefused(proxy.endpoint)) {
            try await SocketConnector().connect(to: proxy.endpoint)
        }
        try await client.write("still here")
        #expect(try await text(server, bytes: 10) == "still here")
        try proxy.setListening(true)
        _ = try await connect()
    }

    @Test func `a connection that hangs is accepted, and never reaches the server`() async throws {
        proxy.setPlans { connection in FaultPlan(connecting: connection == 0 ? .hang : nil) }
        let hanging = TransportStream(try await SocketConnector().connect(to: proxy.endpoint))
        let (client, server) = try await connect()
        try await hanging.write("nobody reads this")
        try await client.write("served")
        #expect(try await text(server, bytes: 6) == "served")
        proxy.resetAll()
        await #expect(throws: TransportError.self) { try await hanging.read() }
    }

    @Test func `what is sought is seen in either direction, in pieces and where it does not arrive`() async throws {
        let proxy = try FaultProxy(to: server.endpoint, seeking: ["secret", "other", "not sent"])
        defer { proxy.close() }
        // From the beginning: on a connection that is open already, a plan takes effect soon, but not at once.
        proxy.setPlans { _ in FaultPlan(receiving: [.reset(.after(1))]) }
        let client = TransportStream(try await SocketConnector().connect(to: proxy.endpoint))
        let server = TransportStream(try await server.accept())
        try await client.write("a secr")
        #expect(try await text(server, bytes: 6) == "a secr")
        #expect(proxy.sightings.isEmpty)
        try await client.write("et")
        #expect(try await text(server, bytes: 2) == "et")
        #expect(proxy.sightings == [.init(connection: 0, direction: .sending, text: "secret")])
        try await server.write("other")
        await #expect(throws: TransportError.self) { while try await !client.read().isEmpty {} }
        #expect(proxy.sightings.contains(.init(connection: 0, direction: .receiving, text: "other")))
        #expect(proxy.sightings.count == 2)
    }

    @Test func `a server that refuses is one that resets`() async throws {
        server.close()
        // It may be so quick that the connect fails already.
        await #expect(throws: TransportError.self) {
            try await TransportStream(try await SocketConnector().connect(to: proxy.endpoint)).read()
        }
    }

    @Test(arguments: ["ABABC", "AAB", "X"])
    func `a pattern is found where it first ends, however the bytes are cut`(pattern: String) {
        let text = Array("ABABABCAABXABABC".utf8)
        let expected = (pattern.utf8.count...text.count).first {
            Array(text[($0 - pattern.utf8.count)..<$0]) == Array(pattern.utf8)
        }
        for size in 1...text.count {
            var finder = PatternFinder(Array(pattern.utf8))
            var found: Int?
            var start = 0
            while start < text.count, found == nil {
                let end = min(start + size, text.count)
                found = finder.find(in: text[start..<end].span).map { start + $0 }
                start = end
            }
            #expect(found == expected, "pieces of \(size)")
        }
    }
}
