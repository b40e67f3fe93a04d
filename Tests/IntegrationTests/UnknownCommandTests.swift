// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Commands that are newer than the server that is connected.
@Suite(.timeLimit(.minutes(2))) struct UnknownCommandTests {
    /// Those of `dialects` that lack the command, with what their servers are.
    private static let older = Dialect.all.filter { $0.version != .valkey9 }

    /// What the caller of DELIFEQ, which came with Valkey 9.0, should be told.
    private func expect(_ error: (any Error)?, _ dialect: Dialect, sourceLocation: SourceLocation = #_sourceLocation) {
        let unknown = (error as? ServerError)?.unknownCommand
        #expect(unknown?.name == "DELIFEQ", sourceLocation: sourceLocation)
        #expect(unknown?.since == ValkeyToolkit.ServerVersion(9, 0), sourceLocation: sourceLocation)
        #expect(
            unknown?.server?.product == (dialect.version.isValkey ? "valkey" : "redis"), sourceLocation: sourceLocation)
        #expect(unknown?.server?.version.major == (dialect.version.isValkey ? 8 : 7), sourceLocation: sourceLocation)
        #expect(unknown.map { "\(error!)".hasSuffix("(\($0))") } == true, sourceLocation: sourceLocation)
    }

    @Test(arguments: older)
    func `a call says which command it is, since when there is one, and which server has none`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient { client async throws in
            expect(await #expect(throws: ServerError.self) { try await client.delifeq("k", "v") }, dialect)
            // The connection is as good as before.
            #expect(try await client.ping() == "PONG")
            let expired = await #expect(throws: ServerError.self) { try await client.clusterMyShardID() }
            if !dialect.version.isValkey {
                #expect(expired?.unknownCommand?.name == "CLUSTER MYSHARDID")
                #expect(expired?.unknownCommand?.since == ValkeyToolkit.ServerVersion(7, 2))
            }
            let raw = await #expect(throws: ServerError.self) { try await client.execute(RawCommand("NO.SUCH")) }
            #expect(raw?.unknownCommand?.name == "NO.SUCH" && raw?.unknownCommand?.since == nil)
        }
    }

    @Test(arguments: older)
    func `so do pipelines, transactions and connections of one's own`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("unknown")
            let pipeline = client.pipeline()
            let (deleted, set) = (pipeline.delifeq(key, "v"), pipeline.set(key, "v"))
            let replies = try await pipeline.run()
            expect(#expect(throws: ServerError.self) { try replies[deleted] }, dialect)
            expect(replies.firstFailure?.error, dialect)
            #expect(try replies[set].isStored)
            let block = client.pipeline()
            block.delifeq(key, "v")
            expect(await #expect(throws: ServerError.self) { try await block.run(atomic: true) }, dialect)
            try await client.withConnection { connection in
                do {
                    _ = try await connection.delifeq(key, "v")
                    Issue.record("it is not known there")
                } catch {
                    expect(error, dialect)
                }
            }
            let transaction = try await client.watch(key)
            let multi = transaction.multi()
            multi.delifeq(key, "v")
            do {
                _ = try await multi.exec()
                Issue.record("it is not known there")
            } catch {
                expect(error, dialect)
            }
        }
    }

    @Test(arguments: ClusterDialect.all.filter { $0.version != .valkey9 })
    func `so does a cluster of its nodes`(dialect: ClusterDialect) async throws {
        let single = Dialect(version: dialect.version, protocolVersion: dialect.protocolVersion)
        try await dialect.withClient { client, _ async throws in
            expect(await #expect(throws: ServerError.self) { try await client.delifeq(unique("k"), "v") }, single)
            let pipeline = client.pipeline()
            let handles = (0..<10).map { _ in pipeline.delifeq(unique("k"), "v") }
            let replies = try await pipeline.run()
            for handle in handles { expect(#expect(throws: ServerError.self) { try replies[handle] }, single) }
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a server that knows the command executes it, and says of others who it is`(
        version: ProtocolVersion
    ) async throws {
        guard ServerVersion.allCases.contains(.valkey9) else { return }
        try await Dialect(version: .valkey9, protocolVersion: version).withClient { client async throws in
            let key = unique("known")
            try await client.set(key, "v")
            #expect(try await client.delifeq(key, "v"))
            let error = await #expect(throws: ServerError.self) { try await client.execute(RawCommand("NO.SUCH")) }
            #expect(error?.unknownCommand?.server?.product == "valkey")
            #expect((error?.unknownCommand?.server?.version).map { $0 >= ValkeyToolkit.ServerVersion(9, 0) } == true)
        }
    }
}
