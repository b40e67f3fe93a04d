// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting
import ValkeyToolkit

@Suite struct ValkeyClientTests {
    @Test func `a client dials nothing before it is used, and then once`() async throws {
        let server = ScriptedServer { _ in .bulk("value") }
        let client = try ValkeyClient("valkey://h", environment: .still(server.connector))
        #expect(server.connectionCount == 0)
        try await client.connect()
        #expect(try await client.get("k", as: String.self) == "value")
        #expect(server.connectionCount == 1)
        #expect(server.commands.map(\.words) == [["GET", "k"]])
        client.close()
    }

    @Test func `what the URL says is in the handshake`() async throws {
        let server = ScriptedServer { _ in .none }
        let url = "valkey://ann:secret@h/3?client_name=api"
        try await withValkeyClient(url, environment: .still(server.connector)) { client in
            try await client.connect()
        }
        let words = server.handshakes.map(\.words)
        #expect(words.contains(["HELLO", "3", "AUTH", "ann", "secret", "SETNAME", "api"]))
        #expect(words.contains(["SELECT", "3"]))
    }

    @Test func `the scope closes its client, also when its body throws`() async throws {
        struct Stop: Error {}
        let server = ScriptedServer { _ in .simple("OK") }
        let kept = Mutex<ValkeyClient?>(nil)
        await #expect(throws: Stop.self) {
            try await withValkeyClient("valkey://h", environment: .still(server.connector)) {
                client in
                try await client.set("k", "v")
                kept.withLock { $0 = client }
                throw Stop()
            }
        }
        let client = try #require(kept.withLock { $0 })
        await #expect(throws: (any Error).self) { try await client.set("k", "v") }
        #expect(server.commands.count == 1)
    }

    @Test func `a malformed URL is refused before anything is dialed`() async {
        let server = ScriptedServer { _ in .none }
        await #expect(throws: ClientURLError.securityMissing(scheme: "valkeys")) {
            try await withValkeyClient("valkeys://h", environment: .still(server.connector)) {
                try await $0.connect()
            }
        }
        #expect(server.connectionCount == 0)
    }

    @Test func `a pipeline's replies have the types of its commands`() async throws {
        let server = ScriptedServer(replies: [.simple("OK"), .integer(7), .bulk("text")])
        let client = try ValkeyClient("valkey://h", environment: .still(server.connector))
        let (_, number, text) = try await client.pipeline(.set("a", "1"), .incr("n"), .get("t", as: String.self))
        #expect(number == 7)
        #expect(text == "text")
        #expect(server.commands.map(\.words) == [["SET", "a", "1"], ["INCR", "n"], ["GET", "t"]])
        client.close()
    }

    @Test func `a transaction whose key has changed starts over`() async throws {
        let server = ScriptedServer(replies: [
            .simple("OK"), .bulk("1"), .simple("OK"), .simple("QUEUED"), .null,
            .simple("OK"), .bulk("2"), .simple("OK"), .simple("QUEUED"), .array([.integer(3)]),
        ])
        let client = try ValkeyClient("valkey://h", environment: .still(server.connector))
        let seen = Mutex<[Int?]>([])
        let result = try await client.transaction(watching: "n") { watching in
            let found = try await watching.get("n", as: Int.self)
            seen.withLock { $0.append(found) }
            let multi = watching.multi()
            let number = multi.incr("n")
            return multi.commit(number)
        }
        #expect(result == 3)
        #expect(seen.withLock { $0 } == [1, 2])
        let attempt = [["WATCH", "n"], ["GET", "n"], ["MULTI"], ["INCR", "n"], ["EXEC"]]
        #expect(server.commands.map(\.words) == attempt + attempt)
        client.close()
    }

    @Test(.timeLimit(.minutes(1)))
    func `a client that is dropped closes its connections`() async throws {
        let server = ScriptedServer { _ in .bulk("value") }
        let (ends, signal) = AsyncStream.makeStream(of: Void.self)
        let connector = InMemoryConnector { _, transport in
            server.serve(EndWatchingTransport(transport) { signal.yield() })
        }
        do {
            let client = try ValkeyClient("valkey://h", environment: .still(connector))
            #expect(try await client.get("k", as: String.self) == "value")
        }
        var iterator = ends.makeAsyncIterator()
        #expect(await iterator.next() != nil)
        #expect(server.connectionCount == 1)
    }
}
