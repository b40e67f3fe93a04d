// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
public import Transport

/// A real cluster of primaries, each with a port and a folder of its own; the slots are spread evenly.
///
/// Its nodes are killed when this is dropped, and when the tests' process ends in whatever way.
public final class TestCluster: Sendable {
    /// The primaries, in the order of their slots, then any replicas.
    public let nodes: [TestServer]

    private init(nodes: [TestServer]) { self.nodes = nodes }

    /// Starts a cluster and waits until every node says that all slots are served.
    ///
    /// A cluster with a missing node goes on serving the others' slots (`cluster-require-full-coverage no`).
    ///
    /// - Parameters:
    ///   - nodes: how many primaries.
    ///   - replicas: how many replicas each primary gets.
    ///   - options: more of each server's command line.
    ///   - nodeOptions: more of the command line of the node with this index.
    ///   - tls: what the node with this index has for TLS, which the nodes then speak among each other too.
    /// - Throws: `TestServerError`.
    public static func start(
        _ version: ServerVersion = .valkey9, nodes count: Int = 3, replicas: Int = 0, options: [String] = [],
        nodeOptions: (Int) -> [String] = { _ in [] }, tls: (Int) -> TestTLS? = { _ in nil }
    ) async throws -> TestCluster {
        var servers: [TestServer] = []
        for index in 0..<count * (1 + replicas) {
            let tls = tls(index)
            let clusterOptions = [
                "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "2000",
                "--cluster-require-full-coverage", "no", "--cluster-port", "\(try FreePorts.take())",
            ]
            let tlsOptions = tls == nil ? [] : ["--tls-cluster", "yes", "--tls-replication", "yes"]
            let all = clusterOptions + tlsOptions + options + nodeOptions(index)
            servers.append(try await TestServer.start(version, options: all, tls: tls))
        }
        let nodes = servers
        try await BlockingWork.run { try join(nodes, primaries: count) }
        return TestCluster(nodes: nodes)
    }

    /// The addresses of all nodes.
    public var endpoints: [Endpoint] { nodes.map(\.endpoint) }

    /// Makes one cluster of servers that don't know each other. Blocks.
    private static func join(_ nodes: [TestServer], primaries: Int) throws {
        for (index, node) in nodes.enumerated() {
            try node.askOnce(["CLUSTER", "SET-CONFIG-EPOCH", "\(index + 1)"])
            if index < primaries {
                let first = 16_384 * index / primaries
                let last = 16_384 * (index + 1) / primaries - 1
                try node.askOnce(["CLUSTER", "ADDSLOTSRANGE", "\(first)", "\(last)"])
            }
            if index > 0 {
                let busPort = try node.setting("cluster-port")
                try nodes[0].askOnce(["CLUSTER", "MEET", "127.0.0.1", "\(node.tlsPort ?? node.port)", busPort])
            }
        }
        try waitUntilAll(nodes, say: ["cluster_known_nodes:\(nodes.count)"])
        for (index, node) in nodes.enumerated().dropFirst(primaries) {
            let primary = try nodes[index % primaries].text(["CLUSTER", "MYID"])
            try BlockingWork.poll("a replica's place") { try? node.askOnce(["CLUSTER", "REPLICATE", primary]) }
        }
        try waitUntilAll(nodes, say: ["cluster_state:ok", "cluster_slots_ok:16384"])
        for node in nodes.dropFirst(primaries) {
            try BlockingWork.poll("a replica's link") {
                try node.text(["INFO", "replication"]).contains("master_link_status:up") ? () : nil
            }
        }
    }

    private static func waitUntilAll(_ nodes: [TestServer], say lines: [String]) throws {
        for node in nodes {
            try BlockingWork.poll("\(lines) of the node on port \(node.port)") {
                let info = try node.text(["CLUSTER", "INFO"])
                return lines.allSatisfy { info.contains("\($0)\r\n") } ? () : nil
            }
        }
    }
}

extension TestServer {
    /// A reply that is a string. Blocks.
    fileprivate func text(_ words: [String]) throws -> String { try askOnce(words).decode(as: String.self) }

    /// The value of a setting. Blocks.
    fileprivate func setting(_ name: String) throws -> String {
        try askOnce(["CONFIG", "GET", name]).decode(as: [String].self)[1]
    }
}
