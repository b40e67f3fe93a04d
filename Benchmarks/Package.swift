// swift-tools-version: 6.1
// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation
import PackageDescription

/// A package of its own, so that the harness never is a dependency of the toolkit.
let package = Package(
    name: "valkey-toolkit-benchmarks",
    platforms: [.macOS("26.0")],
    dependencies: [
        .package(name: "valkey-toolkit", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
    ],
    targets: [
        .target(name: "AllocationCounting"),
        .executableTarget(
            name: "CodecBenchmarks",
            dependencies: [
                "AllocationCounting",
                .product(name: "RESPCodec", package: "valkey-toolkit"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/CodecBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ]
)

// hiredis' reader is measured beside ours where its headers are installed (Debian: libhiredis-dev).
if FileManager.default.fileExists(atPath: "/usr/include/hiredis/hiredis.h") {
    package.targets.append(
        .systemLibrary(name: "CHiredis", pkgConfig: "hiredis", providers: [.apt(["libhiredis-dev"])]))
    for target in package.targets where target.name == "CodecBenchmarks" {
        target.dependencies.append("CHiredis")
        target.swiftSettings = [.define("HIREDIS")]
    }
}
