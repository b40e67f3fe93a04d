// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import ValkeyToolkit

/// Whatever bytes a server sends, the process lives and the error names the place.
@Suite(.timeLimit(.minutes(1))) struct MalformedServerTests {
    private static let nonsense = [
        "@oops\r\n", "$5\r\nhelloXY", "*-7\r\n", "$-01\r\n", "%4611686018427387904\r\n", "%9223372036854775807\r\n",
        "$9223372036854775805\r\n", "=-1\r\n", "!-1\r\n", ":12a\r\n", "#x\r\n", "*2147483648000\r\n",
        "*2\r\n+fine\r\n@oops\r\n", "*1\r\n%1\r\n+key\r\n:x\r\n",
    ]

    @Test(arguments: nonsense)
    func `a malformed reply ends its call with the codec's error and its offset, and is not asked for again`(
        bytes: String
    ) async throws {
        let server = ScriptedServer { command in command.name == "GET" ? .raw(bytes) : .ok }
        let client = ValkeyClient(
            .patient(.unix(path: "memory")), environment: ClientEnvironment(connector: server.connector))
        defer { client.close() }
        let error = await #expect(throws: ConnectionError.self) { try await client.get("k") }
        guard case .closed(.malformedReply(let cause), .outcomeUnknown, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(cause.offset > 0)
        #expect(server.commands.count { $0.name == "GET" } == 1)
        // The next call has a connection of its own, and works.
        #expect(try await client.set("k", "v").isStored)
        #expect(server.connectionCount == 2)
    }

    @Test(arguments: nonsense)
    func `a server that never says anything but nonsense is named as the cause`(bytes: String) async throws {
        let handshake = "%1\r\n+proto\r\n:3\r\n+OK\r\n+OK\r\n+OK\r\n"
        // The server's ends live until the end of the test: what is read is judged, not that they went away.
        let servers = Mutex<[InMemoryTransport]>([])
        let connector = InMemoryConnector { _, server in
            servers.withLock { $0.append(server) }
            let bytes = Array((handshake + bytes).utf8)
            _ = try server.tryWrite(bytes.span)
        }
        let client = ValkeyClient(
            .patient(.unix(path: "memory")), environment: ClientEnvironment(connector: connector))
        defer { client.close() }
        let error = await #expect(throws: ConnectionError.self) { try await client.get("k") }
        // What is read together with the handshake's replies breaks the handshake.
        let cause: RESPDecodingError
        switch error {
        case .closed(.malformedReply(let error), _, _)?, .handshakeBroken(.malformedReply(let error), _)?: cause = error
        default:
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect((handshake.utf8.count..<(handshake + bytes).utf8.count).contains(cause.offset))
    }

    @Test func `a reply that nobody asked for answers nobody`() async throws {
        let server = ScriptedServer { command in
            command.name == "ECHO" ? .bulk("yours").then(.bulk("nobody's")) : .bulk("the right one")
        }
        let client = ValkeyClient(
            .patient(.unix(path: "memory")), environment: ClientEnvironment(connector: server.connector))
        defer { client.close() }
        #expect(try await client.echo("x") == "yours")
        #expect(try await client.get("k") == "the right one")
    }
}
