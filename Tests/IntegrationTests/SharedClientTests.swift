// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// A client in many hands, as peers promise it (seed S1); what the compiler refuses (S2, S3) is in `Scripts/refusals`.
@Suite(.timeLimit(.minutes(2))) struct SharedClientTests {
    @Test(arguments: [false, true])
    func `S1: a client may be shared by many tasks, each gets its own reply, and they share connections`(
        onEventLoop: Bool
    ) async throws {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        try await server.withClient(configure: {
            $0.clientName = "shared"
            $0.maximumConnections = 2
        }) { client async throws in
            try await withThrowingTaskGroup { group in
                for task in 0..<100 {
                    let run: @Sendable @concurrent () async throws -> Void = {
                        for call in 0..<50 {
                            let tag = "\(task)-\(call)"
                            try await client.set("key:\(task)", tag)
                            #expect(try await client.get("key:\(task)", as: String.self) == tag)
                        }
                    }
                    if onEventLoop {
                        group.addTask(executorPreference: EventLoop.shared, operation: run)
                    } else {
                        group.addTask(operation: run)
                    }
                }
                try await group.waitForAll()
            }
            let connections = try await server.connections(named: "shared")
            #expect((1...3).contains(connections.count), "a shared one and two besides at most")
        }
    }

    @Test func `S2: SELECT in plain words is refused before it is sent, and the database stays the client's`()
        async throws
    {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        try await server.withClient(configure: { $0.database = 3 }) { client async throws in
            try await client.set("k", "three")
            await #expect(throws: CommandMisuse.bindsConnection(name: "SELECT")) {
                try await client.execute(RawCommand("SELECT", "1", as: String.self))
            }
            #expect(try await client.get("k") == "three")
        }
    }
}
