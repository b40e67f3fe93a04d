// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// As a user writes it for a module. No module is installed where these tests run, so servers refuse it.
private struct BloomExists: ReadOnlyCommand {
    typealias Reply = Bool

    let key: BulkString
    let item: BulkString

    static var metadata: CommandMetadata {
        CommandMetadata(name: "BF.EXISTS", flags: [.readOnly], idempotency: .readOnly)
    }

    func encode(into encoder: inout CommandEncoder) {
        encoder.command(3)
        encoder.bulk("BF.EXISTS")
        key.encode(into: &encoder)
        item.encode(into: &encoder)
    }

    func forEachKey(_ body: (Span<UInt8>) -> Void) { key.withSpan(body) }
}

/// The same for something that servers know, with a method as commands have it.
private struct BitOfKey: ReadOnlyCommand {
    typealias Reply = Bool

    let key: BulkString
    let offset: Int

    static var metadata: CommandMetadata {
        CommandMetadata(name: "GETBIT", flags: [.readOnly], idempotency: .readOnly)
    }

    func encode(into encoder: inout CommandEncoder) {
        encoder.command(3)
        encoder.bulk("GETBIT")
        key.encode(into: &encoder)
        encoder.bulk(offset)
    }

    func forEachKey(_ body: (Span<UInt8>) -> Void) { key.withSpan(body) }
}

extension ReadCommandExecutor where Self: ~Copyable {
    fileprivate func bit(_ offset: Int, of key: some BulkStringConvertible) async throws -> Bool {
        try await execute(BitOfKey(key: key.bulkString, offset: offset))
    }
}

/// Commands that users bring.
@Suite(.timeLimit(.minutes(1))) struct OwnCommandTests {
    @Test(arguments: Dialect.all)
    func `a command of one's own is like any other`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("bits")
            try await client.set(key, "@")
            #expect(try await client.bit(1, of: key))
            let (first, second) = try await client.pipeline(
                BitOfKey(key: key.bulkString, offset: 0), BitOfKey(key: key.bulkString, offset: 1))
            #expect((first, second) == (false, true))
            let read = try await client.transaction(watching: key) { tx in
                let seen = try await tx.bit(1, of: key)
                let multi = tx.multi()
                let previous = multi.setbit(key, 0, seen ? 1 : 0)
                return multi.commit(previous)
            }
            #expect(read == 0)
            let error = await #expect(throws: ServerError.self) {
                try await client.execute(BloomExists(key: key.bulkString, item: "x"))
            }
            #expect(error?.code == .generic)
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `in a cluster it goes where its key is`(dialect: ClusterDialect) async throws {
        try await dialect.withClient { client, cluster async throws in
            for index in 0..<3 {
                let key = cluster.uniqueName("bits", on: index)
                try await client.set(key, "@")
                #expect(try await client.bit(1, of: key))
                let raw = RawCommand("GETBIT", key, 1, keys: [1], idempotency: .readOnly, as: Bool.self)
                #expect(try await client.execute(raw))
            }
        }
    }
}
