// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Cluster
public import Commands
public import Pipeline
public import PubSub
public import Transport

/// A client of a cluster, for the whole program: make one and share it.
///
///     let cluster = try ValkeyClusterClient("valkey://node-1.example:7000")
///     try await cluster.set("greeting", "hello")
///
/// The calls are those of ``ValkeyClient``: each command goes to the node that has its keys, and a batch to all of its
/// nodes at the same time. It works as it is made: the first call asks the seeds for the topology.
///
/// Close it with ``close()``, or by the scope of ``withValkeyClusterClient(_:security:environment:_:)``; one that is dropped
/// without closes its connections too.
public final class ValkeyClusterClient: BatchExecutor, SubscriptionClient, Sendable {
    @usableFromInline
    let router: ClusterRouter

    /// Makes a client that starts from one node; nothing is dialed yet. See ``ClientURL`` for what a URL can say; the
    /// database must be 0, and all nodes are talked to with the same options and credentials.
    ///
    /// - Throws: ``ClientURLError``; `ClusterError.databaseNotSupported(_:)`.
    public convenience init(
        _ url: String, security: (any TransportSecurity)? = nil, environment: ClientEnvironment = .live
    ) throws {
        try self.init(ClusterConfiguration(url: url, security: security), environment: environment)
    }

    /// Makes a client; nothing is dialed yet.
    ///
    /// - Throws: `ClusterError` if there are no seeds, or for a database other than 0.
    public init(_ configuration: ClusterConfiguration, environment: ClientEnvironment = .live) throws(ClusterError) {
        router = try ClusterRouter(configuration, environment: environment)
    }

    /// Where the cluster is and how its nodes are talked to.
    public var configuration: ClusterConfiguration { router.configuration }

    /// Which node has which slots, as known now; empty before the first call.
    public var slotMap: SlotMap { router.slotMap }

    /// What this client is subscribed to: shard channels at the nodes that have their slots, everything else over one
    /// connection to any node.
    public var subscriptions: SubscriptionHub { router.subscriptions }

    /// Asks for the topology now, so that the first command need not wait and a wrong address or password shows.
    ///
    /// - Throws: `ClusterError.topologyUnavailable(_:)` if no seed answers; `CancellationError`.
    public func connect() async throws { try await router.connect() }

    /// Ends the client, its subscriptions and its connections; calls that wait get an error that says whether they may
    /// have run. Calling it again does nothing.
    public func close() { router.close() }

    /// Ends the client and leaves calls that are under way so long to finish; new ones are refused at once. Then, or when
    /// the task is cancelled, the rest is ended as ``close()`` does, subscriptions too.
    ///
    /// - Returns: whether every call had finished.
    @discardableResult
    public func shutdown(within limit: Duration) async -> Bool { await router.shutdown(within: limit) }

    /// Sends one command to where it belongs and returns its decoded reply. Each command has a method of its own that
    /// calls this one.
    ///
    /// - Throws: `ServerError` for an error reply that is not a redirect; `ClusterError`; as
    ///   ``ValkeyClient/execute(_:)``. After each of these the client is as usable as before.
    @inlinable
    public func execute<C: Command>(_ command: C) async throws -> C.Reply { try await router.execute(command) }

    /// An empty batch: its commands are grouped by node and sent to all of them at the same time; the replies come in
    /// the order of the commands. Run atomically, all its keys must be in one slot.
    public func pipeline() -> CommandBatch { router.pipeline() }
}

extension ValkeyClusterClient {
    /// Watches keys, all of one slot, on a connection of their own at the slot's node, for a transaction by hand. See
    /// `Watching` and the method of ``ValkeyClient``.
    ///
    /// - Throws: `ClusterError` for keys of several slots or none; as ``execute(_:)``.
    public func watch<Key: BulkStringConvertible>(_ keys: Key...) async throws -> Watching {
        try await watch(keys)
    }

    /// The same with the keys in an array.
    public func watch<Key: BulkStringConvertible>(_ keys: [Key]) async throws -> Watching {
        try await router.watch(keys.map(\.bulkString))
    }

    /// Reads under WATCH, decides, and executes in MULTI and EXEC, all at the node of the keys' slot; starts over when a
    /// watched key has changed or the slot has moved.
    ///
    /// - Parameters:
    ///   - keys: what to watch, at least one key. These and all other keys of the transaction must be of one slot.
    ///   - maximumAttempts: how often to try against concurrent writers before giving up.
    ///   - body: called once per attempt. What it throws ends the transaction and lets the keys go, except redirects,
    ///     which start it over at the right node.
    /// - Throws: `ClusterError` for keys of several slots or none; as the method of ``ValkeyClient``.
    public func transaction<Key: BulkStringConvertible, each Reply>(
        watching keys: Key..., maximumAttempts: Int = 16,
        _ body: (consuming Watching) async throws -> TransactionPlan<repeat each Reply>
    ) async throws -> (repeat each Reply) {
        try await transaction(watching: keys, maximumAttempts: maximumAttempts, body)
    }

    /// The same with the keys to watch in an array.
    public func transaction<Key: BulkStringConvertible, each Reply>(
        watching keys: [Key], maximumAttempts: Int = 16,
        _ body: (consuming Watching) async throws -> TransactionPlan<repeat each Reply>
    ) async throws -> (repeat each Reply) {
        // A closure: Swift 6.3's runtime can't make key paths inside functions with parameter packs.
        try await router.transaction(watching: keys.map { $0.bulkString }, maximumAttempts: maximumAttempts, body)
    }
}

extension ClusterConfiguration {
    /// The configuration of a cluster that is found from the nodes in a URL; see ``ClientURL`` for its form. One that works
    /// is enough.
    ///
    /// - Throws: ``ClientURLError``; one of `unix://` says ``ClientURLError/needsHost``.
    public init(url: String, security: (any TransportSecurity)? = nil) throws(ClientURLError) {
        let url = try ClientURL(url, security: security)
        self.init(seeds: try url.addresses())
        node = url.configuration
    }
}

/// Lends a client to `body` and closes it when `body` ends, however it ends.
///
/// - Throws: ``ClientURLError``; `ClusterError`; what `body` throws. Nothing is dialed before the first command.
public func withValkeyClusterClient<R>(
    _ url: String, security: (any TransportSecurity)? = nil, environment: ClientEnvironment = .live,
    _ body: (ValkeyClusterClient) async throws -> R
) async throws -> R {
    let client = try ValkeyClusterClient(url, security: security, environment: environment)
    defer { client.close() }
    return try await body(client)
}
