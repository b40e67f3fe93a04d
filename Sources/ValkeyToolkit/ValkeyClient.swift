// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import Pipeline
public import PubSub
public import Transport

/// A client of one server, for the whole program: make one and share it.
///
///     let client = try ValkeyClient("valkey://localhost")
///     try await client.set("greeting", "hello")
///     let greeting = try await client.get("greeting", as: String.self)
///
/// It works as it is made: the first call connects. Any number of tasks may use it at the same time, and their commands
/// leave together over one shared connection. What needs a connection of its own (transactions that watch keys,
/// commands that block, subscriptions) takes one by itself.
///
/// A client is bound to one database: there is no `select` on it. For a second database make a second client.
///
/// Close it with ``close()``, or by the scope of ``withValkeyClient(_:security:environment:_:)``; one that is dropped without
/// closes its connections too, once nothing that it made (a batch, a transaction, a subscription) is left.
public final class ValkeyClient: BatchExecutor, SubscriptionClient, Sendable {
    @usableFromInline
    let node: NodeClient
    /// What this client is subscribed to; all of it shares one connection of its own, opened with the first
    /// subscription. `subscribe(to:)`, `withSubscription(to:_:)` and `run(_:)` of the client are about it.
    public let subscriptions: SubscriptionHub

    /// Makes a client from a URL; nothing is dialed yet. See ``ClientURL`` for what a URL can say.
    ///
    /// - Parameters:
    ///   - url: where to, as whom and how.
    ///   - security: what secures connections, for `valkeys://` and `rediss://`; see ``ClientURL``.
    ///   - environment: time, randomness and transports.
    /// - Throws: ``ClientURLError``, which names the part of the URL that is wrong.
    public convenience init(
        _ url: String, security: (any TransportSecurity)? = nil, environment: ClientEnvironment = .live
    ) throws(ClientURLError) {
        self.init(try NodeConfiguration(url: url, security: security), environment: environment)
    }

    /// Makes a client; nothing is dialed yet.
    public init(_ configuration: NodeConfiguration, environment: ClientEnvironment = .live) {
        node = NodeClient(configuration, environment: environment)
        subscriptions = SubscriptionHub(node)
    }

    /// Where to and as whom.
    public var configuration: NodeConfiguration { node.configuration }

    /// Connects now, so that the first command need not wait and a wrong address or password shows.
    ///
    /// - Throws: as ``execute(_:)``.
    public func connect() async throws { try await node.connect() }

    /// Ends the client, its subscriptions and its connections; calls that wait get an error that says whether they may
    /// have run. Calling it again does nothing.
    public func close() {
        subscriptions.close()
        node.close()
    }

    /// Ends the client and leaves calls that are under way so long to finish; new ones are refused at once. Then, or when
    /// the task is cancelled, the rest is ended as ``close()`` does, subscriptions too.
    ///
    /// - Returns: whether every call had finished.
    @discardableResult
    public func shutdown(within limit: Duration) async -> Bool {
        let hasFinished = await node.shutdown(within: limit)
        close()
        return hasFinished
    }

    /// Sends one command and returns its decoded reply. Each command has a method of its own that calls this one.
    ///
    /// - Throws: `ServerError` for an error reply; `ConnectionError`, `TransportError` or `PoolError` when there is
    ///   none; `RESPTypeMismatch` for one of an unexpected type; `CommandMisuse` for a raw command that would change
    ///   the state of a connection; `CancellationError`. After each of these the client is as usable as before.
    @inlinable
    public func execute<C: Command>(_ command: C) async throws -> C.Reply { try await node.execute(command) }

    /// An empty batch: fill it, then run it, atomically if you like. See `CommandBatch`.
    ///
    /// `pipeline(_:_:)` and `transaction(_:_:)` with commands as arguments do all of it in one call.
    public func pipeline() -> CommandBatch { node.pipeline() }
}

extension ValkeyClient {
    /// Watches keys on a connection of its own, for a transaction by hand. See `Watching`.
    ///
    ///     let tx = try await client.watch("stock")
    ///     let stock = try await tx.get("stock", as: Int.self) ?? 0
    ///     let multi = tx.multi()
    ///     let left = multi.decr("stock")
    ///     guard let rest = try await multi.exec(left) else { … the key has changed meanwhile … }
    ///
    /// - Throws: as ``execute(_:)``; `TransactionMisuse` without a key.
    public func watch<Key: BulkStringConvertible>(_ keys: Key...) async throws -> Watching {
        try await watch(keys)
    }

    /// Watches keys that are in an array. See `Watching`.
    ///
    /// - Throws: as ``execute(_:)``; `TransactionMisuse` without a key.
    public func watch<Key: BulkStringConvertible>(_ keys: [Key]) async throws -> Watching {
        try await node.watch(keys.map(\.bulkString))
    }

    /// Reads under WATCH, decides, and executes in MULTI and EXEC; starts over when a watched key has changed.
    ///
    ///     let left = try await client.transaction(watching: "stock") { tx in
    ///         let stock = try await tx.get("stock", as: Int.self) ?? 0
    ///         guard stock > 0 else { throw SoldOut() }
    ///         let multi = tx.multi()
    ///         let left = multi.decr("stock")
    ///         return multi.commit(left)
    ///     }
    ///
    /// - Parameters:
    ///   - keys: what to watch, at least one key.
    ///   - maximumAttempts: how often to try before giving up.
    ///   - body: called once per attempt. What it throws ends the transaction and lets the keys go.
    /// - Throws: what the body throws, `ConnectionError.transactionConflict`, or as ``execute(_:)``. A connection that
    ///   is lost before EXEC left counts as a conflict; a lost reply to EXEC is never sent again.
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
        try await node.transaction(
            watching: keys.map { $0.bulkString }, maximumAttempts: maximumAttempts, .standard, body)
    }
}

extension ValkeyClient {
    /// Watches every command that the server executes, on a connection of its own. See `MonitorFeed`.
    ///
    /// - Parameter buffer: how far the reader may fall behind, and what happens then.
    /// - Throws: the connection's error; `ServerError` if the server refuses.
    public func monitor(buffer: BufferPolicy = BufferPolicy()) async throws -> MonitorFeed {
        try await node.monitor(buffer: buffer)
    }

    /// Watches every command that the server executes for as long as `body` runs.
    ///
    /// - Throws: as ``monitor(buffer:)``, and what `body` throws.
    public func withMonitor<Result>(
        buffer: BufferPolicy = BufferPolicy(), _ body: (MonitorFeed) async throws -> Result
    ) async throws -> Result {
        try await node.withMonitor(buffer: buffer, body)
    }
}

/// Lends a client to `body` and closes it when `body` ends, however it ends.
///
///     try await withValkeyClient("valkey://localhost") { client in
///         try await client.set("greeting", "hello")
///     }
///
/// - Throws: ``ClientURLError``; what `body` throws. Nothing is dialed before the first command.
public func withValkeyClient<R>(
    _ url: String, security: (any TransportSecurity)? = nil, environment: ClientEnvironment = .live,
    _ body: (ValkeyClient) async throws -> R
) async throws -> R {
    let client = try ValkeyClient(url, security: security, environment: environment)
    defer { client.close() }
    return try await body(client)
}
