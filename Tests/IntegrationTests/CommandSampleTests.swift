// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CommandCatalog
import CommandSamples
import Foundation
import ServerSupport
import Testing
import ValkeyToolkit

/// Every command with each of its options, as the generator has made calls of them, on real servers.
@Suite(.timeLimit(.minutes(5))) struct CommandSampleTests {
    private static let catalogue = Result { () throws -> Catalogue in
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized.path()
        return try Repository(root: root).catalogue()
    }

    @Test func `the samples send every word that the server's grammar knows`() throws {
        let sent = Dictionary(grouping: CommandSample.all, by: \.name).mapValues { samples in
            Set(samples.flatMap { sample in sample.words.map { $0.uppercased() } })
        }
        var checked = 0
        for command in try Self.catalogue.get().commands {
            let name = command.name.uppercased()
            for (name, arguments) in [(name, command.arguments)]
                + (command.subcommands ?? []).map({ ("\(name) \($0.name.uppercased())", $0.arguments) })
            {
                // Those without samples are the ones that Skipped.md lists with their reasons.
                guard let words = sent[name] else { continue }
                let tokens = Set((arguments ?? []).flatMap(\.tokens))
                #expect(tokens.subtracting(words).isEmpty, "\(name)")
                checked += tokens.count
            }
        }
        #expect(checked > 400)
    }

    @Test(arguments: ServerVersion.allCases)
    func `servers understand the samples, and both versions of the protocol give equal replies`(
        version: ServerVersion
    ) async throws {
        let isCatalogued = version == .valkey9
        var answered: Set<String> = []
        for isCluster in [false, true] {
            let run = try await SampleRun(version, isCluster: isCluster)
            for sample in CommandSample.all where run.takes(sample) {
                let outcome = try await run.execute(sample)
                switch outcome {
                case .answered: answered.insert(sample.name)
                case .refused(let error):
                    // What an older server doesn't know is no defect.
                    guard isCatalogued, error.refusesGrammar else { break }
                    Issue.record("\(sample.words): \(error)")
                case .different(let replies): Issue.record("\(sample.words): \(replies)")
                case .failed(let error): Issue.record("\(sample.words): \(error)")
                }
            }
            run.close()
        }
        if isCatalogued {
            let all = Set(CommandSample.all.map(\.name))
            #expect(all.subtracting(answered).sorted() == SampleRun.withoutReply.keys.sorted())
            #expect(answered.count >= 315, "\(answered.count) commands were answered")
        }
    }

    @Test func `the catalogue is what a server of its version says of itself`() async throws {
        guard ServerVersion.allCases.contains(.valkey9) else { return }
        let server = try await TestServer.start(.valkey9)
        let committed = try Self.catalogue.get()
        let live = try await Catalogue(
            command: server.cli("COMMAND"), documents: server.cli("COMMAND", "DOCS"), info: server.cli("INFO", "server")
        )
        let (missing, gone) = (live.names.subtracting(committed.names), committed.names.subtracting(live.names))
        if live.version == committed.version {
            #expect(missing.isEmpty && gone.isEmpty, "missing: \(missing.sorted()), gone: \(gone.sorted())")
            #expect(live == committed)
        } else {
            print(
                "the catalogue is of \(committed.version), the server \(live.version): it has \(missing), it lacks \(gone)"
            )
        }
    }
}

extension CatalogueArgument {
    /// The words that it can send, at any depth.
    fileprivate var tokens: [String] { [token?.uppercased()].compactMap(\.self) + (arguments ?? []).flatMap(\.tokens) }
}

extension Catalogue {
    fileprivate var names: Set<String> {
        Set(
            commands.flatMap { command in
                [command.name] + (command.subcommands ?? []).map { "\(command.name) \($0.name)" }
            })
    }
}

extension ServerError {
    /// Whether the server did not understand the call: a defect of the generated code.
    fileprivate var refusesGrammar: Bool {
        let text = message.lowercased()
        return ["syntax error", "wrong number of arguments", "unknown command", "unknown subcommand", "unknown option"]
            .contains { text.contains($0) } || text.contains("unrecognized") || text.contains("unsupported option")
    }
}
