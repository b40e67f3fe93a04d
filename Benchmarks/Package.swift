// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation
import PackageDescription

/// A package of its own, so that the harness never is a dependency of the toolkit.
let package = Package(
    name: "valkey-toolkit-benchmarks",
    platforms: [.macOS("26.0")],
    dependencies: [.package(name: "valkey-toolkit", path: "..")],
    targets: [
        .target(name: "AllocationCounting"),
        .target(
            name: "CodecWorkloads",
            dependencies: [
                "AllocationCounting", .product(name: "RESPCodec", package: "valkey-toolkit"),
                .product(name: "Commands", package: "valkey-toolkit"),
                .product(name: "Pool", package: "valkey-toolkit"),
            ]),
        .executableTarget(name: "codec-workloads", dependencies: ["CodecWorkloads"]),
    ]
)

// `codec-table` and `instructions` do without the harness, so that they need no network.
if Context.environment["BENCHMARKS_WITHOUT_HARNESS"] == nil {
    package.dependencies.append(.package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []))
    package.targets.append(
        .executableTarget(
            name: "CodecBenchmarks",
            dependencies: ["CodecWorkloads", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/CodecBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ))
}

for target in package.targets where target.name != "AllocationCounting" {
    target.swiftSettings = [.swiftLanguageMode(.v6), .strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]
}

// hiredis' reader is measured beside ours where its headers are installed (Debian: libhiredis-dev).
if FileManager.default.fileExists(atPath: "/usr/include/hiredis/hiredis.h") {
    package.targets.append(.systemLibrary(name: "CHiredis"))
    for target in package.targets where target.name == "CodecWorkloads" {
        target.dependencies.append("CHiredis")
        target.swiftSettings?.append(.define("HIREDIS"))
    }
}
