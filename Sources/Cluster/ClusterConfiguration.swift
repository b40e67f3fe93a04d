// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pipeline
internal import Transport

/// Where a cluster is and how to talk to its nodes.
public struct ClusterConfiguration: Sendable {
    /// The nodes that are asked for the topology first, and again whenever nobody else answers. One that works is
    /// enough.
    public var seeds: [NodeAddress]
    /// How every node is talked to: credentials, protocol, timeouts. The endpoint in it counts for nothing, and the
    /// database must be 0. `commandTimeout` covers a call with all its redirects and retries, and `translateAddress` is
    /// for clusters behind NAT.
    public var node: NodeConfiguration
    /// Who answers commands that only read: a slot's primary, or its replicas.
    public var readPreference = ReadPreference.primary
    /// Ask for the topology again after this long, though nothing seems to be wrong; `nil`: never, or every minute
    /// if replicas are read from, since nothing else tells of a new one.
    ///
    /// Without it the topology is asked for when a node redirects, is lost, or says that the cluster is down.
    public var refreshPeriod: Duration?
    /// How long a call waits for a connection to one node before it looks for another way; the attempt to connect goes
    /// on. A node that is asked for the topology has twice as long to answer.
    public var nodePatience = Duration.seconds(1)
    /// How often one command follows redirects before it fails with ``ClusterError/tooManyRedirects(count:lastNode:)``.
    public var maximumRedirects = 8

    /// A configuration with the defaults.
    public init(seeds: [NodeAddress]) {
        self.seeds = seeds
        node = NodeConfiguration(endpoint: .tcp(host: "", port: 0))
    }

    /// What the cluster is called when it is observed.
    var firstSeed: Endpoint { .tcp(host: seeds.first?.host ?? "", port: seeds.first?.port ?? 0) }
}
