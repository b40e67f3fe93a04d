// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Cluster
public import Commands
public import Pipeline

extension ValkeyClusterClient {
    /// The client with another time limit for its calls: `try await cluster.with(timeout: .seconds(1)).get("k")`.
    ///
    /// It counts from the call and covers everything, redirects too. See `ClusterRouter.with(timeout:)`.
    ///
    /// - Parameter timeout: `nil` waits for as long as it takes.
    public func with(timeout: Duration?) -> ClusterRouter.Calls { router.with(timeout: timeout) }

    /// The client with one deadline for all the calls made through the result, whenever they begin.
    public func with(deadline: ContinuousClock.Instant) -> ClusterRouter.Calls { router.with(deadline: deadline) }

    /// The client with another answer to what is sent again by itself; redirects are followed in any case. See
    /// `RetryPolicy.Scope`.
    public func with(retrying scope: RetryPolicy.Scope) -> ClusterRouter.Calls { router.with(retrying: scope) }

    /// The client for calls whose replies are large: they come over connections of their own, so that nobody waits behind
    /// them.
    public func with(largeReply: Bool) -> ClusterRouter.Calls { router.with(largeReply: largeReply) }

    /// Lends a connection, to the primary that has this key, that nobody else uses meanwhile. See
    /// `ClusterRouter.withConnection(for:_:)` and the method of ``ValkeyClient``.
    public func withConnection<Key: BulkStringConvertible, R>(
        for key: Key, _ body: (borrowing LeasedConnection) async throws -> R
    ) async throws -> R {
        try await router.withConnection(for: key, body)
    }
}
