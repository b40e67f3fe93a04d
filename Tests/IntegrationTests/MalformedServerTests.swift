// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import ServerSupport
import Testing
import ToolkitTesting
import ValkeyToolkit

/// Whatever bytes a server sends, the process lives and the error names the place.
@Suite struct MalformedServerTests {
    private static let handshake = "%1\r\n+proto\r\n:3\r\n+OK\r\n+OK\r\n"

    @Test(arguments: [
        "@oops\r\n", "$5\r\nhelloXY", "*-7\r\n", "$-01\r\n", "%4611686018427387904\r\n", "%9223372036854775807\r\n",
        "$9223372036854775805\r\n", "=-1\r\n", "!-1\r\n", ":12a\r\n", "#x\r\n", "*2147483648000\r\n",
    ])
    func `malformed bytes close that connection with the codec's error and its offset`(bytes: String) async throws {
        let connector = InMemoryConnector { _, server in
            Self.send(Self.handshake + bytes, on: server)
        }
        let client = ValkeyClient(
            NodeConfiguration(endpoint: .unix(path: "memory")), environment: ClientEnvironment(connector: connector))
        defer { client.close() }
        let error = await #expect(throws: ConnectionError.self) { try await client.get("k") }
        guard case .closed(.malformedReply(let cause), _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(cause.offset >= Self.handshake.utf8.count)
    }

    private static func send(_ text: String, on transport: InMemoryTransport) {
        let bytes = Array(text.utf8)
        _ = try? transport.tryWrite(bytes.span)
    }
}
