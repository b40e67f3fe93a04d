// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import ValkeyToolkit

@testable import custom_transports

@Suite(.timeLimit(.minutes(1))) struct ProxyConnectorTests {
    private let server = ScriptedServer { $0.name == "GET" ? .bulk($0.words[1] + "'s value") : .ok }
    private let nowhere = Endpoint.tcp(host: "127.0.0.1", port: 9)

    @Test func `a client talks through a tunnel`() async throws {
        let value = String(repeating: "x", count: 1 << 20)
        try await withProxy { connector, endpoint in
            let client = ValkeyClient(
                NodeConfiguration(endpoint: endpoint), environment: ClientEnvironment(connector: connector))
            try await client.set("big", value)
            #expect(try await client.get("k") == "k's value")
            client.close()
        }
        #expect(server.commands.map(\.name) == ["SET", "GET"])
        #expect(server.commands.first?.arguments.last?.count == value.utf8.count)
    }

    @Test func `who has no password is told so, and who has one is let in`() async throws {
        try await withProxy(authorization: "Basic c2VjcmV0") { connector, endpoint in
            await #expect(throws: ProxyError.authenticationRequired) { try await connector.connect(to: endpoint) }
            var known = connector
            known.authorization = "Basic c2VjcmV0"
            try await known.connect(to: endpoint).close()
        }
    }

    @Test func `a client is told why its proxy refuses`() async throws {
        try await withProxy(connector: RefusingConnector()) { connector, endpoint in
            let client = ValkeyClient(
                NodeConfiguration(endpoint: endpoint), environment: ClientEnvironment(connector: connector))
            await #expect(throws: ProxyError.refused(status: 502, reason: "Bad Gateway")) { try await client.get("k") }
            client.close()
        }
    }

    @Test func `a proxy that is none, or hangs up, is an error and leaves nothing open`() async throws {
        let (closing, confused) = (ScriptedServer { _ in .close }, ScriptedServer { _ in .raw("-ERR what?\r\n\r\n") })
        for (proxy, error) in [(closing, ProxyError.hungUp), (confused, .malformedAnswer)] {
            let connector = ProxyConnector(proxy: nowhere, connector: proxy.connector)
            await #expect(throws: error) { try await connector.connect(to: nowhere) }
        }
    }

    @Test func `cancelling ends the wait for a proxy that says nothing`() async throws {
        let silent = ScriptedServer { _ in .none }
        let connector = ProxyConnector(proxy: nowhere, connector: silent.connector)
        let connecting = Task { try await connector.connect(to: nowhere) }
        try await silent.waitForCommands(1)
        connecting.cancel()
        await #expect(throws: CancellationError.self) { try await connecting.value }
    }

    @Test func `a tunnel gives the bytes first that came with the answer`() async throws {
        // To the scripted server each line of the head is a command.
        let early = ScriptedServer { $0.name == "CONNECT" ? .raw("HTTP/1.1 200 OK\r\n\r\nfirst") : .none }
        let connector = ProxyConnector(proxy: nowhere, connector: early.connector)
        let stream = TransportStream(try await connector.connect(to: nowhere))
        #expect(try await stream.read(exactly: 5) == Array("first".utf8))
        early.send(.raw("second"))
        #expect(try await stream.read(exactly: 6) == Array("second".utf8))
    }

    /// Runs a proxy on loopback, with the scripted server behind it on another port.
    private func withProxy(
        authorization: String? = nil, connector: any TransportConnector = SocketConnector(),
        _ body: (ProxyConnector, Endpoint) async throws -> Void
    ) async throws {
        let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
        let proxy = try TunnelProxy(port: 0, authorization: authorization, connector: connector)
        try await withThrowingTaskGroup { group in
            group.addTask { try await proxy.run() }
            group.addTask { while true { server.serve(try await listener.accept()) } }
            try await body(ProxyConnector(proxy: proxy.endpoint), listener.endpoint)
            group.cancelAll()
        }
    }
}

private struct RefusingConnector: TransportConnector {
    func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        throw TransportError.connectionRefused(endpoint)
    }
}
