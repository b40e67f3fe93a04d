// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands

/// A client that subscriptions can be made with.
///
/// A conforming type names its ``SubscriptionHub``; everything else follows from that. Each method
/// returns when the server has confirmed all names, and throws what `SubscriptionHub.subscribe(to:options:)` does.
public protocol SubscriptionClient: Sendable {
    /// The subscriptions of this client.
    var subscriptions: SubscriptionHub { get }
}

extension SubscriptionClient {
    /// Subscribes to channels: `try await client.subscribe(to: "news", "weather")`.
    public func subscribe<Name: BulkStringConvertible>(
        to channels: Name..., options: SubscriptionOptions = SubscriptionOptions()
    ) async throws -> Subscription {
        try await subscriptions.subscribe(to: SubscriptionName.list(.channel, channels), options: options)
    }

    /// Subscribes to all channels that match: `try await client.subscribe(toPatterns: "news.*")`.
    public func subscribe<Name: BulkStringConvertible>(
        toPatterns patterns: Name..., options: SubscriptionOptions = SubscriptionOptions()
    ) async throws -> Subscription {
        try await subscriptions.subscribe(to: SubscriptionName.list(.pattern, patterns), options: options)
    }

    /// Subscribes to shard channels, each at the node that has its slot. Since 7.0.0.
    public func subscribe<Name: BulkStringConvertible>(
        toShardChannels channels: Name..., options: SubscriptionOptions = SubscriptionOptions()
    ) async throws -> Subscription {
        try await subscriptions.subscribe(to: SubscriptionName.list(.shardChannel, channels), options: options)
    }

    /// Subscribes to channels for as long as `body` runs.
    ///
    /// - Throws: as subscribing does, and what `body` throws.
    public func withSubscription<Name: BulkStringConvertible, Result>(
        to channels: Name..., options: SubscriptionOptions = SubscriptionOptions(),
        _ body: (Subscription) async throws -> Result
    ) async throws -> Result {
        try await withSubscription(to: SubscriptionName.list(.channel, channels), options: options, body)
    }

    /// Subscribes to names of any kind for as long as `body` runs.
    ///
    /// - Throws: as subscribing does, and what `body` throws.
    public func withSubscription<Result>(
        to names: [SubscriptionName], options: SubscriptionOptions = SubscriptionOptions(),
        _ body: (Subscription) async throws -> Result
    ) async throws -> Result {
        let subscription = try await subscriptions.subscribe(to: names, options: options)
        defer { subscription.cancel() }
        return try await body(subscription)
    }

    /// Subscribes to everything that a router has handlers for and calls them, until the task is cancelled.
    ///
    /// - Throws: as subscribing and `Subscription.next()` do, and what a handler throws if the router has no error
    ///   handler.
    public func run(
        _ router: MessageRouter, options: SubscriptionOptions = SubscriptionOptions()
    ) async throws {
        try await withSubscription(to: router.names, options: options) { subscription in
            try await router.run(subscription)
        }
    }
}
