// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import Pipeline
public import PubSub
public import Transport

/// A client of a primary with replicas, outside of clusters, for the whole program: make one and share it.
///
///     var configuration = try ReplicaSetConfiguration(url: "valkey://a.example,b.example,c.example")
///     configuration.readPreference = .preferReplica
///     let client = ValkeyReplicaSetClient(configuration)
///     try await client.set("greeting", "hello")
///
/// The calls are those of ``ValkeyClient``. It finds the primary among the servers it is given and follows it when another
/// one takes the role; see `ReplicaSetClient` for what that means for calls under way, and for reads from replicas.
///
/// Close it with ``close()``; one that is dropped without closes its connections too.
public final class ValkeyReplicaSetClient: BatchExecutor, SubscriptionClient, Sendable {
    @usableFromInline
    let group: ReplicaSetClient
    /// What this client is subscribed to, over one connection to the server that was the primary when it was made.
    public let subscriptions: SubscriptionHub

    /// Makes a client that starts from the servers in a URL; nothing is dialed yet. See ``ClientURL`` for its form.
    ///
    /// - Throws: ``ClientURLError``.
    public convenience init(
        _ url: String, security: (any TransportSecurity)? = nil, environment: ClientEnvironment = .live
    ) throws(ClientURLError) {
        self.init(try ReplicaSetConfiguration(url: url, security: security), environment: environment)
    }

    /// Makes a client; nothing is dialed yet.
    public init(_ configuration: ReplicaSetConfiguration, environment: ClientEnvironment = .live) {
        group = ReplicaSetClient(configuration, environment: environment)
        subscriptions = SubscriptionHub(group.primary)
    }

    /// Where the servers are and how they are talked to.
    public var configuration: ReplicaSetConfiguration { group.configuration }

    /// The primary, as far as known; `nil` before the first call.
    public var primaryAddress: NodeAddress? { group.primaryAddress }

    /// Its replicas, as far as known.
    public var replicaAddresses: [NodeAddress] { group.replicaAddresses }

    /// Finds the primary and connects now, so that the first command need not wait and wrong settings show.
    ///
    /// - Throws: `ConnectionError.primaryNotFound`; as ``execute(_:)``.
    public func connect() async throws { try await group.connect() }

    /// Ends the client, its subscriptions and its connections; calls that wait get an error that says whether they may
    /// have run. Calling it again does nothing.
    public func close() {
        subscriptions.close()
        group.close()
    }

    /// Ends the client and leaves calls that are under way so long to finish; new ones are refused at once. Then, or when
    /// the task is cancelled, the rest is ended as ``close()`` does, subscriptions too.
    ///
    /// - Returns: whether every call had finished.
    @discardableResult
    public func shutdown(within limit: Duration) async -> Bool {
        let hasFinished = await group.shutdown(within: limit)
        close()
        return hasFinished
    }

    /// Sends one command to the primary, or, if it only reads and replicas are preferred, to a replica.
    ///
    /// - Throws: as ``ValkeyClient/execute(_:)``; `ConnectionError.primaryNotFound`.
    @inlinable
    public func execute<C: Command>(_ command: C) async throws -> C.Reply { try await group.execute(command) }

    /// An empty batch, which goes to the primary; see `CommandBatch`.
    public func pipeline() -> CommandBatch { group.pipeline() }
}

extension ValkeyReplicaSetClient {
    /// The client with another time limit for its calls; see `ReplicaSetClient.with(timeout:)`.
    public func with(timeout: Duration?) -> ReplicaSetClient.Calls { group.with(timeout: timeout) }

    /// The client with one deadline for all the calls made through the result, whenever they begin.
    public func with(deadline: ContinuousClock.Instant) -> ReplicaSetClient.Calls { group.with(deadline: deadline) }

    /// The client with another answer to what is sent again by itself. See `RetryPolicy.Scope`.
    public func with(retrying scope: RetryPolicy.Scope) -> ReplicaSetClient.Calls { group.with(retrying: scope) }

    /// The client for calls whose replies are large: they come over connections of their own.
    public func with(largeReply: Bool) -> ReplicaSetClient.Calls { group.with(largeReply: largeReply) }

    /// Lends a connection to the primary that nobody else uses meanwhile; see the method of ``ValkeyClient``.
    public func withConnection<R>(_ body: (borrowing LeasedConnection) async throws -> R) async throws -> R {
        try await group.withConnection(body)
    }

    /// Watches keys on a connection of its own to the primary, for a transaction by hand; see `Watching`.
    public func watch<Key: BulkStringConvertible>(_ key: Key) async throws -> Watching {
        try await group.watch(key)
    }

    /// Reads under WATCH, decides, and executes in MULTI and EXEC, all at the primary; starts over when the watched key has
    /// changed or the primary is another. See the method of ``ValkeyClient``.
    public func transaction<Key: BulkStringConvertible, each Reply>(
        watching key: Key, maximumAttempts: Int = 16,
        _ body: (consuming Watching) async throws -> TransactionPlan<repeat each Reply>
    ) async throws -> (repeat each Reply) {
        try await group.transaction(watching: key, maximumAttempts: maximumAttempts, body)
    }
}
