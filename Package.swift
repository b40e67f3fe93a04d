// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import PackageDescription

/// The products are the modules people assemble; see ARCHITECTURE.md for the layers.
/// There is no package dependency, in any configuration: `Scripts/check-layers` holds that line.
let package = Package(
    name: "valkey-toolkit",
    platforms: [.macOS("26.0"), .iOS("26.0"), .tvOS("26.0"), .watchOS("26.0"), .visionOS("26.0")],
    products: [
        .library(name: "RESPCodec", targets: ["RESPCodec"]),
        .library(name: "Transport", targets: ["Transport"]),
        .library(name: "TransportTLS", targets: ["TransportTLS"]),
        .library(name: "Pool", targets: ["Pool"]),
        .library(name: "Commands", targets: ["Commands"]),
        .library(name: "Pipeline", targets: ["Pipeline"]),
        .library(name: "PubSub", targets: ["PubSub"]),
        .library(name: "Cluster", targets: ["Cluster"]),
        .library(name: "ValkeyToolkit", targets: ["ValkeyToolkit"]),
        .library(name: "ToolkitTesting", targets: ["ToolkitTesting"]),
    ],
    traits: [
        .trait(name: "TLS", description: "TransportTLS, over the system's OpenSSL 3, whose headers must be there.")
    ],
    targets: [
        // Layer 0: the standard library only.
        .target(name: "RESPCodec"),
        .target(name: "_ToolkitShims"),
        .target(name: "Transport", dependencies: ["_ToolkitShims"]),
        .target(name: "Pool"),
        // Layer 1
        .target(name: "Commands", dependencies: ["RESPCodec"]),
        // Without the trait these have nothing in them, and nobody looks for OpenSSL.
        .target(
            name: "TransportTLS",
            dependencies: ["Transport", .target(name: "_OpenSSLShims", condition: .when(traits: ["TLS"]))]),
        .target(
            name: "_OpenSSLShims",
            dependencies: [.target(name: "_OpenSSL", condition: .when(traits: ["TLS"]))],
            cSettings: [.define("TOOLKIT_TLS", .when(traits: ["TLS"]))]),
        .systemLibrary(
            name: "_OpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        // Layer 2
        .target(name: "Pipeline", dependencies: ["RESPCodec", "Transport", "Pool", "Commands"]),
        // Layer 3
        .target(name: "PubSub", dependencies: ["RESPCodec", "Transport", "Pool", "Commands", "Pipeline"]),
        // Layer 4
        .target(
            name: "Cluster", dependencies: ["RESPCodec", "Transport", "Pool", "Commands", "Pipeline", "PubSub"]),
        // Layer 5
        .target(
            name: "ValkeyToolkit",
            dependencies: ["RESPCodec", "Transport", "Pool", "Commands", "Pipeline", "PubSub", "Cluster"]),
        // Beside the layers
        .target(name: "ToolkitTesting", dependencies: ["RESPCodec", "Transport", "Pool"]),

        // Tools, in no product
        .target(name: "AllocationCounter"),
        .executableTarget(name: "respdump", dependencies: ["RESPCodec"]),
        .executableTarget(name: "valkey-load", dependencies: ["ValkeyToolkit", "TransportTLS", "AllocationCounter"]),
        .executableTarget(name: "toolkit-tour", dependencies: ["ValkeyToolkit"]),
        .target(name: "CommandCatalog", dependencies: ["RESPCodec"], exclude: ["Catalogue"]),
        .executableTarget(name: "command-generator", dependencies: ["CommandCatalog", "RESPCodec", "Transport"]),

        // Faults against real servers, in no product; Scripts/faults runs them
        .target(name: "FaultInjection", dependencies: ["Transport", "ToolkitTesting"]),
        .executableTarget(
            name: "fault-scenarios",
            dependencies: [
                "FaultInjection", "ServerSupport", "ToolkitTesting", "ValkeyToolkit", "RESPCodec", "Transport", "Pool",
                "Commands", "Pipeline", "PubSub", "TransportTLS",
            ]),

        // Examples of what RESPCodec alone is good for, in no product; Scripts/check-examples runs them
        .target(name: "ExampleSupport", path: "Examples/ExampleSupport"),
        .executableTarget(
            name: "command-proxy", dependencies: ["RESPCodec", "ExampleSupport"], path: "Examples/command-proxy"),
        .executableTarget(
            name: "capture-decoder", dependencies: ["RESPCodec", "ExampleSupport"], path: "Examples/capture-decoder"),
        .executableTarget(
            name: "tiny-server", dependencies: ["RESPCodec", "ExampleSupport"], path: "Examples/tiny-server"),
        .executableTarget(name: "codec-snippets", dependencies: ["RESPCodec"], path: "Examples/codec-snippets"),

        // Examples of transports of one's own, and of a service with its tests
        .executableTarget(
            name: "custom-transports", dependencies: ["ValkeyToolkit", "ExampleSupport"],
            path: "Examples/custom-transports"),
        .executableTarget(
            name: "client-observer", dependencies: ["ValkeyToolkit", "ExampleSupport"],
            path: "Examples/client-observer"),
        .executableTarget(name: "json-values", dependencies: ["ValkeyToolkit"], path: "Examples/json-values"),
        .testTarget(
            name: "RateLimiterExample", dependencies: ["ValkeyToolkit", "ToolkitTesting"],
            path: "Examples/rate-limiter"),
        .testTarget(
            name: "ExpiringLockExample", dependencies: ["ValkeyToolkit", "ToolkitTesting", "ServerSupport"],
            path: "Examples/expiring-lock"),
        .testTarget(
            name: "ArticleSnippets", dependencies: ["ValkeyToolkit", "ToolkitTesting"],
            path: "Examples/article-snippets"),
        .testTarget(
            name: "CustomTransportsTests", dependencies: ["custom-transports", "ValkeyToolkit", "ToolkitTesting"]),

        // Fuzzing: harness bodies in FuzzSupport, one executable each; see Fuzz/README.md
        .target(name: "FuzzSupport", dependencies: ["RESPCodec"], path: "Fuzz/FuzzSupport"),
        .executableTarget(name: "RESPScannerFuzz", dependencies: ["FuzzSupport"], path: "Fuzz/RESPScannerFuzz"),
        .executableTarget(name: "RESPDecoderFuzz", dependencies: ["FuzzSupport"], path: "Fuzz/RESPDecoderFuzz"),
        .executableTarget(name: "RESPCommandFuzz", dependencies: ["FuzzSupport"], path: "Fuzz/RESPCommandFuzz"),
        .executableTarget(name: "InlineCommandFuzz", dependencies: ["FuzzSupport"], path: "Fuzz/InlineCommandFuzz"),
        .executableTarget(name: "RoundTripFuzz", dependencies: ["FuzzSupport"], path: "Fuzz/RoundTripFuzz"),
        .executableTarget(name: "DownConversionFuzz", dependencies: ["FuzzSupport"], path: "Fuzz/DownConversionFuzz"),
        .executableTarget(name: "SplitInvarianceFuzz", dependencies: ["FuzzSupport"], path: "Fuzz/SplitInvarianceFuzz"),

        // Tests
        .target(
            name: "ServerSupport", dependencies: ["RESPCodec", "Transport", "Commands", "TestCertificates"],
            path: "Tests/ServerSupport"),
        .target(name: "CommandSamples", dependencies: ["Commands", "RESPCodec"], path: "Tests/CommandSamples"),
        .testTarget(name: "RESPCodecTests", dependencies: ["RESPCodec", "FuzzSupport", "AllocationCounter"]),
        .testTarget(name: "TransportTests", dependencies: ["Transport", "ToolkitTesting", "AllocationCounter"]),
        .target(
            name: "TestCertificates", dependencies: [.target(name: "_OpenSSL", condition: .when(traits: ["TLS"]))],
            path: "Tests/TestCertificates", cSettings: [.define("TOOLKIT_TLS", .when(traits: ["TLS"]))]),
        .testTarget(
            name: "TransportTLSTests",
            dependencies: ["TransportTLS", "ValkeyToolkit", "ToolkitTesting", "ServerSupport"]),
        .testTarget(name: "ToolkitTestingTests", dependencies: ["ToolkitTesting", "RESPCodec", "Transport"]),
        .testTarget(name: "FaultInjectionTests", dependencies: ["FaultInjection", "ToolkitTesting", "Transport"]),
        .testTarget(name: "FaultScenariosTests", dependencies: ["fault-scenarios"]),
        .testTarget(name: "PoolTests", dependencies: ["Pool", "Transport", "AllocationCounter"]),
        .testTarget(name: "CommandsTests", dependencies: ["Commands", "RESPCodec", "CommandSamples"]),
        .testTarget(name: "CommandCatalogTests", dependencies: ["CommandCatalog"]),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Pipeline", "Commands", "RESPCodec", "Transport", "Pool", "ToolkitTesting", "AllocationCounter",
            ]),
        .testTarget(
            name: "PubSubTests",
            dependencies: ["PubSub", "Pipeline", "Commands", "RESPCodec", "Transport", "ToolkitTesting"]),
        .testTarget(
            name: "ClusterTests",
            dependencies: ["Cluster", "Pipeline", "Commands", "RESPCodec", "Transport", "ToolkitTesting"]),
        .testTarget(name: "ValkeyToolkitTests", dependencies: ["ValkeyToolkit", "ToolkitTesting"]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["ValkeyToolkit", "ServerSupport", "ToolkitTesting", "CommandSamples", "CommandCatalog"]),
    ]
)

let cTargets: Set<String> = ["_ToolkitShims", "_OpenSSL", "_OpenSSLShims", "TestCertificates", "AllocationCounter"]
for target in package.targets where !cTargets.contains(target.name) {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .enableExperimentalFeature("Lifetimes"),
    ]
}
