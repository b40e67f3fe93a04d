// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The servers that a process's tests share, each started when it is first asked for.
///
/// Tests that share a server use keys of their own and leave its settings alone. A test that kills, pauses or configures
/// starts a `TestServer` of its own.
public actor SharedServers {
    /// The one of this process.
    public static let shared = SharedServers()

    private var servers: [ServerVersion: Task<TestServer, any Error>] = [:]
    private var clusters: [ServerVersion: Task<TestCluster, any Error>] = [:]

    private init() {}

    /// The shared server of a line.
    ///
    /// - Throws: `TestServerError`, again at each call if the server could not be started.
    public func server(_ version: ServerVersion) async throws -> TestServer {
        let task = servers[version] ?? Task { try await TestServer.start(version) }
        servers[version] = task
        return try await task.value
    }

    /// The shared cluster of three primaries of a line.
    ///
    /// - Throws: `TestServerError`, again at each call if the cluster could not be started.
    public func cluster(_ version: ServerVersion = .valkey9) async throws -> TestCluster {
        let task = clusters[version] ?? Task { try await TestCluster.start(version) }
        clusters[version] = task
        return try await task.value
    }
}
