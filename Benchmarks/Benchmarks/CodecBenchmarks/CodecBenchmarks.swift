// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import AllocationCounting
import Benchmark
import RESPCodec

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private let time = BenchmarkMetric.custom("CPU ns / 1000 elements", polarity: .prefersSmaller, useScalingFactor: false)
private let allocations = BenchmarkMetric.custom(
    "allocations / 1000 elements", polarity: .prefersSmaller, useScalingFactor: false)

/// Measures `body`, which handles `elements` elements: its thread's CPU time and its allocations.
private func measure(_ name: String, elements: Int, _ body: @escaping @Sendable () throws -> Int) {
    let configuration = Benchmark.Configuration(
        metrics: [time, allocations], warmupIterations: 2, maxDuration: .seconds(3), maxIterations: 25)
    Benchmark(name, configuration: configuration) { benchmark in
        let allocationsBefore = allocation_count()
        let before = threadTime()
        blackHole(try body())
        let after = threadTime()
        benchmark.measurement(time, (after - before) * 1_000 / elements)
        benchmark.measurement(allocations, Int(allocation_count() - allocationsBefore) * 1_000 / elements)
    }
}

/// CPU time of this thread in nanoseconds: what neighbours on the machine do hardly counts.
private func threadTime() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return now.tv_sec * 1_000_000_000 + now.tv_nsec
}

let benchmarks: @Sendable () -> Void = {
    for input in Input.all {
        measure("scan \(input.name)", elements: input.elements) { try scan(input) }
        measure("visit \(input.name)", elements: input.elements) { try visit(input) }
    }
    let long = Input.longArray
    for (name, piece) in [("one piece", long.bytes.count), ("64 KiB", 64 << 10), ("16 KiB", 16 << 10)] {
        measure("visit \(long.name), \(name)", elements: long.elements) { try visit(long, piece: piece) }
    }
    for length in [15, 16] {
        let input = Input.strings(length: length)
        measure("decode [String], \(length) bytes", elements: input.elements) {
            try build([String].self, input) { $0.count }
        }
        measure("decode [RESPBytes], \(length) bytes", elements: input.elements) {
            try build([RESPBytes].self, input) { $0.count }
        }
    }
    let dictionaries = Input.dictionaries(resp3: true)
    measure("decode [String: String]", elements: dictionaries.elements) {
        try build([String: String].self, dictionaries) { $0.count }
    }
    let integers = Input.integerArrays
    measure("decode [Int]", elements: integers.elements) { try build([Int].self, integers) { $0.count } }

    measure("encode GET", elements: Commands.repetitions) { Commands().get() }
    measure("encode SET", elements: Commands.repetitions) { Commands().set() }
    measure("encode HSET of 20 fields", elements: Commands.repetitions) { Commands().hset() }
    addHiredis()
}

private func addHiredis() {
    #if HIREDIS
        for input in Input.all {
            let comparable = input.name == Input.maps.name ? Input.mapsAsArrays : input
            measure("hiredis visit \(input.name)", elements: input.elements) { visitWithHiredis(comparable) }
        }
        let long = Input.longArray
        measure("hiredis visit \(long.name), 64 KiB", elements: long.elements) { visitWithHiredis(long) }
        for length in [15, 16] {
            let input = Input.strings(length: length)
            measure("hiredis visit strings, \(length) bytes", elements: input.elements) { visitWithHiredis(input) }
        }
        let pairs = Input.dictionaries(resp3: false)
        measure("hiredis visit pairs", elements: pairs.elements) { visitWithHiredis(pairs) }
        let integers = Input.integerArrays
        measure("hiredis visit arrays of integers", elements: integers.elements) { visitWithHiredis(integers) }
        let commands = Commands()
        measure("hiredis format GET", elements: Commands.repetitions) {
            Commands().encodeWithHiredis(["GET", commands.key])
        }
        measure("hiredis format SET", elements: Commands.repetitions) {
            Commands().encodeWithHiredis(["SET", commands.key, commands.value])
        }
        measure("hiredis format HSET of 20 fields", elements: Commands.repetitions) {
            Commands().encodeWithHiredis(["HSET", commands.key] + commands.fields.flatMap { [$0.0, $0.1] })
        }
    #else
        print("hiredis' headers (Debian: libhiredis-dev) are not installed: measured without a comparison")
    #endif
}
