// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// Callers that run on the event loop of their connection.
@Suite(.timeLimit(.minutes(1))) struct EventLoopConnectionTests {
    @Test func `callers on the loop and elsewhere share a connection, and each gets its own reply`() async throws {
        let loop = EventLoop()
        let scripted = ScriptedClient(.echo { $0.run(on: loop) })
        try await withThrowingTaskGroup { group in
            for task in 0..<40 {
                let run: @Sendable @concurrent () async throws -> Void = {
                    for call in 0..<50 {
                        let reply = try await scripted.client.execute(echo("\(task)-\(call)"))
                        #expect(reply == "\(task)-\(call)")
                        #expect(loop.isCurrent == (task % 2 == 0))
                    }
                }
                if task % 2 == 0 {
                    group.addTask(executorPreference: loop, operation: run)
                } else {
                    group.addTask(operation: run)
                }
            }
            try await group.waitForAll()
        }
        scripted.client.close()
    }

    @Test func `batches on the loop are answered in order`() async throws {
        let loop = EventLoop()
        let scripted = ScriptedClient(
            .echo { options in
                options.run(on: loop)
                options.maximumRead = 7
            })
        try await withTaskExecutorPreference(loop) {
            let batch = scripted.client.pipeline()
            let handles = (0..<100).map { batch.enqueue(echo("\($0)")) }
            let replies = try await batch.run()
            for (number, handle) in handles.enumerated() { #expect(try replies[handle] == "\(number)") }
        }
        scripted.client.close()
    }

    @Test func `a caller on the loop stops waiting at its deadline`() async throws {
        let loop = EventLoop()
        var options = InMemoryTransport.Options()
        options.run(on: loop)
        let server = ScriptedServer(options: options) { command in command.name == "BEQUIET" ? .none : .ok }
        let scripted = ScriptedClient(server) { $0.commandTimeout = .seconds(1) }
        try await withTaskExecutorPreference(loop) {
            _ = try await scripted.client.execute(RawCommand("OPEN", as: String.self))
            let late = Task(executorPreference: loop) {
                let error = await #expect(throws: ConnectionError.self) {
                    try await scripted.client.execute(RawCommand("BEQUIET", as: String.self))
                }
                if case .timedOut? = error { return }
                Issue.record("ended otherwise: \(String(describing: error))")
            }
            // Behind the task, which waits for its reply by then.
            for _ in 0..<3 { await Task.yield() }
            scripted.clock.advance(by: .seconds(1))
            await late.value
        }
        scripted.client.close()
    }

    @Test func `a cancelled caller on the loop returns and the others are answered`() async throws {
        let loop = EventLoop()
        let scripted = ScriptedClient(.echo { $0.run(on: loop) })
        try await withTaskExecutorPreference(loop) {
            _ = try await scripted.client.execute(echo("open"))
            let cancelled = Task(executorPreference: loop) { try await scripted.client.execute(echo("cancelled")) }
            let other = Task(executorPreference: loop) { try await scripted.client.execute(echo("other")) }
            await Task.yield()
            cancelled.cancel()
            _ = await cancelled.result
            #expect(try await other.value == "other")
            #expect(try await scripted.client.execute(echo("after")) == "after")
        }
        scripted.client.close()
    }

    @Test func `the end of the connection ends all who wait on the loop`() async throws {
        let loop = EventLoop()
        var options = InMemoryTransport.Options()
        options.run(on: loop)
        let server = ScriptedServer(options: options) { command in command.name == "BEQUIET" ? .none : .ok }
        let scripted = ScriptedClient(server)
        try await withTaskExecutorPreference(loop) {
            try await withThrowingTaskGroup { group in
                for _ in 0..<10 {
                    group.addTask {
                        await #expect(throws: (any Error).self) {
                            try await scripted.client.execute(RawCommand("BEQUIET", as: String.self))
                        }
                    }
                }
                // The timer of their deadlines: by then they wait.
                try await scripted.clock.waitForSleepers(1)
                scripted.client.close()
                try await group.waitForAll()
            }
        }
    }
}
