// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec

extension NodeClient {
    /// The client with another time limit for its calls: `try await client.with(timeout: .seconds(1)).get("k")`.
    ///
    /// It counts from the call and covers everything: waiting for a connection, dialing, retries, the reply, and the time
    /// that a command blocks on the server, which the configuration's `commandTimeout` leaves out.
    ///
    /// - Parameter timeout: `nil` waits for as long as it takes.
    public func with(timeout: Duration?) -> Calls { Calls(client: self).with(timeout: timeout) }

    /// The client with one deadline for all the calls made through the result, whenever they begin.
    public func with(deadline: ContinuousClock.Instant) -> Calls { Calls(client: self).with(deadline: deadline) }

    /// The client with another answer to what is sent again by itself.
    public func with(retrying scope: RetryPolicy.Scope) -> Calls { Calls(client: self).with(retrying: scope) }

    /// The client for calls whose replies are large: `try await client.with(largeReply: true).lrange("log", 0, -1)`.
    ///
    /// They come over exclusive connections, so that what others call meanwhile does not wait until they have passed. How
    /// large a reply will be, nobody but the caller knows. While no exclusive connection is to be had, the shared one
    /// serves. See ``LaneSettings``.
    public func with(largeReply: Bool) -> Calls { Calls(client: self).with(largeReply: largeReply) }

    /// A client with settings of its own for the calls made through it. Connections, pool and limits are the client's.
    ///
    /// A value: making one costs nothing, and it may be kept and shared.
    public struct Calls: BatchExecutor, Sendable {
        @usableFromInline let client: NodeClient
        @usableFromInline let settings: CallSettings

        init(client: NodeClient, settings: CallSettings = .standard) {
            self.client = client
            self.settings = settings
        }

        /// As ``NodeClient/with(timeout:)``.
        public func with(timeout: Duration?) -> Calls {
            Calls(client: client, settings: settings.with(timeout: timeout))
        }

        /// As ``NodeClient/with(deadline:)``.
        public func with(deadline: ContinuousClock.Instant) -> Calls {
            Calls(client: client, settings: settings.with(deadline: deadline))
        }

        /// As ``NodeClient/with(retrying:)``.
        public func with(retrying scope: RetryPolicy.Scope) -> Calls {
            Calls(client: client, settings: settings.with(retrying: scope))
        }

        /// As ``NodeClient/with(largeReply:)``.
        public func with(largeReply: Bool) -> Calls {
            Calls(client: client, settings: settings.with(largeReply: largeReply))
        }

        /// Sends one command and returns its decoded reply.
        ///
        /// - Throws: as ``NodeClient/execute(_:)``.
        @inlinable
        public func execute<C: Command>(_ command: C) async throws -> C.Reply {
            let frame = try await client.roundTrip(command.callMetadata, settings) { encoder in
                command.encode(into: &encoder)
            }
            return try frame.decode(as: C.Reply.self)
        }

        /// An empty batch, which is sent with these settings; see ``CommandBatch``.
        public func pipeline() -> CommandBatch { CommandBatch(runner: self) }

        /// As ``NodeClient/watch(_:)``; each call of the transaction has these settings.
        public func watch<Key: BulkStringConvertible>(_ keys: Key...) async throws -> Watching {
            try await client.watch(keys.map(\.bulkString), settings)
        }

        /// As ``NodeClient/transaction(watching:maximumAttempts:_:)``; a deadline holds for all of its attempts together, a
        /// timeout for each of its calls.
        public func transaction<Key: BulkStringConvertible, each Reply>(
            watching keys: Key..., maximumAttempts: Int = 16,
            _ body: (consuming Watching) async throws -> TransactionPlan<repeat each Reply>
        ) async throws -> (repeat each Reply) {
            try await client.transaction(
                watching: keys.map { $0.bulkString }, maximumAttempts: maximumAttempts, settings, body)
        }
    }
}

extension NodeClient.Calls: BatchRunner {
    package var recordsSlots: Bool { false }
    package var server: ServerRecord { client.server }

    package func run(
        _ content: consuming BatchContent, atomic: Bool
    ) async throws -> BatchOutcome {
        try await client.run(content, atomic: atomic, asking: false, settings)
    }
}
