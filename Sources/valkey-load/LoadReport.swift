// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What was measured.
struct LoadReport {
    var result: LoadTask.Result
    var usage: ProcessUsage
    var seconds: Double

    private func perOperation(_ amount: Int?) -> Double? {
        guard let amount, result.operations > 0 else { return nil }
        return Double(amount) / Double(result.operations)
    }

    private var rows: [(key: String, label: String, value: Double?, decimals: Int)] {
        let latency = { (fraction: Double) in result.latencies.percentile(fraction).map { Double($0) / 1000 } }
        return [
            ("operations", "operations", Double(result.operations), 0),
            ("seconds", "seconds", seconds, 3),
            ("operations_per_second", "operations per second", Double(result.operations) / seconds, 0),
            (
                "client_cpu_us_per_operation", "client CPU, µs per operation",
                perOperation(usage.cpuNanoseconds / 1000), 3
            ),
            ("p50_us", "p50, µs", latency(0.5), 1),
            ("p99_us", "p99, µs", latency(0.99), 1),
            ("p999_us", "p99.9, µs", latency(0.999), 1),
            (
                "context_switches_per_operation", "context switches per operation",
                perOperation(usage.contextSwitches), 4
            ),
            ("allocations_per_operation", "allocations per operation", perOperation(usage.allocations), 3),
            ("errors", "errors", Double(result.errors), 0),
        ]
    }

    /// One object on one line; `null` for what can't be measured here.
    var json: String {
        let members = rows.map { row in
            "\"\(row.key)\": \(row.value.map { decimal($0, row.decimals) } ?? "null")"
        }
        return "{\(members.joined(separator: ", "))}"
    }

    var text: String {
        let width = rows.map(\.label.count).max() ?? 0
        return rows.map { row in
            let padding = String(repeating: " ", count: width - row.label.count)
            return "\(row.label)\(padding)  \(row.value.map { decimal($0, row.decimals) } ?? "unknown here")"
        }.joined(separator: "\n")
    }
}

/// A number from zero with so many digits behind its point.
func decimal(_ number: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1) { power, _ in power * 10 }
    let scaled = Int((number * Double(scale)).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let fraction = "\(scaled % scale)"
    return "\(scaled / scale).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
}
