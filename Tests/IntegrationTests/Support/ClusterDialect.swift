// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// A cluster's server line and the protocol to speak with it.
struct ClusterDialect: Hashable, Sendable, CustomTestStringConvertible {
    var version: ServerVersion
    var protocolVersion: ProtocolVersion

    /// The lines that clusters are tested with.
    static let versions = ServerVersion.allCases.filter(\.isValkey)

    /// Each of these lines with both protocols.
    static let all: [ClusterDialect] = versions.flatMap { version in
        ProtocolVersion.allCases.map { ClusterDialect(version: version, protocolVersion: $0) }
    }

    var testDescription: String { "\(version) RESP\(protocolVersion.rawValue)" }

    /// Lends a client of the shared cluster of this line.
    func withClient<R>(_ body: (ValkeyClusterClient, TestCluster) async throws -> R) async throws -> R {
        let cluster = try await SharedServers.shared.cluster(version)
        return try await cluster.withClient(configure: { $0.node.protocolVersion = protocolVersion }) { client in
            try await body(client, cluster)
        }
    }
}

extension ClusterConfiguration {
    /// A cluster that is found from a port, with limits so wide that no machine is too slow to keep them.
    static func patient(port: Int) -> ClusterConfiguration {
        var configuration = ClusterConfiguration(seeds: [NodeAddress(host: "127.0.0.1", port: port)])
        configuration.node = .patient(.tcp(host: "127.0.0.1", port: port))
        configuration.nodePatience = .seconds(20)
        return configuration
    }
}

extension TestCluster {
    /// Lends a client that knows the first node only.
    func withClient<R>(
        configure: (inout ClusterConfiguration) -> Void = { _ in }, _ body: (ValkeyClusterClient) async throws -> R
    ) async throws -> R {
        var configuration = ClusterConfiguration.patient(port: nodes[0].port)
        configure(&configuration)
        let client = try ValkeyClusterClient(configuration)
        defer { client.close() }
        return try await body(client)
    }

    /// The primary that had the slot of a key when the cluster was made; see `TestCluster.start`.
    func firstOwner(of key: String, primaries: Int = 3) -> TestServer {
        nodes[firstOwnerIndex(of: key, primaries: primaries)]
    }

    /// Its index.
    func firstOwnerIndex(of key: String, primaries: Int = 3) -> Int {
        let slot = HashSlot(ofKey: key.bulkString).index
        return (0..<primaries).first { slot < 16_384 * ($0 + 1) / primaries } ?? 0
    }

    /// A name whose slot the node at `index` had when the cluster was made, and that no other test uses.
    func uniqueName(_ name: String, on index: Int) -> String {
        while true {
            let candidate = unique(name)
            if firstOwnerIndex(of: candidate) == index { return candidate }
        }
    }
}

extension TestServer {
    /// What the cluster calls this node.
    func clusterID() async throws -> String { try await cli("CLUSTER", "MYID").decode(as: String.self) }
}

/// Clusters that several tests change; started when first asked for.
actor ChangingClusters {
    /// For tests that move slots. Two moves at the same time can leave a real cluster at odds about an owner, so each
    /// test has the cluster to itself.
    static let moving = ChangingClusters(replicas: 0)
    /// For tests that need replicas: each test has one shard to itself.
    static let replicated = ChangingClusters(replicas: 1)

    private let replicas: Int
    private var clusters: [ServerVersion: Task<TestCluster, any Error>] = [:]
    private var last: [ServerVersion: Latch] = [:]

    private init(replicas: Int) { self.replicas = replicas }

    func cluster(_ version: ServerVersion) async throws -> TestCluster {
        let replicas = replicas
        let task =
            clusters[version]
            ?? Task {
                try await TestCluster.start(
                    version, replicas: replicas, options: ["--repl-ping-replica-period", "1"])
            }
        clusters[version] = task
        return try await task.value
    }

    /// Lends the cluster to one test at a time, in the order of asking.
    nonisolated func withCluster(_ version: ServerVersion, _ body: (TestCluster) async throws -> Void) async throws {
        let (turn, end) = await queue(version)
        await turn?.wait()
        defer { end.open() }
        let cluster = try await cluster(version)
        try await body(cluster)
        try await cluster.waitUntilAgreed()
    }

    private func queue(_ version: ServerVersion) -> (turn: Latch?, end: Latch) {
        let end = Latch()
        defer { last[version] = end }
        return (last[version], end)
    }
}

extension TestCluster {
    /// Waits until all nodes say the same of epochs and slots.
    fileprivate func waitUntilAgreed() async throws {
        try await eventually("all nodes agree") {
            var views: Set<[String]> = []
            for node in nodes {
                let lines = try await node.cli("CLUSTER", "NODES").decode(as: String.self).split(separator: "\n")
                // Each line: id address flags primary ping pong epoch link slots…
                let view = lines.map { line in
                    let fields = line.split(separator: " ")
                    return "\(fields[0]) \(fields[6]) \(fields.dropFirst(8).filter { !$0.hasPrefix("[") })"
                }
                views.insert(view.sorted())
            }
            return views.count == 1
        }
    }
}

/// A slot on its way from one node to another, step by step, as an administrator moves it.
struct SlotMove {
    let slot: String
    let source: TestServer
    let target: TestServer
    let cluster: TestCluster

    init(slotOf key: String, from source: TestServer, to target: TestServer, in cluster: TestCluster) {
        slot = "\(HashSlot(ofKey: key.bulkString).index)"
        self.source = source
        self.target = target
        self.cluster = cluster
    }

    /// From now on the source answers ASK for keys that it doesn't have.
    ///
    /// Not before everybody knows of the last move: a target that hasn't heard of the source's newer epoch keeps its own, and
    /// what the source said before it gave the slot away can then win for good with a third node.
    func begin() async throws {
        try await cluster.waitUntilAgreed()
        try await target.cli("CLUSTER", "SETSLOT", slot, "IMPORTING", source.clusterID())
        try await source.cli("CLUSTER", "SETSLOT", slot, "MIGRATING", target.clusterID())
    }

    /// Moves up to so many keys. Returns whether there were any.
    @discardableResult
    func moveKeys(_ count: Int) async throws -> Bool {
        let keys = try await source.cli("CLUSTER", "GETKEYSINSLOT", slot, "\(count)").decode(as: [String].self)
        guard !keys.isEmpty else { return false }
        try await source.cli(["MIGRATE", "127.0.0.1", "\(target.port)", "", "0", "5000", "KEYS"] + keys)
        return true
    }

    /// The target gets the slot; from now on the source answers MOVED.
    func finish() async throws {
        let targetID = try await target.clusterID()
        try await target.cli("CLUSTER", "SETSLOT", slot, "NODE", targetID)
        try await source.cli("CLUSTER", "SETSLOT", slot, "NODE", targetID)
        for node in cluster.nodes where node !== target && node !== source {
            try await node.cli("CLUSTER", "SETSLOT", slot, "NODE", targetID)
        }
    }

    /// All of it.
    func perform() async throws {
        try await begin()
        while try await moveKeys(100) {}
        try await finish()
    }
}
