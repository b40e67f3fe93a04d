// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// A client of one server that becomes a replica: since Valkey 8 it is sent on to the primary.
@Suite(.timeLimit(.minutes(2))) struct RedirectTests {
    static let dialects = Dialect.all.filter(\.version.isValkey)

    @Test(arguments: dialects)
    func `a client of a replica reads and writes at its primary`(dialect: Dialect) async throws {
        let servers = try await ReplicatedServers.start(dialect.version, replicas: 1)
        defer { servers.kill() }
        try await dialect.withClient(of: servers.all[1]) { client async throws in
            #expect(try await client.get("k") == nil)
            try await client.set("k", "v")
            #expect(try await client.get("k") == "v")
            #expect(try await servers.all[0].cli("GET", "k").decode(as: String.self) == "v")
            #expect(try await client.blpop("list", timeout: .milliseconds(10)) == nil)
        }
        try await dialect.withClient(of: servers.all[1], configure: { $0.followsRedirects = false }) { client in
            let role = try await client.execute(RawCommand("ROLE", as: ReplicationRole.self))
            guard case .replica = role else {
                Issue.record("got \(role)")
                return
            }
            try await eventually("the replica has it") { try await client.get("k") == "v" }
            let error = await #expect(throws: ServerError.self) {
                try await client.with(retrying: .nothing).set("k", "w")
            }
            #expect(error?.code == .readOnly)
        }
    }

    /// Commands of all kinds go on while the primary hands its role over and takes it back. Each counts in a key of its own.
    @Test(arguments: dialects)
    func `a coordinated failover under load costs no call an error, and no write is lost or runs twice`(
        dialect: Dialect
    ) async throws {
        let servers = try await ReplicatedServers.start(dialect.version, replicas: 1)
        defer { servers.kill() }
        try await dialect.withClient(of: servers.all[0]) { client async throws in
            let load = Load()
            let counts = try await withThrowingTaskGroup(of: (key: String, count: Int).self) { group in
                for number in 0..<4 {
                    group.addTask {
                        let key = "single \(number)"
                        var count = 0
                        repeat {
                            count += 1
                            let reply = try await client.incr(key)
                            #expect(reply == count)
                            #expect(try await client.get(key, as: Int.self) == count)
                        } while !load.isOver
                        return (key, count)
                    }
                    group.addTask {
                        let key = "batch \(number)"
                        var count = 0
                        repeat {
                            let batch = client.pipeline()
                            let handles = (0..<20).map { _ in batch.incr(key) }
                            let replies = try await batch.run()
                            for handle in handles {
                                count += 1
                                #expect(try replies[handle] == count)
                            }
                        } while !load.isOver
                        return (key, count)
                    }
                }
                group.addTask {
                    var count = 0
                    repeat {
                        count += 2
                        let (_, now) = try await client.transaction(.incr("block"), .incr("block"))
                        #expect(now == count)
                    } while !load.isOver
                    return ("block", count)
                }
                group.addTask {
                    var count = 0
                    repeat {
                        count += 1
                        let value = count
                        _ = try await client.transaction(watching: "watched") { watching in
                            let before = try await watching.get("watched", as: Int.self) ?? 0
                            #expect(before == value - 1)
                            let multi = watching.multi()
                            let stored = multi.set("watched", before + 1)
                            return multi.commit(stored)
                        }
                    } while !load.isOver
                    return ("watched", count)
                }
                for round in 0..<4 {
                    let (from, to) = (servers.all[round % 2], servers.all[(round + 1) % 2])
                    let before = try await from.count(of: "single 0")
                    try await eventually("the load goes on") { try await from.count(of: "single 0") > before + 20 }
                    try await servers.failOver(from: from, to: to)
                }
                load.end()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for (key, count) in counts { #expect(try await servers.all[0].count(of: key) == count, "\(key)") }
        }
    }
}
