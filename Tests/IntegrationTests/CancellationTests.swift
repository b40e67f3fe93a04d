// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// A cancelled call ends alone: the connection and everyone else on it live on, and no reply goes to another caller.
@Suite struct CancellationTests {
    @Test(arguments: ServerVersion.allCases)
    func `hundreds of cancelled calls misdeliver nothing and leave the connection alive`(
        version: ServerVersion
    ) async throws {
        let server = try await SharedServers.shared.server(version)
        let client = ValkeyClient(.patient(server.endpoint))
        defer { client.close() }
        for number in 0..<50 { try await client.set("cancel:\(number)", "value \(number)") }
        let connectionID = try await client.execute(RawCommand("CLIENT", "ID", as: Int.self))

        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<50 {
                group.addTask {
                    var wrong = 0
                    for round in 0..<20 {
                        let call = Task { try await client.get("cancel:\(task)") }
                        if (task + round) % 2 == 0 { call.cancel() }
                        switch await call.result {
                        case .success(let value): if value != RESPBytes("value \(task)") { wrong += 1 }
                        case .failure(let error): if !(error is CancellationError) { wrong += 1 }
                        }
                    }
                    return wrong
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0)
        #expect(try await client.execute(RawCommand("CLIENT", "ID", as: Int.self)) == connectionID)
    }

    @Test func `a cancelled call returns at once though the server is silent, and the others get their replies`()
        async throws
    {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        var configuration = NodeConfiguration.patient(server.endpoint)
        configuration.commandTimeout = nil
        let client = ValkeyClient(configuration)
        defer { client.close() }
        try await client.set("k", "v")

        server.pause()
        let cancelled = (0..<100).map { _ in Task { try await client.incr("cancelled") } }
        let waiting = (0..<100).map { number in
            Task { try await client.execute(RawCommand("ECHO", "nonce \(number)", as: String.self)) }
        }
        for call in cancelled { call.cancel() }
        // The server can't have answered: these end because they were cancelled, or never.
        for call in cancelled {
            await #expect(throws: CancellationError.self) { try await call.value }
        }
        server.resume()
        for (number, call) in waiting.enumerated() {
            #expect(try await call.value == "nonce \(number)")
        }
        // Each cancelled INCR ran once or not at all.
        let count = try await client.get("cancelled", as: Int.self) ?? 0
        #expect((0...100).contains(count))
    }

    @Test func `a task that is cancelled before it calls sends nothing`() async throws {
        let server = try await SharedServers.shared.server(.valkey9)
        let client = ValkeyClient(.patient(server.endpoint))
        defer { client.close() }
        let key = unique("never")
        try await client.connect()
        let cancelled = Latch()
        let call = Task {
            await cancelled.wait()
            return try await client.incr(key)
        }
        call.cancel()
        cancelled.open()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(try await client.exists(key) == 0)
    }
}
