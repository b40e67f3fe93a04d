// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// A primary and two replicas, as real servers.
@Suite(.timeLimit(.minutes(2))) struct ReplicaSetTests {
    private func withClient(
        _ dialect: Dialect, _ servers: ReplicatedServers, seeds: [Int] = [0, 1, 2],
        _ change: (inout ReplicaSetConfiguration) -> Void = { _ in },
        _ body: (ValkeyReplicaSetClient) async throws -> Void
    ) async throws {
        let addresses = seeds.map { NodeAddress(host: "127.0.0.1", port: servers.all[$0].port) }
        var configuration = ReplicaSetConfiguration(seeds: addresses)
        configuration.node = .patient(servers.all[0].endpoint)
        configuration.node.protocolVersion = dialect.protocolVersion
        configuration.nodePatience = .seconds(20)
        change(&configuration)
        let client = ValkeyReplicaSetClient(configuration)
        defer { client.close() }
        try await body(client)
    }

    /// How many GETs each server has run.
    private func reads(_ servers: ReplicatedServers) async throws -> [Int] {
        var counts: [Int] = []
        for server in servers.all {
            let stats = try await server.cli("INFO", "commandstats").decode(as: String.self)
            let calls = stats.split(separator: "cmdstat_get:calls=").dropFirst().first?.prefix { $0 != "," }
            counts.append(calls.flatMap { Int($0) } ?? 0)
        }
        return counts
    }

    @Test(arguments: Dialect.all)
    func `writes reach the primary from whichever server is known, and reads are spread over the replicas`(
        dialect: Dialect
    ) async throws {
        let servers = try await ReplicatedServers.start(dialect.version, replicas: 2)
        defer { servers.kill() }
        try await withClient(dialect, servers, seeds: [0, 2], { $0.readPreference = .preferReplica }) { client in
            try await client.withConnection { connection in
                try await connection.set("k", "v")
                #expect(try await connection.wait(2, .seconds(50)) == 2)
            }
            #expect(client.primaryAddress?.port == servers.all[0].port)
            #expect(client.replicaAddresses.map(\.port).sorted() == servers.all.dropFirst().map(\.port).sorted())
            try await eventually("both replicas are read from") {
                #expect(try await client.get("k") == "v")
                return try await reads(servers).dropFirst().allSatisfy { $0 > 0 }
            }
            let before = try await reads(servers)
            for _ in 1...100 { #expect(try await client.get("k") == "v") }
            let spread = zip(before, try await reads(servers)).map { $1 - $0 }
            #expect(spread == [0, 50, 50])
        }
    }

    @Test(arguments: Dialect.all)
    func `a replica that has lost its primary and must not answer is passed over`(dialect: Dialect) async throws {
        let servers = try await ReplicatedServers.start(dialect.version, replicas: 2)
        defer { servers.kill() }
        try await withClient(dialect, servers, { $0.readPreference = .preferReplica }) { client in
            try await client.withConnection { connection in
                try await connection.set("k", "v")
                #expect(try await connection.wait(2, .seconds(50)) == 2)
            }
            try await eventually("both replicas are read from") {
                _ = try await client.get("k")
                return try await reads(servers).dropFirst().allSatisfy { $0 > 0 }
            }
            try await servers.all[1].cli("CONFIG", "SET", "replica-serve-stale-data", "no")
            try await servers.all[1].cli("REPLICAOF", "127.0.0.1", "1")
            for _ in 1...50 { #expect(try await client.get("k") == "v") }
            let errors = try await servers.all[1].cli("INFO", "errorstats").decode(as: String.self)
            #expect(errors.contains("MASTERDOWN"), "it was asked, and its refusal is nobody's error")
            servers.all[1].kill()
            servers.all[2].kill()
            for _ in 1...50 { #expect(try await client.get("k") == "v", "the primary serves") }
        }
    }

    @Test(arguments: Dialect.all)
    func `writes follow a role that is handed over by hand`(dialect: Dialect) async throws {
        let servers = try await ReplicatedServers.start(dialect.version, replicas: 2)
        defer { servers.kill() }
        try await withClient(dialect, servers) { client in
            for round in 1...4 {
                // As every write here, this one has reached all of them before the role moves on.
                let (count, copies) = try await client.withConnection { connection in
                    (try await connection.incr("n"), try await connection.wait(2, .seconds(50)))
                }
                #expect(count == round && copies == 2)
                let heir = servers.all[round % 3]
                try await heir.cli("REPLICAOF", "NO", "ONE")
                for server in servers.all where server !== heir { try await server.follow(heir) }
                try await client.set("round", round)
                #expect(try await heir.count(of: "round") == round)
            }
        }
    }

    /// The primary is killed and the replica that is ahead takes its role, while four writers count. A write counts as
    /// acknowledged when a replica has it: what only the dead primary had is lost, as the servers' replication has it.
    @Test(arguments: Dialect.all)
    func `a primary that is killed under load loses nothing that a replica had, and no write runs twice`(
        dialect: Dialect
    ) async throws {
        let servers = try await ReplicatedServers.start(dialect.version, replicas: 2)
        defer { servers.kill() }
        try await withClient(dialect, servers) { client in
            let load = Load()
            let results = try await withThrowingTaskGroup(of: (Int, acked: Int, unknown: Int).self) { group in
                for number in 0..<4 {
                    group.addTask {
                        var (acked, unknown) = (0, 0)
                        repeat {
                            var hasWritten = false
                            do {
                                let copies = try await client.withConnection { connection in
                                    let value = try await connection.incr("n\(number)")
                                    hasWritten = true
                                    #expect(value >= acked + 1 && value <= acked + unknown + 1)
                                    return try await connection.wait(1, .milliseconds(500))
                                }
                                if copies >= 1 { acked += 1 } else { unknown += 1 }
                            } catch {
                                // That WAIT was not sent says nothing of the write before it.
                                let mayHaveRun = ExecutionCertainty(of: error)?.mayHaveExecuted ?? true
                                if hasWritten || mayHaveRun { unknown += 1 }
                            }
                        } while !load.isOver
                        return (number, acked, unknown)
                    }
                }
                group.addTask {
                    // Single calls: each has its own reply, whatever happens to connections.
                    var count = 0
                    repeat {
                        count += 1
                        do {
                            let said = try await client.echo(count, as: Int.self)
                            #expect(said == count)
                        } catch is ConnectionError {}
                    } while !load.isOver
                    return (4, 0, 0)
                }
                try await eventually("the load goes on") { try await servers.all[0].count(of: "n0") > 20 }
                servers.all[0].kill()
                let heir = try await ahead(servers.all[1], servers.all[2])
                try await heir.cli("REPLICAOF", "NO", "ONE")
                try await (heir === servers.all[1] ? servers.all[2] : servers.all[1]).follow(heir)
                let before = try await heir.count(of: "n0")
                try await eventually("the load goes on at the heir") { try await heir.count(of: "n0") > before + 20 }
                load.end()
                let results = try await group.reduce(into: []) { $0.append($1) }
                for result in results where result.0 < 4 {
                    let count = try await heir.count(of: "n\(result.0)")
                    #expect(result.acked <= count && count <= result.acked + result.unknown)
                }
                return results
            }
            #expect(results.count == 5)
        }
    }

    /// The replica that has more of what the dead primary wrote. ROLE doesn't tell once its link is gone.
    private func ahead(_ a: TestServer, _ b: TestServer) async throws -> TestServer {
        try await a.replicationOffset() >= b.replicationOffset() ? a : b
    }
}

extension TestServer {
    /// Up to where a replica has what its primary wrote, in bytes.
    fileprivate func replicationOffset() async throws -> Int {
        let info = try await cli("INFO", "replication").decode(as: String.self)
        let field = info.split(separator: "\r\n").first { $0.hasPrefix("slave_repl_offset:") }
        return try #require(field.flatMap { Int($0.dropFirst("slave_repl_offset:".count)) })
    }
}
