// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

/// Where the servers of a replication group are, a primary and its replicas, and how to talk to them.
public struct ReplicaSetConfiguration: Sendable {
    /// Servers of the group, whatever their role is; the others are learnt from the primary (`ROLE`). More than one, so
    /// that the group is found while one of them is down.
    public var seeds: [NodeAddress]
    /// How every server is talked to: credentials, database, protocol, timeouts. The endpoint in it counts for nothing.
    /// `translateAddress` is for servers whose replicas are behind NAT or in containers.
    public var node: NodeConfiguration
    /// Who answers commands that only read, one by one. Batches, transactions and leased connections are the primary's.
    public var readPreference = ReadPreference.primary
    /// The most bytes that a replica may be behind its primary, as far as the primary knew when it was asked last; `nil`
    /// sets no bound. Counts for reads from replicas.
    public var maximumLag: Int?
    /// Where replicas are read from, all servers are asked for their roles again after this long, by the next read.
    public var refreshPeriod = Duration.seconds(10)
    /// How long one server may take to tell its role, or a replica to be connected to.
    public var nodePatience = Duration.seconds(1)

    /// A configuration with the defaults.
    public init(seeds: [NodeAddress]) {
        self.seeds = seeds
        node = NodeConfiguration(endpoint: .tcp(host: "", port: 0))
    }
}
