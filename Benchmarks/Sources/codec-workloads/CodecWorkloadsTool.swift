// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CodecWorkloads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs what `codec-table` and `instructions` measure.
@main
enum CodecWorkloadsTool {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "list":
            for workload in Table.workloads { print(workload.name, workload.elements) }
        case "run" where arguments.count == 3:
            guard let workload = Table.workloads.first(where: { $0.name == arguments[1] }),
                let times = Int(arguments[2])
            else { fail("no such workload: \(arguments[1])") }
            var total = 0
            for _ in 0..<times { total &+= try workload.body() }
            print(total)
        case "table":
            try printTables(arguments.dropFirst())
        default:
            fail("usage: codec-workloads list | run NAME TIMES | table [REPEATS] [TABLE...]")
        }
    }

    private static func printTables(_ options: ArraySlice<String>) throws {
        var options = options
        var repeats = 15
        if let number = options.first.flatMap({ Int($0) }) {
            repeats = max(number, 1)
            options.removeFirst()
        }
        var load = 0.0
        unsafe getloadavg(&load, 1)
        print("CPU time of the thread, medians of \(repeats) interleaved repeats; load \((load * 10).rounded() / 10).")
        if !Table.hasYardstick {
            print("hiredis' headers (Debian: libhiredis-dev) are not installed: measured without a comparison.")
        }
        for table in Table.all where options.isEmpty || options.contains(table.id) {
            print("\n" + (try TableReport(table, repeats: repeats).markdown), terminator: "")
        }
    }

    private static func fail(_ message: String) -> Never {
        print(message)
        exit(2)
    }
}
