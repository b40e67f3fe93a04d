// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import Pipeline
public import RESPCodec

extension ClusterRouter {
    /// The client with another time limit for its calls: `try await cluster.with(timeout: .seconds(1)).get("k")`.
    ///
    /// It counts from the call and covers everything: the topology, waiting for connections, redirects, retries, the
    /// replies, and the time that a command blocks on the server, which `commandTimeout` leaves out.
    ///
    /// - Parameter timeout: `nil` waits for as long as it takes.
    public func with(timeout: Duration?) -> Calls { Calls(self, .standard.with(timeout: timeout)) }

    /// The client with one deadline for all the calls made through the result, whenever they begin.
    public func with(deadline: ContinuousClock.Instant) -> Calls { Calls(self, .standard.with(deadline: deadline)) }

    /// The client with another answer to what is sent again by itself. Redirects are followed in any case.
    public func with(retrying scope: RetryPolicy.Scope) -> Calls { Calls(self, .standard.with(retrying: scope)) }

    /// The client for calls whose replies are large: they come over connections of their own, so that nobody waits behind
    /// them. See `NodeClient.with(largeReply:)`.
    public func with(largeReply: Bool) -> Calls { Calls(self, .standard.with(largeReply: largeReply)) }

    /// A cluster's client with settings of its own for the calls made through it.
    ///
    /// A value: making one costs nothing, and it may be kept and shared.
    public struct Calls: BatchExecutor, Sendable {
        @usableFromInline let router: ClusterRouter
        @usableFromInline let settings: CallSettings

        init(_ router: ClusterRouter, _ settings: CallSettings) {
            self.router = router
            self.settings = settings
        }

        /// As ``ClusterRouter/with(timeout:)``.
        public func with(timeout: Duration?) -> Calls { Calls(router, settings.with(timeout: timeout)) }

        /// As ``ClusterRouter/with(deadline:)``.
        public func with(deadline: ContinuousClock.Instant) -> Calls {
            Calls(router, settings.with(deadline: deadline))
        }

        /// As ``ClusterRouter/with(retrying:)``.
        public func with(retrying scope: RetryPolicy.Scope) -> Calls { Calls(router, settings.with(retrying: scope)) }

        /// As ``ClusterRouter/with(largeReply:)``.
        public func with(largeReply: Bool) -> Calls { Calls(router, settings.with(largeReply: largeReply)) }

        /// Sends one command to where it belongs and returns its decoded reply.
        ///
        /// - Throws: as ``ClusterRouter/execute(_:)``.
        @inlinable
        public func execute<C: Command>(_ command: C) async throws -> C.Reply {
            var keys = KeySlots()
            command.forEachKey { keys.add(HashSlot(ofKey: $0)) }
            let frame = try await router.roundTrip(command.callMetadata, keys, settings) { encoder in
                command.encode(into: &encoder)
            }
            return try frame.decode(as: C.Reply.self)
        }

        /// An empty batch, which is sent with these settings; see ``ClusterRouter/pipeline()``.
        public func pipeline() -> CommandBatch { CommandBatch(runner: self) }

        /// As ``ClusterRouter/withConnection(for:_:)``; the calls on the connection have these settings too.
        public func withConnection<Key: BulkStringConvertible, R>(
            for key: Key, _ body: (borrowing LeasedConnection) async throws -> R
        ) async throws -> R {
            try await router.withConnection(for: key.bulkString, settings, body)
        }
    }
}

extension ClusterRouter.Calls: BatchRunner {
    package var recordsSlots: Bool { true }
    package var server: ServerRecord { router.server }

    package func run(_ content: consuming BatchContent, atomic: Bool) async throws -> BatchOutcome {
        try await router.run(content, atomic: atomic, settings)
    }
}
