// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What came of one run of a scenario.
struct ScenarioReport: Codable, Sendable {
    var id: String
    var title: String
    /// Server and protocol, as in `valkey-9 RESP3`.
    var dialect: String
    var counts = OutcomeCounts()
    var messages = 0
    var gaps = 0
    /// How long after its deadline the latest call ended; negative while all ended before.
    var slowest: Duration?
    /// The longest delay of the machine itself.
    var machineDelay = Duration.zero
    var connects = 0
    var mostConnectsPerSecond = 0
    /// From healing to the first reply; nil where nothing was broken that long.
    var recovery: Duration?
    var residentBefore: Int?
    var residentAfter: Int?
    var violations: [Violation] = []
    /// Figures and remarks.
    var remarks: [String] = []

    /// The row of the table.
    var row: [String] {
        let criteria = Criterion.allCases.map { criterion in
            violations.contains { $0.criterion == criterion } ? "\(criterion.rawValue)✗" : criterion.rawValue
        }
        return [
            id, dialect, "\(counts.ok)/\(counts.serverErrors)/\(counts.notExecuted)/\(counts.unknown)",
            "\(slowest.map(Self.milliseconds) ?? "-") (\(Self.milliseconds(machineDelay)))",
            "\(connects) (\(mostConnectsPerSecond)/s)",
            recovery.map(Self.milliseconds) ?? "-",
            "\(Self.megabytes(residentBefore))→\(Self.megabytes(residentAfter))",
            criteria.joined(separator: " "), violations.isEmpty ? "ok" : "FAILED", title,
        ]
    }

    static let columns = [
        "id", "server", "OK/E/K/U", "slowest (machine)", "connects", "recovery", "RSS MB", "verdicts", "",
        "what goes wrong",
    ]

    private static func milliseconds(_ duration: Duration) -> String {
        "\(duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000) ms"
    }

    private static func megabytes(_ bytes: Int?) -> String { bytes.map { "\($0 >> 20)" } ?? "?" }
}
