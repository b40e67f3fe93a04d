// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import AllocationCounter
import Commands
import RESPCodec
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// What a call costs, counted where it is the same each time: on an event loop, over memory. These fail when a change
/// makes calls allocate, or connections write or read more often; a change that makes them cheaper may lower the numbers.
@Suite(.timeLimit(.minutes(1))) struct CountGateTests {
    /// Allocations per call of an unoptimised build, whose closures and generic values are boxed. Optimised: none.
    #if DEBUG
        private static let (get, set, batched) = (32, 12, 32)
    #else
        private static let (get, set, batched) = (0, 0, 0)
    #endif

    private struct Fixture {
        let loop = EventLoop()
        let transport: CannedTransport
        let client: NodeClient

        init(reply: String) {
            transport = CannedTransport(on: loop, greetings: 4, reply: reply)
            var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
            configuration.protocolVersion = .resp2
            client = NodeClient(
                configuration, environment: ClientEnvironment(CannedConnector(transport: transport), ManualClock()))
        }

        /// Allocations of the loop's thread in the course of `count` calls, one after the other; `nil` where they
        /// can't be counted.
        func allocations(
            _ count: Int, _ call: @escaping @Sendable (NodeClient) async throws -> Void
        ) async throws -> Int? {
            try await withTaskExecutorPreference(loop) {
                for _ in 0..<100 { try await call(client) }
                let before = allocation_counter_thread_count()
                for _ in 0..<count { try await call(client) }
                return before < 0 ? nil : Int(allocation_counter_thread_count() - before)
            }
        }
    }

    private static let value = "$16\r\n0123456789abcdef\r\n"

    @Test func `a GET on the event loop allocates nothing but its value`() async throws {
        let fixture = Fixture(reply: Self.value)
        let count = try await fixture.allocations(1000) { client in
            // Not `#expect`, which allocates.
            if try await client.get("key:000001")?.count != 16 { Issue.record("another value came") }
        }
        if let count { #expect(count <= 1000 * Self.get) }
        fixture.client.close()
    }

    @Test func `a SET on the event loop allocates nothing`() async throws {
        let fixture = Fixture(reply: "+OK\r\n")
        let count = try await fixture.allocations(1000) { client in
            try await client.set("key:000001", "0123456789abcdef")
        }
        if let count { #expect(count <= 1000 * Self.set) }
        fixture.client.close()
    }

    @Test func `a lone caller's command is one write and one read`() async throws {
        let fixture = Fixture(reply: Self.value)
        let calls = try await withTaskExecutorPreference(fixture.loop) {
            _ = try await fixture.client.get("k")
            let before = fixture.transport.calls
            for _ in 0..<100 { _ = try await fixture.client.get("k") }
            return fixture.transport.calls - before
        }
        #expect(calls == .init(writes: 100, reads: 100))
        fixture.client.close()
    }

    @Test func `what all tasks of a loop send in a turn is one write, and their replies are one read`() async throws {
        let fixture = Fixture(reply: Self.value)
        let (tasks, rounds) = (50, 20)
        let calls = try await withTaskExecutorPreference(fixture.loop) {
            _ = try await fixture.client.get("k")
            let before = fixture.transport.calls
            try await withThrowingTaskGroup { group in
                for _ in 0..<tasks {
                    group.addTask { for _ in 0..<rounds { _ = try await fixture.client.get("k") } }
                }
                try await group.waitForAll()
            }
            return fixture.transport.calls - before
        }
        #expect(calls == .init(writes: rounds, reads: rounds))
        fixture.client.close()
    }

    @Test func `a batch is one write and allocates per batch, not per command`() async throws {
        let fixture = Fixture(reply: Self.value)
        let (writes, count): (Int, Int?) = try await withTaskExecutorPreference(fixture.loop) {
            func run() async throws {
                let batch = fixture.client.pipeline()
                for _ in 0..<100 { batch.get("key:000001") }
                let replies = try await batch.run()
                #expect(replies.count == 100)
            }
            for _ in 0..<10 { try await run() }
            let (writes, before) = (fixture.transport.calls.writes, allocation_counter_thread_count())
            for _ in 0..<10 { try await run() }
            let after = allocation_counter_thread_count()
            return (fixture.transport.calls.writes - writes, before < 0 ? nil : Int(after - before))
        }
        #expect(writes == 10)
        // A batch, its encoder and its growth, the collector and its array.
        if let count { #expect(count <= 10 * (20 + 100 * Self.batched)) }
        fixture.client.close()
    }
}
