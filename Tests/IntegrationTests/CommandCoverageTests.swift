// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CommandCatalog
import Foundation
import ServerSupport
import Testing
import ValkeyToolkit

/// Which commands of the catalogue were executed on real servers with their typed replies checked, in both versions of the
/// protocol, and why the rest were not.
@Suite(.timeLimit(.minutes(5))) struct CommandCoverageTests {
    /// A scenario on a line of servers that has its commands.
    struct Performance: Sendable, CustomTestStringConvertible {
        let scenario: CommandScenario
        let version: ServerVersion

        static let all = CommandScenario.all.flatMap { scenario in
            scenario.versions.map { Performance(scenario: scenario, version: $0) }
        }

        var testDescription: String { "\(version): \(scenario.testDescription)" }

        /// The commands that were answered alike.
        func names() async throws -> Set<String> {
            var records: [CommandRecord] = []
            for protocolVersion in ProtocolVersion.allCases {
                let dialect = Dialect(version: version, protocolVersion: protocolVersion)
                records.append(try await ScenarioRecords.shared.record(of: scenario, dialect))
            }
            let differences = records[0].differences(from: records[1], varying: scenario.varying)
            #expect(differences.isEmpty, "\(scenario.testDescription)")
            return differences.isEmpty ? Set(records[0].names) : []
        }
    }

    @Test(arguments: Performance.all)
    func `what no sample can show is equal in both versions of the protocol`(performance: Performance) async throws {
        #expect(try await performance.names().isEmpty == false)
    }

    @Test func `a hundred everyday commands answer the very values that they should`() async throws {
        guard let version = ServerVersion.allCases.first else { return }
        var names: Set<String> = []
        for scenario in CommandScenario.everyday {
            names.formUnion(try await Performance(scenario: scenario, version: version).names())
        }
        #expect(names.count >= 100, "\(names.count) commands")
    }

    @Test func `every command of the catalogue is executed, or there is a reason why it isn't`() async throws {
        guard ServerVersion.allCases.contains(.valkey9) else { return }
        let all = Set(try Catalogue.committed().commandsByName.keys)
        var executed = try await SampleReports.shared.report(.valkey9).answered
        for performance in Performance.all where performance.version == .valkey9 {
            executed.formUnion(try await performance.names())
        }
        #expect(executed.isSubset(of: all), "\(executed.subtracting(all).sorted())")
        let rest = all.subtracting(executed)
        #expect(rest.subtracting(Self.excused.keys).isEmpty, "neither executed nor excused")
        #expect(Set(Self.excused.keys).subtracting(rest).isEmpty, "excused, and executed or unknown")
        #expect(executed.count >= 350)
        print(
            "\(executed.count) of \(all.count) commands of Valkey 9 were executed, with equal typed replies in RESP2 and RESP3"
        )
        for name in rest.sorted() { print("  not \(name): \(Self.excused[name] ?? "")") }
    }

    /// Commands that are not executed with their reply, and why.
    private static let excused: [String: String] = [
        "CLUSTER SYNCSLOTS": "makes a link between nodes of the connection; no type of its own",
        "DEBUG": "internal to the server; no type of its own",
        "MODULE LOAD": "needs a module", "MODULE LOADEX": "needs a module", "MODULE UNLOAD": "needs a module",
        "PFDEBUG": "internal to the server; no type of its own",
        "PFSELFTEST": "internal to the server; no type of its own",
        "PSYNC": "makes a replica of the connection; no type of its own",
        "REPLCONF": "makes a replica of the connection; no type of its own",
        "RESTORE-ASKING": "internal to the server; no type of its own",
        "SHUTDOWN": "ends the server, which gives no reply; a scenario sees that it does",
        "SYNC": "makes a replica of the connection; no type of its own",
    ]
}

/// The catalogue beside what servers say of themselves.
@Suite(.timeLimit(.minutes(1))) struct CatalogueDriftTests {
    @Test(arguments: ServerVersion.allCases)
    func `a server of the catalogue's version says the same of itself, and for others the drift is reported`(
        version: ServerVersion
    ) async throws {
        let server = try await TestServer.start(version)
        let committed = try Catalogue.committed()
        let live = try await Catalogue(
            command: server.cli("COMMAND"), documents: server.cli("COMMAND", "DOCS"), info: server.cli("INFO", "server")
        )
        let drift = CatalogueDrift(of: live, from: committed)
        if live.server == committed.server, live.version == committed.version {
            #expect(drift.isEmpty, "\(drift)")
            #expect(live == committed)
            return
        }
        print(drift)
        // What a server doesn't have came later: the numbers of both products go on from each other.
        for (name, since) in drift.absent {
            #expect(since.compare(live.version, options: .numeric) == .orderedDescending, "\(name) since \(since)")
        }
        // What is common to both lines since they parted is nearly all that there is.
        #expect(live.commandsByName.count > 300 && drift.unknown.count < 20)
    }
}

extension Catalogue {
    /// The one that the code was generated from.
    static func committed() throws -> Catalogue {
        try Repository(root: URL(filePath: #filePath).appending(path: "../../..").standardized.path()).catalogue()
    }
}
