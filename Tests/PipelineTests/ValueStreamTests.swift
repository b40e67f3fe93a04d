// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pool
import RESPCodec
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// Values that are read in pieces.
@Suite(.timeLimit(.minutes(2))) struct ValueStreamTests {
    private static let value = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 9) }

    private func server(_ change: (inout InMemoryTransport.Options) -> Void = { _ in }) -> ScriptedServer {
        var options = InMemoryTransport.Options()
        change(&options)
        return ScriptedServer(options: options) { command in
            switch (command.name, command.words.dropFirst().first) {
            case ("GET", "large"): .bulk(Self.value)
            case ("GET", "small"): .bulk("small")
            case ("GET", "empty"): .bulk("")
            case ("GET", "list"): .error("WRONGTYPE Operation against a key holding the wrong kind of value")
            case ("GET", _): .null
            case ("LRANGE", _): .array([.bulk("a")])
            default: .bulk(command.words[1])
            }
        }
    }

    private func read(_ client: NodeClient, _ key: String) async throws -> [UInt8]? {
        try await client.withStream(of: key) { pieces in
            var bytes: [UInt8] = []
            for try await piece in pieces { bytes += Array(piece) }
            #expect(pieces.length == bytes.count)
            return bytes
        }
    }

    @Test(arguments: [100, 1_000, 1 << 20])
    func `a large value comes in pieces that make it up, and its connection is used again`(cut: Int) async throws {
        let scripted = ScriptedClient(server { $0.maximumRead = cut })
        for _ in 0..<3 {
            let value = try await read(scripted.client, "large")
            #expect(value == Self.value)
        }
        #expect(scripted.server.connectionCount == 1)
        #expect(scripted.client.pool.status.idle == 1)
    }

    @Test func `a small value is one piece, an empty one none, and without a key there is no stream`() async throws {
        let scripted = ScriptedClient(server())
        let lengths = try await ["small", "empty", "missing"].asyncMap { key in
            try await scripted.client.withStream(of: key) { pieces in
                var count = 0
                for try await piece in pieces { count += piece.count }
                return count
            }
        }
        #expect(lengths == [5, 0, nil])
        #expect(scripted.server.connectionCount == 1)
    }

    @Test func `an error reply and a reply of another type are thrown, and the connection lives on`() async throws {
        let scripted = ScriptedClient(server())
        await #expect(throws: ServerError.self) { try await read(scripted.client, "list") }
        await #expect(throws: RESPTypeMismatch.self) {
            try await scripted.client.withStream(RawCommand("LRANGE", "k", "0", "-1", as: RESPFrame.self)) { _ in }
        }
        await #expect(throws: CommandMisuse.self) {
            try await scripted.client.withStream(RawCommand("MULTI", as: RESPFrame.self)) { _ in }
        }
        #expect(scripted.client.pool.status.idle == 1)
        #expect(scripted.server.connectionCount == 1)
    }

    @Test func `other commands go on while a value is read`() async throws {
        let scripted = ScriptedClient(server())
        let sizes = try await scripted.client.withStream(of: "large") { pieces in
            var sizes: [Int] = []
            for try await piece in pieces {
                sizes.append(piece.count)
                #expect(try await scripted.client.execute(echo("meanwhile")) == "meanwhile")
            }
            return sizes
        }
        #expect(sizes?.reduce(0, +) == Self.value.count)
        #expect(scripted.server.connectionCount == 2)
    }

    @Test(arguments: [(0, 2), (.max, 1)], [false, true])
    func `who stops early leaves a healthy pool, the connection drained or closed as the rest is short or long`(
        drained: (limit: Int, connections: Int), throwing: Bool
    ) async throws {
        struct Enough: Error {}
        let scripted = ScriptedClient(server()) { $0.lanes.drainedBytes = drained.limit }
        do {
            try await scripted.client.withStream(of: "large") { pieces in
                for try await _ in pieces {
                    if throwing { throw Enough() }
                    break
                }
            }
            #expect(!throwing)
        } catch is Enough {
            #expect(throwing)
        }
        #expect(try await read(scripted.client, "small") == Array("small".utf8))
        #expect(scripted.server.connectionCount == drained.connections)
        #expect(scripted.client.pool.status.leased == 0)
    }

    @Test func `a stream that is kept beyond its scope gives nothing`() async throws {
        let scripted = ScriptedClient(server())
        var kept: ValueStream?
        try await scripted.client.withStream(of: "large") { kept = $0 }
        var iterator = try #require(kept).makeAsyncIterator()
        await #expect(throws: ValueStreamError.self) { _ = try await iterator.next() }
    }

    /// A server that begins to answer, and then does nothing more.
    private func halting() -> ScriptedServer {
        ScriptedServer { command in
            command.name == "GET"
                ? .raw("$100000\r\n" + String(repeating: "x", count: 50_000)) : .bulk(command.words[1])
        }
    }

    private func readUntilSilence(_ client: NodeClient) -> Task<Int, any Error> {
        Task {
            try await client.withStream(of: "k") { pieces in
                var count = 0
                for try await piece in pieces { count += piece.count }
                return count
            } ?? -1
        }
    }

    @Test func `a server that falls silent in the middle of a value ends the stream by its timeout`() async throws {
        let scripted = ScriptedClient(halting())
        let reading = readUntilSilence(scripted.client)
        try await scripted.server.waitForCommands(1)
        try await wait { scripted.clock.sleeperCount > 0 }
        let driver = Task {
            while !Task.isCancelled {
                scripted.clock.advance(by: .milliseconds(100))
                await Task.yield()
            }
        }
        let error = await #expect(throws: ConnectionError.self) { try await reading.value }
        driver.cancel()
        guard case .timedOut? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(try await scripted.client.execute(echo("next")) == "next")
    }

    @Test func `cancelling who waits for a piece ends its stream at once and nobody else's call`() async throws {
        let scripted = ScriptedClient(halting())
        let reading = readUntilSilence(scripted.client)
        try await scripted.server.waitForCommands(1)
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        #expect(try await scripted.client.execute(echo("next")) == "next")
        #expect(scripted.client.pool.status.leased == 0)
    }

    @Test func `a connection that ends in the middle of a value is an error, before its start it is replaced`()
        async throws
    {
        let server = ScriptedServer(replies: [
            .close, .raw("$100000\r\n" + String(repeating: "x", count: 50_000)).thenClose(), .bulk("whole"),
        ])
        let scripted = ScriptedClient(server)
        let error = await #expect(throws: ConnectionError.self) { try await read(scripted.client, "k") }
        guard case .closed(.endOfStream, .outcomeUnknown, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(server.connectionCount == 2)
        #expect(try await read(scripted.client, "k") == Array("whole".utf8))
    }

    @Test func `a connection that has ended while it lay unused is replaced`() async throws {
        let scripted = ScriptedClient(server())
        _ = try await read(scripted.client, "small")
        scripted.server.disconnect(0)
        #expect(try await read(scripted.client, "small") == Array("small".utf8))
        #expect(scripted.server.connectionCount == 2)
    }

    @Test func `closing the client ends a stream`() async throws {
        let scripted = ScriptedClient(halting())
        let reading = readUntilSilence(scripted.client)
        try await scripted.server.waitForCommands(1)
        try await wait { scripted.client.pool.status.leased == 1 }
        scripted.client.close()
        await #expect(throws: ConnectionError.self) { try await reading.value }
    }
}

extension Array where Element: Sendable {
    fileprivate func asyncMap<R>(_ body: (Element) async throws -> R) async rethrows -> [R] {
        var results: [R] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
