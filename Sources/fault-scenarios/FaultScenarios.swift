// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Foundation
internal import ServerSupport

/// Runs fault scenarios against real servers: each in a process of its own, so that none can spoil another's figures,
/// and a crash or a hang is a row of the table like any other.
@main
struct FaultScenarios {
    static func main() async {
        // Set for scenarios that preload a library into their own process; the servers are not to have it.
        forgetEnvironmentVariable("LD_PRELOAD")
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == "--child" { return try await runChild(arguments) }
            let line = try CommandLineOptions(arguments)
            let failed = try await runAll(line)
            exit(failed ? 1 : 0)
        } catch {
            FileHandle.standardError.write(Data("fault-scenarios: \(error)\n".utf8))
            exit(64)
        }
    }

    /// Runs one scenario here and prints its report as JSON.
    private static func runChild(_ arguments: [String]) async throws {
        guard arguments.count == 3, let scenario = Scenario.named(arguments[1]).first else {
            throw UsageError(text: "no scenario \(arguments.dropFirst().joined(separator: " "))")
        }
        let options = try JSONDecoder().decode(RunOptions.self, from: Data(arguments[2].utf8))
        let run = try await ScenarioRun(scenario, options: options)
        try await run.begin()
        do {
            try await scenario.body(run)
        } catch {
            run.note(.progress, "the scenario could not go on: \(error)")
        }
        let report = try await run.finish()
        print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
    }

    /// Whether any has failed.
    private static func runAll(_ line: CommandLineOptions) async throws -> Bool {
        var reports: [ScenarioReport] = []
        say(Table.line(ScenarioReport.columns))
        for server in line.servers {
            for resp in line.protocols {
                for scenario in line.scenarios {
                    let options = RunOptions(
                        server: server.rawValue, resp: resp, seed: line.seed, seconds: line.seconds,
                        isBrief: line.isBrief,
                        isSanitized: ProcessInfo.processInfo.environment["FAULTS_SANITIZER"] != nil)
                    let report = try ChildRun(scenario, options: options).run()
                    say(Table.line(report.row))
                    for remark in report.remarks { say("      \(remark)") }
                    for violation in report.violations.prefix(8) {
                        say("      \(violation.criterion.rawValue)✗ \(violation.text)")
                    }
                    if report.violations.count > 8 { say("      … and \(report.violations.count - 8) more") }
                    reports.append(report)
                }
            }
        }
        let failed = reports.count { !$0.violations.isEmpty }
        for (id, why) in line.leftOut { say("\(id) is left out: \(why).") }
        say("\(reports.count) runs, \(failed) failed.")
        return failed > 0
    }
}

/// Writes a line at once, also where the output goes into a file.
private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

struct UsageError: Error, CustomStringConvertible {
    var text: String
    var description: String {
        """
        \(text)
        usage: fault-scenarios [--server valkey-9|valkey-8|redis-7|all] [--resp 2|3|all] [--seed N] [--seconds N] \
        [F01 … | ci | all]
        """
    }
}

/// Rows of a table for people.
enum Table {
    private static let widths = [4, 15, 20, 19, 14, 10, 9, 15, 7, 0]

    static func line(_ cells: [String]) -> String {
        zip(cells, widths).map { cell, width in cell + String(repeating: " ", count: max(1, width - cell.count)) }
            .joined()
    }
}
