// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import ServerSupport
import Synchronization
import Testing
import ValkeyToolkit

/// A primary and its replicas, as real servers of one test.
struct ReplicatedServers {
    let all: [TestServer]

    /// Starts the servers, of which the first is the primary, and waits until all follow it.
    static func start(_ version: ServerVersion, replicas: Int) async throws -> ReplicatedServers {
        var all: [TestServer] = []
        for _ in 0...replicas {
            all.append(try await TestServer.start(version, options: ["--repl-diskless-sync-delay", "0"]))
        }
        let servers = ReplicatedServers(all: all)
        for replica in all.dropFirst() { try await replica.follow(all[0]) }
        try await eventually("the primary knows them all") {
            guard case .primary(_, let known) = try await all[0].role() else { return false }
            return known.count == replicas
        }
        return servers
    }

    func kill() { for server in all { server.kill() } }

    /// Hands the primary's role over, as an administrator does, and returns when it has been taken.
    func failOver(from primary: TestServer, to replica: TestServer) async throws {
        try await eventually("the primary finds its replica online") {
            do {
                try await primary.cli("FAILOVER", "TO", "127.0.0.1", "\(replica.port)")
                return true
            } catch TestServerError.errorReply(_, let message) where message.contains("not online") {
                return false
            }
        }
        try await eventually("the replica is the primary") { try await replica.isPrimary() }
        try await eventually("the primary is a replica") {
            guard case .replica(_, _, let state, _) = try await primary.role() else { return false }
            return state == .connected
        }
    }
}

extension TestServer {
    func role() async throws -> ReplicationRole { try await cli("ROLE").decode(as: ReplicationRole.self) }

    func isPrimary() async throws -> Bool {
        if case .primary = try await role() { return true }
        return false
    }

    /// Makes it a replica, and waits until it has all the data.
    func follow(_ primary: TestServer) async throws {
        try await cli("REPLICAOF", "127.0.0.1", "\(primary.port)")
        try await eventually("it follows") {
            guard case .replica(_, let port, let state, _) = try await role() else { return false }
            return port == primary.port && state == .connected
        }
    }
}

/// Tells the tasks of a load when it is over.
final class Load: Sendable {
    private let state = Mutex(false)

    var isOver: Bool { state.withLock { $0 } }

    func end() { state.withLock { $0 = true } }
}
