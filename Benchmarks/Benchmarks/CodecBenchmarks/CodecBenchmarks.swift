// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Benchmark
import CodecWorkloads

private let time = BenchmarkMetric.custom("CPU ns / 1000 elements", polarity: .prefersSmaller, useScalingFactor: false)
private let allocations = BenchmarkMetric.custom(
    "allocations / 1000 elements", polarity: .prefersSmaller, useScalingFactor: false)

let benchmarks: @Sendable () -> Void = {
    if !Table.hasYardstick {
        print("hiredis' headers (Debian: libhiredis-dev) are not installed: measured without a comparison")
    }
    for workload in Table.workloads {
        let configuration = Benchmark.Configuration(
            metrics: [time, allocations], warmupIterations: 2, maxDuration: .seconds(3), maxIterations: 25)
        Benchmark(workload.name, configuration: configuration) { benchmark in
            let cost = try workload.measure()
            blackHole(cost.result)
            benchmark.measurement(time, cost.time * 1_000 / workload.elements)
            benchmark.measurement(allocations, cost.allocations * 1_000 / workload.elements)
        }
    }
}
