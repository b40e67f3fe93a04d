// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Large values move piece by piece, and hold nobody up.
@Suite(.timeLimit(.minutes(2))) struct LargeValueStreamTests {
    /// 8 MiB in pieces of many sizes, no two of them alike.
    private static let pieces: [[UInt8]] = {
        var pieces: [[UInt8]] = []
        var left = 8 << 20
        while left > 0 {
            let number = pieces.count
            let count = min(left, [1, 100_000, 0, 65_536, 300_000, 33][number % 6])
            pieces.append((0..<count).map { UInt8(truncatingIfNeeded: $0 ^ number &* 31) })
            left -= count
        }
        return pieces
    }()
    private static let length = 8 << 20
    private static let whole = Array(pieces.joined())

    private func source() -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            for piece in Self.pieces { continuation.yield(piece) }
            continuation.finish()
        }
    }

    private func read(_ client: ValkeyClient, _ key: String) async throws -> [UInt8]? {
        try await client.withStream(of: key) { pieces in
            var bytes: [UInt8] = []
            for try await piece in pieces { bytes += [UInt8](piece) }
            #expect(pieces.length == bytes.count)
            return bytes
        }
    }

    @Test(arguments: Dialect.all)
    func `what is sent in pieces is stored as a whole and read back in pieces`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("film")
            let reply = try await client.set(
                key, contentsOf: source(), length: Self.length, condition: .nx, expiration: .seconds(1_000))
            #expect(reply.isStored)
            #expect(try await client.strlen(key) == Self.length)
            #expect(try await client.get(key, as: [UInt8].self) == Self.whole)
            #expect(try await read(client, key) == Self.whole)
            let again = try await client.set(key, contentsOf: source(), length: Self.length, condition: .nx)
            #expect(!again.isStored)
            let range = RawCommand("GETRANGE", key, "1000", "2000999", as: RESPBytes.self)
            let part = try await client.withStream(range) { pieces in
                var bytes: [UInt8] = []
                for try await piece in pieces { bytes += [UInt8](piece) }
                return bytes
            }
            #expect(part == Array(Self.whole[1_000..<2_001_000]))
            #expect(try await client.del(key) == 1)
            #expect(try await read(client, key) == nil)
        }
    }

    @Test(arguments: Dialect.all)
    func `whoever stops in the middle, either way, leaves a client that works and a key as it was`(
        dialect: Dialect
    ) async throws {
        struct Enough: Error {}
        try await dialect.withClient { client async throws in
            let key = unique("film")
            try await client.set(key, Self.whole)
            for round in 0..<4 {
                try await client.withStream(of: key) { pieces in
                    for try await _ in pieces where round % 2 == 0 { break }
                }
                await #expect(throws: ValueStreamError.self) {
                    try await client.set(key, contentsOf: source(), length: Self.length + 1 - 2 * (round % 2))
                }
                let failing = AsyncThrowingStream<[UInt8], any Error> { continuation in
                    continuation.yield(Self.pieces[1])
                    continuation.finish(throwing: Enough())
                }
                await #expect(throws: ValueStreamError.self) {
                    try await client.set(key, contentsOf: failing, length: Self.length)
                }
                #expect(try await client.get(key, as: [UInt8].self) == Self.whole)
            }
        }
    }

    @Test(arguments: ServerVersion.allCases)
    func `small commands go on while a large value waits to be read`(version: ServerVersion) async throws {
        let server = try await SharedServers.shared.server(version)
        let client = ValkeyClient(.patient(server.endpoint))
        defer { client.close() }
        let key = unique("film")
        try await client.set(key, contentsOf: source(), length: Self.length)
        try await client.set("small", "value")
        let count = try await client.withStream(of: key) { pieces in
            var count = 0
            for try await piece in pieces {
                if count == 0 { for _ in 0..<200 { #expect(try await client.get("small") == "value") } }
                count += piece.count
            }
            return count
        }
        #expect(count == Self.length)
    }

    @Test(arguments: Dialect.all)
    func `large and small requests of many tasks each get their own reply`(dialect: Dialect) async throws {
        try await dialect.withClient(configure: { $0.lanes.largestSharedRequest = 20_000 }) { client async throws in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for task in 0..<20 {
                    group.addTask {
                        for round in 0..<10 {
                            let count = (task + round) % 3 == 0 ? 100_000 : 10
                            let value = [UInt8](repeating: UInt8(task * 10 + round), count: count)
                            guard try await client.echo(value) == RESPBytes(value) else { return false }
                        }
                        return true
                    }
                }
                for try await allRight in group { #expect(allRight) }
            }
        }
    }

    @Test func `a value longer than the server takes is refused with the server's words`() async throws {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        try await server.withClient { client async throws in
            _ = try await client.execute(
                RawCommand("CONFIG", "SET", "proto-max-bulk-len", "1048576", as: RESPFrame.self))
            let error = await #expect(throws: (any Error).self) {
                try await client.set("film", contentsOf: source(), length: Self.length)
            }
            // The server hangs up with its words unread bytes behind them, so the connection's reset may come first.
            if let refusal = error as? ServerError {
                #expect(refusal.message.contains("invalid bulk length"))
            } else {
                #expect((error as? ConnectionError)?.mayHaveExecuted == false)
            }
            #expect(try await client.exists("film") == 0)
        }
    }
}
