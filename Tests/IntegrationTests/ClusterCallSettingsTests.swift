// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Settings per call and leased connections on real clusters.
@Suite(.timeLimit(.minutes(2))) struct ClusterCallSettingsTests {
    @Test(arguments: ClusterDialect.all)
    func `each scope has a connection to the node of its key, and leaves it clean`(
        dialect: ClusterDialect
    ) async throws {
        try await dialect.withClient { client, _ in
            for index in 0..<9 {
                let key = unique("leased \(index)")
                let (length, text) = try await client.withConnection(for: key) { connection in
                    try await connection.execute(WATCH(.one(key.bulkString)))
                    try await connection.execute(MULTI())
                    _ = try await connection.execute(RawCommand("SET", key, "abandoned"))
                    try await connection.execute(DISCARD())
                    return try await connection.transaction(.append(key, "kept"), .get(key, as: String.self))
                }
                #expect(length == 4 && text == "kept")
            }
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `a blocking call ends at the deadline it was given, and is not ended by the client's`(
        dialect: ClusterDialect
    ) async throws {
        let cluster = try await SharedServers.shared.cluster(dialect.version)
        try await cluster.withClient(configure: {
            $0.node.protocolVersion = dialect.protocolVersion
            $0.node.commandTimeout = .seconds(5)
        }) { client in
            let list = unique("list")
            #expect(try await client.blpop(list, timeout: .milliseconds(10)) == nil)
            let error = await #expect(throws: ConnectionError.self) {
                _ = try await client.with(timeout: .milliseconds(200)).blpop(list, timeout: .zero)
            }
            #expect(error?.mayHaveExecuted == true)
            try await client.rpush(list, "kept")
            #expect(try await client.blpop(list, timeout: .zero, as: String.self)?.element == "kept")
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `a cluster's client ends when its calls have ended`(dialect: ClusterDialect) async throws {
        let cluster = try await SharedServers.shared.cluster(dialect.version)
        try await cluster.withClient(configure: { $0.node.protocolVersion = dialect.protocolVersion }) { client in
            let lists = (0..<6).map { unique("list \($0)") }
            try await client.connect()
            let pops = lists.map { list in
                Task { try await client.blpop(list, timeout: .seconds(1), as: String.self) }
            }
            for list in lists { try await client.rpush(list, "for \(list)") }
            for (list, pop) in zip(lists, pops) { #expect(try await pop.value?.element == "for \(list)") }
            #expect(await client.shutdown(within: .seconds(50)))
            await #expect(throws: ClusterError.self) { try await client.set("k", "v") }
        }
    }
}
