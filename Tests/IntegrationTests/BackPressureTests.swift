// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// A client that wrote everything before it read anything would wait for ever: a server stops reading when nobody takes
/// its replies. 64 MiB are many times what the sockets' buffers hold.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BackPressureTests {
    @Test(arguments: Dialect.all)
    func `in one batch 64 MiB go out while 64 MiB come back`(dialect: Dialect) async throws {
        try await withServer(dialect) { client async throws in
            let block = [UInt8](repeating: 0x78, count: 1 << 20 - 1)
            let pipe = client.pipeline()
            for number in 0..<64 {
                pipe.set("large", block + [UInt8(number)])
                pipe.get("large")
            }
            // Others are served behind it, on the same connection.
            async let other = client.echo("behind")
            let replies = try await pipe.run()
            #expect(replies.count == 128)
            for number in 0..<64 {
                let value = try replies.frame(at: 2 * number + 1).decode(as: RESPBytes.self)
                #expect(value.count == block.count + 1 && value.span[value.count - 1] == UInt8(number))
            }
            #expect(try await other == "behind")
        }
    }

    @Test(arguments: Dialect.all)
    func `in many calls at once 64 MiB go out, half as SETs, while ECHOs stream back`(dialect: Dialect) async throws {
        try await withServer(dialect) { client async throws in
            let block = String(repeating: "y", count: 32 * 1024 - 8)
            let echoed = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<128 {
                    group.addTask {
                        var echoed = 0
                        for number in 0..<8 {
                            let text = block + String(10_000_000 + task * 8 + number)
                            async let stored = client.set("large-\(task % 8)", text)
                            if try await client.echo(text, as: String.self) == text { echoed += 1 }
                            _ = try await stored
                        }
                        return echoed
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(echoed == 128 * 8)
        }
    }

    /// A server of its own: the load should slow no other test.
    private func withServer(_ dialect: Dialect, _ body: (ValkeyClient) async throws -> Void) async throws {
        let server = try await TestServer.start(dialect.version)
        defer { server.kill() }
        try await dialect.withClient(of: server, body)
    }
}
