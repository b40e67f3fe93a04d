// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// What callers learn when a server dies, and how the client finds back.
@Suite struct ConnectionLossTests {
    @Test func `when the server is killed every waiting call ends with what is known of it`() async throws {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        var configuration = NodeConfiguration(endpoint: server.endpoint)
        configuration.commandTimeout = nil
        let client = ValkeyClient(configuration)
        defer { client.close() }
        try await client.set("k", "v")

        server.pause()
        let calls = (0..<50).map { _ in Task { try await client.incr("n") } }
        // The pause makes sure that none is answered; the kill, that all end.
        await Task.yield()
        server.kill()
        for call in calls {
            let error = await #expect(throws: (any Error).self) { try await call.value }
            switch error {
            case let error as ConnectionError: #expect(Bool(error.mayHaveExecuted) || !error.mayHaveExecuted)
            case is PoolError, is TransportError: break  // it never got a connection
            default: Issue.record("\(String(describing: error))")
            }
        }
    }

    @Test func `after a restart the next calls find the server again`() async throws {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        let client = ValkeyClient(NodeConfiguration(endpoint: server.endpoint))
        defer { client.close() }
        #expect(try await client.incr("n") == 1)
        server.kill()
        try await server.restart()
        // INCR was surely not sent on the dead connection, or the error says that it may have been.
        do {
            #expect(try await client.incr("n") == 1)
        } catch let error as ConnectionError {
            #expect(error.mayHaveExecuted)
            #expect(try await client.incr("n") >= 1)
        }
        #expect(try await client.get("absent") == nil)
    }

    @Test func `a refused connection reaches the first caller at once`() async throws {
        let client = ValkeyClient(NodeConfiguration(endpoint: .tcp(host: "127.0.0.1", port: 1)))
        defer { client.close() }
        await #expect(throws: TransportError.self) { try await client.get("k") }
    }

    @Test func `an unknown host reaches the first caller at once`() async throws {
        let client = ValkeyClient(NodeConfiguration(endpoint: .tcp(host: "no-such-host.invalid", port: 6379)))
        defer { client.close() }
        await #expect(throws: TransportError.self) { try await client.get("k") }
    }

    @Test func `a wrong password reaches the caller at once and is not printed`() async throws {
        let server = try await TestServer.start(.valkey9, options: ["--requirepass", "right"])
        defer { server.kill() }
        var configuration = NodeConfiguration(endpoint: server.endpoint)
        configuration.credentials = Credentials(password: "a-wrong-one")
        let client = ValkeyClient(configuration)
        defer { client.close() }
        let error = await #expect(throws: ConnectionError.self) { try await client.get("k") }
        guard case .handshakeRefused(.hello, let refusal)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(refusal.code == "WRONGPASS")
        #expect(!"\(String(describing: error))".contains("a-wrong-one"))
    }
}
