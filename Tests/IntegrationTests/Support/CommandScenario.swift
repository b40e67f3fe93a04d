// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CommandSamples
import ServerSupport
import Testing
import ValkeyToolkit

/// Commands that need something which no sample has: another command's reply, another server, a setting, a connection.
///
/// A scenario is the same in both versions of the protocol, so that its replies can be compared.
struct CommandScenario: Sendable, CustomTestStringConvertible {
    /// What it shows, as a sentence.
    let testDescription: String
    /// The servers that have all of its commands.
    var versions = ServerVersion.allCases
    /// Commands whose replies are never the same twice: with ports, numbers of connections, times in them.
    var varying: Set<String> = []
    let body: @Sendable (Stage) async throws -> Void

    init(
        _ sentence: String, versions: Set<ServerVersion> = [.valkey9, .valkey8, .redis7], varying: Set<String> = [],
        _ body: @escaping @Sendable (Stage) async throws -> Void
    ) {
        testDescription = sentence
        self.versions = ServerVersion.allCases.filter(versions.contains)
        self.varying = varying
        self.body = body
    }

    /// All of them.
    static let all = everyday + server + connection + cluster

    /// What a scenario plays on: a version of the protocol, and servers of one line.
    struct Stage: Sendable {
        let dialect: Dialect
        let record = CommandRecord()

        var version: ServerVersion { dialect.version }

        /// The language of a server's libraries of functions calls the server so.
        var library: String { version.isValkey ? "server" : "redis" }

        /// Lends a client of a server, a new one if none is given.
        func withClient(
            of server: TestServer? = nil, configure: (inout NodeConfiguration) -> Void = { _ in },
            _ body: (RecordingClient) async throws -> Void
        ) async throws {
            let started = server == nil ? try await TestServer.start(version) : nil
            guard let server = server ?? started else { return }
            try await dialect.withClient(of: server, configure: configure) { client async throws in
                try await body(RecordingClient(client: client, record: record))
            }
            started?.kill()
        }
    }
}

/// The records of scenarios, each of which is played once, whoever asks first.
actor ScenarioRecords {
    static let shared = ScenarioRecords()

    private var tasks: [String: Task<CommandRecord, any Error>] = [:]

    func record(of scenario: CommandScenario, _ dialect: Dialect) async throws -> CommandRecord {
        let key = "\(scenario.testDescription), \(dialect)"
        let task =
            tasks[key]
            ?? Task {
                let stage = CommandScenario.Stage(dialect: dialect)
                try await scenario.body(stage)
                return stage.record
            }
        tasks[key] = task
        return try await task.value
    }
}
