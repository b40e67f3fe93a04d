// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec

extension ReplicaSetClient {
    /// The client with another time limit for its calls. It counts from the call and covers everything: finding the
    /// primary, dialing, retries, the reply. See ``NodeClient/with(timeout:)``.
    ///
    /// - Parameter timeout: `nil` waits for as long as it takes.
    public func with(timeout: Duration?) -> Calls { Calls(self, .standard.with(timeout: timeout)) }

    /// The client with one deadline for all the calls made through the result, whenever they begin.
    public func with(deadline: ContinuousClock.Instant) -> Calls { Calls(self, .standard.with(deadline: deadline)) }

    /// The client with another answer to what is sent again by itself.
    public func with(retrying scope: RetryPolicy.Scope) -> Calls { Calls(self, .standard.with(retrying: scope)) }

    /// The client for calls whose replies are large; see ``NodeClient/with(largeReply:)``.
    public func with(largeReply: Bool) -> Calls { Calls(self, .standard.with(largeReply: largeReply)) }

    /// A client with settings of its own for the calls made through it.
    ///
    /// A value: making one costs nothing, and it may be kept and shared.
    public struct Calls: BatchExecutor, Sendable {
        @usableFromInline let client: ReplicaSetClient
        @usableFromInline let settings: CallSettings

        init(_ client: ReplicaSetClient, _ settings: CallSettings) {
            self.client = client
            self.settings = settings
        }

        /// As ``ReplicaSetClient/with(timeout:)``.
        public func with(timeout: Duration?) -> Calls { Calls(client, settings.with(timeout: timeout)) }

        /// As ``ReplicaSetClient/with(deadline:)``.
        public func with(deadline: ContinuousClock.Instant) -> Calls {
            Calls(client, settings.with(deadline: deadline))
        }

        /// As ``ReplicaSetClient/with(retrying:)``.
        public func with(retrying scope: RetryPolicy.Scope) -> Calls { Calls(client, settings.with(retrying: scope)) }

        /// As ``ReplicaSetClient/with(largeReply:)``.
        public func with(largeReply: Bool) -> Calls { Calls(client, settings.with(largeReply: largeReply)) }

        /// Sends one command and returns its decoded reply.
        ///
        /// - Throws: as ``ReplicaSetClient/execute(_:)``.
        @inlinable
        public func execute<C: Command>(_ command: C) async throws -> C.Reply {
            let frame = try await client.roundTrip(command.callMetadata, settings) { encoder in
                command.encode(into: &encoder)
            }
            return try frame.decode(as: C.Reply.self)
        }

        /// An empty batch, which goes to the primary with these settings; see ``CommandBatch``.
        public func pipeline() -> CommandBatch {
            NodeClient.Calls(client: client.primary, settings: settings).pipeline()
        }
    }

    /// Watches keys at the primary; see ``NodeClient/watch(_:)``.
    public func watch<Key: BulkStringConvertible>(_ keys: Key...) async throws -> Watching {
        try await primary.watch(keys.map(\.bulkString))
    }

    /// Reads under WATCH, decides, and executes in MULTI and EXEC, all at the primary; starts over when a watched key has
    /// changed or the primary is another. See ``NodeClient/transaction(watching:maximumAttempts:_:)``.
    public func transaction<Key: BulkStringConvertible, each Reply>(
        watching keys: Key..., maximumAttempts: Int = 16,
        _ body: (consuming Watching) async throws -> TransactionPlan<repeat each Reply>
    ) async throws -> (repeat each Reply) {
        try await primary.transaction(
            watching: keys.map { $0.bulkString }, maximumAttempts: maximumAttempts, .standard, body)
    }
}
