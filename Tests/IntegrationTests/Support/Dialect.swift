// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Synchronization
import Testing
import ValkeyToolkit

/// The lines of servers to run tests on; the library's type of this name is a version by its numbers.
typealias ServerVersion = ServerSupport.ServerVersion

/// A server line and the protocol to speak with it: what most suites run each test with.
struct Dialect: Hashable, Sendable, CustomTestStringConvertible {
    var version: ServerVersion
    var protocolVersion: ProtocolVersion

    /// Every line with both protocols.
    static let all: [Dialect] = ServerVersion.allCases.flatMap { version in
        ProtocolVersion.allCases.map { Dialect(version: version, protocolVersion: $0) }
    }

    var testDescription: String { "\(version) RESP\(protocolVersion.rawValue)" }

    /// Lends a client of the shared server of this line.
    func withClient<R>(
        database: Int = 0, configure: (inout NodeConfiguration) -> Void = { _ in },
        _ body: (ValkeyClient) async throws -> R
    ) async throws -> R {
        try await withClient(
            of: SharedServers.shared.server(version),
            configure: {
                $0.database = database
                configure(&$0)
            }, body)
    }

    /// Lends a client of a server.
    func withClient<R>(
        of server: TestServer, configure: (inout NodeConfiguration) -> Void = { _ in },
        _ body: (ValkeyClient) async throws -> R
    ) async throws -> R {
        var configuration = NodeConfiguration.patient(server.endpoint)
        configuration.protocolVersion = protocolVersion
        configure(&configuration)
        let client = ValkeyClient(configuration)
        defer { client.close() }
        return try await body(client)
    }
}

extension NodeConfiguration {
    /// Limits so wide that no machine is too slow to keep them; no test waits for one to pass.
    static func patient(_ endpoint: Endpoint) -> NodeConfiguration {
        var configuration = NodeConfiguration(endpoint: endpoint)
        configuration.connectTimeout = .seconds(50)
        configuration.commandTimeout = .seconds(50)
        return configuration
    }
}

extension TestServer {
    /// Lends a client in RESP3.
    func withClient<R>(
        configure: (inout NodeConfiguration) -> Void = { _ in }, _ body: (ValkeyClient) async throws -> R
    ) async throws -> R {
        try await Dialect(version: version, protocolVersion: .resp3).withClient(of: self, configure: configure, body)
    }
}

/// A name that no other test of this process uses.
func unique(_ name: String) -> String { "\(name)<\(Names.counter.add(1, ordering: .relaxed).newValue)>" }

private enum Names {
    static let counter = Atomic<Int>(0)
}

/// Asks `condition` again and again until it holds. Each asking must be at least one round trip to a server.
///
/// What is never met fails the test after 45 seconds. Askings aren't counted: a fast server answers thousands of them before
/// a slow one beside it is given a turn.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(45)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        await Task.yield()
    }
    Issue.record(what, sourceLocation: sourceLocation)
}
