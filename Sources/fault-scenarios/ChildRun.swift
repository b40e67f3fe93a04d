// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Foundation
internal import Synchronization

/// One scenario in a process of its own.
struct ChildRun {
    /// More than any scenario takes, unless it hangs. Under a sanitizer everything is some ten times slower.
    private var patience: Duration { .seconds(options.isSanitized ? 2000 : 400) }

    private let scenario: Scenario
    private let options: RunOptions

    init(_ scenario: Scenario, options: RunOptions) {
        self.scenario = scenario
        self.options = options
    }

    /// Runs it to its end. A process that dies or hangs gives a report that says so.
    func run() throws -> ScenarioReport {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        let options = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
        process.arguments = ["--child", scenario.id, options]
        process.standardOutput = output
        process.environment = ProcessInfo.processInfo.environment.merging(scenario.surroundings) { $1 }
        try process.run()
        let hung = Mutex(false)
        let timer = DispatchSource.makeTimerSource()
        let seconds = Int((patience + .seconds(self.options.seconds ?? 0)).components.seconds)
        timer.schedule(deadline: .now() + .seconds(seconds))
        timer.setEventHandler {
            hung.withLock { $0 = true }
            kill(process.processIdentifier, SIGKILL)
        }
        timer.resume()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        timer.cancel()
        let known = try? JSONDecoder().decode(ScenarioReport.self, from: data)
        // A sanitizer that has found something says so by the status, behind a report that may look well.
        if let known, process.terminationStatus == 0 { return known }
        var report =
            known
            ?? ScenarioReport(
                id: scenario.id, title: scenario.title, dialect: "\(self.options.server) RESP\(self.options.resp)")
        let how = hung.withLock { $0 } ? "hung" : "ended with status \(process.terminationStatus)"
        report.violations.append(Violation(criterion: .loss, text: "the scenario's process \(how)"))
        return report
    }
}
