// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CodecWorkloads

/// Measures a table, and prints it with its ratios and whether they are what they must be.
struct TableReport {
    private let table: Table
    /// Per row and column.
    private let figures: [[Figure?]]

    private struct Figure {
        /// Nanoseconds per element, of every repeat.
        var times: [Double] = []
        /// Per element; the least of all repeats, since what is kept for later comes into being in the first ones.
        var allocations = Double.infinity
        var result = 0

        /// The one in the middle.
        var median: Double { times.sorted()[times.count / 2] }

        mutating func add(_ cost: Workload.Cost, elements: Int) {
            times.append(Double(cost.time) / Double(elements))
            allocations = min(allocations, Double(cost.allocations) / Double(elements))
            result = cost.result
        }
    }

    /// Measures all workloads of a row by turns, `repeats` times, and once before to warm up.
    init(_ table: Table, repeats: Int) throws {
        self.table = table
        figures = try table.rows.map { row in
            var figures = row.workloads.map { workload in workload == nil ? nil : Figure() }
            for workload in row.workloads { _ = try workload?.measure() }
            for _ in 0..<repeats {
                for (column, workload) in row.workloads.enumerated() {
                    if let workload { figures[column]?.add(try workload.measure(), elements: workload.elements) }
                }
            }
            return figures
        }
    }

    /// A heading and a table.
    var markdown: String {
        let head = ["\(table.id): \(table.title)"] + table.columns.map { "\($0), ns/\(table.unit)" }
        let columns = head + ["allocations", "ratio", "must be", "reach for", "verdict"]
        var text = line(columns) + line(columns.map { _ in "---" })
        for (row, figures) in zip(table.rows, figures) {
            let times = figures.map { figure in figure.map { significant($0.median) } ?? "" }
            let ours = table.ratio.flatMap { figures[$0.of] }
            let other = table.ratio.flatMap { figures[$0.by] }
            let allocations = (table.ratio == nil ? figures : [ours, other]).compactMap {
                $0.map { decimals($0.allocations) }
            }
            var ratio: Double?
            if let ours, let other { ratio = ours.median / other.median }
            text += line(
                [row.name] + times + [allocations.joined(separator: " / ")]
                    + [ratio, row.must, row.must == nil ? nil : row.reach].map { number in number.map(decimals) ?? "" }
                    + [verdict(row, ratio, ours, other)])
        }
        return text
    }

    private func verdict(_ row: Table.Row, _ ratio: Double?, _ ours: Figure?, _ other: Figure?) -> String {
        guard let ours, let other, let ratio else { return "" }
        var faults: [String] = []
        if table.isSame, ours.result != other.result { faults.append("different results") }
        if let must = row.must, ratio > must { faults.append("missed") }
        // Rounded as it is printed: the few that a run needs for itself don't count.
        if let bound = row.allocations, ours.allocations >= bound + 0.005 { faults.append("too many allocations") }
        if !faults.isEmpty { return "**\(faults.joined(separator: ", "))**" }
        guard row.must != nil else { return "" }
        return row.reach.map { ratio <= $0 } == true ? "reached" : "met"
    }

    private func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }

    /// With two decimals, and three where those say nothing.
    private func decimals(_ number: Double) -> String {
        number != 0 && number < 0.05 ? fixed(number, 3) : fixed(number, 2)
    }

    /// Two digits that mean something, or all before the point.
    private func significant(_ number: Double) -> String {
        fixed(number, number < 9.95 ? 1 : 0)
    }

    private func fixed(_ number: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((number * scale).rounded())
        guard digits > 0 else { return String(scaled) }
        let fraction = String(scaled % Int(scale))
        return "\(scaled / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}
