// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CommandCatalog
import CommandSamples
import ServerSupport
import Testing
import ValkeyToolkit

/// Every command with each of its options, as the generator has made calls of them, on real servers.
@Suite(.timeLimit(.minutes(5))) struct CommandSampleTests {
    @Test func `the samples send every word that the server's grammar knows`() throws {
        let sent = Dictionary(grouping: CommandSample.all, by: \.name).mapValues { samples in
            Set(samples.flatMap { sample in sample.words.map { $0.uppercased() } })
        }
        var checked = 0
        for (name, command) in try Catalogue.committed().commandsByName {
            // Those without samples are the ones that Skipped.md lists with their reasons.
            guard let words = sent[name] else { continue }
            let tokens = Set((command.arguments ?? []).flatMap(\.tokens))
            #expect(tokens.subtracting(words).isEmpty, "\(name)")
            checked += tokens.count
        }
        #expect(checked > 400)
    }

    @Test(arguments: ServerVersion.allCases)
    func `servers understand the samples, and both versions of the protocol give equal replies`(
        version: ServerVersion
    ) async throws {
        let report = try await SampleReports.shared.report(version)
        for (words, outcome) in report.outcomes {
            switch outcome {
            case .answered: break
            case .refused(let error):
                // What an older server doesn't know is no defect.
                guard version == .valkey9, error.refusesGrammar else { break }
                Issue.record("\(words): \(error)")
            case .different(let replies): Issue.record("\(words): \(replies)")
            case .failed(let error): Issue.record("\(words): \(error)")
            }
        }
        #expect(report.answered.count > 200)
    }

    @Test func `a call with an empty list is refused by every executor before anything is sent`() async throws {
        // Nobody listens there, so that whatever was sent would fail otherwise.
        let client = ValkeyClient(.patient(.tcp(host: "127.0.0.1", port: 1)))
        let cluster = try ValkeyClusterClient(.patient(port: 1))
        let group = ReplicaSetClient(.init(seeds: [NodeAddress(host: "127.0.0.1", port: 1)]))
        let server = try await SharedServers.shared.server(ServerVersion.allCases[0])
        for sample in CommandSample.incomplete {
            let misuse = CommandMisuse.lacksArguments(name: sample.name)
            for executor in [client, cluster, group, client.with(timeout: .seconds(50))] as [any CommandExecutor] {
                await #expect(throws: misuse) { _ = try await sample.execute(executor) }
            }
            let (pipe, clusterPipe) = (client.pipeline(), cluster.pipeline())
            for queue in [pipe, clusterPipe] {
                queue.get("k")
                sample.enqueue(queue)
                await #expect(throws: misuse) { _ = try await queue.run() }
            }
        }
        try await server.withClient { client async throws in
            _ = try await client.withConnection { connection in
                await #expect(throws: CommandMisuse.lacksArguments(name: "DEL")) {
                    try await connection.del([String]())
                }
                await #expect(throws: CommandMisuse.lacksArguments(name: "WATCH")) {
                    try await connection.execute(WATCH(.many([])))
                }
            }
            let watching = try await client.watch("k")
            await #expect(throws: CommandMisuse.lacksArguments(name: "MGET")) { try await watching.mget([String]()) }
            try await watching.unwatch()
        }
        client.close()
        cluster.close()
        group.close()
    }
}

extension CatalogueArgument {
    /// The words that it can send, at any depth.
    fileprivate var tokens: [String] { [token?.uppercased()].compactMap(\.self) + (arguments ?? []).flatMap(\.tokens) }
}

extension ServerError {
    /// Whether the server did not understand the call: a defect of the generated code.
    fileprivate var refusesGrammar: Bool {
        let text = message.lowercased()
        return ["syntax error", "wrong number of arguments", "unknown command", "unknown subcommand", "unknown option"]
            .contains { text.contains($0) } || text.contains("unrecognized") || text.contains("unsupported option")
    }
}
