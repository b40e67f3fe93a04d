// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pipeline

extension ValkeyClient {
    /// The client with another time limit for its calls: `try await client.with(timeout: .seconds(1)).get("k")`.
    ///
    /// It counts from the call and covers everything, the time that a command blocks on the server too. See
    /// `NodeClient.with(timeout:)`.
    ///
    /// - Parameter timeout: `nil` waits for as long as it takes.
    public func with(timeout: Duration?) -> NodeClient.Calls { node.with(timeout: timeout) }

    /// The client with one deadline for all the calls made through the result, whenever they begin.
    public func with(deadline: ContinuousClock.Instant) -> NodeClient.Calls { node.with(deadline: deadline) }

    /// The client with another answer to what is sent again by itself: `.with(retrying: .idempotentWrites).set("k", "v")`.
    ///
    /// See `RetryPolicy.Scope`.
    public func with(retrying scope: RetryPolicy.Scope) -> NodeClient.Calls { node.with(retrying: scope) }

    /// The client for calls whose replies are large: `client.with(largeReply: true).lrange("log", 0, -1)`. They come over
    /// connections of their own, so that nobody waits behind them. See `NodeClient.with(largeReply:)`.
    public func with(largeReply: Bool) -> NodeClient.Calls { node.with(largeReply: largeReply) }

    /// Lends a connection that nobody else uses meanwhile, for what needs a connection's state over several calls.
    ///
    ///     let size = try await client.withConnection { connection in
    ///         try await connection.execute(SELECT(3))
    ///         return try await connection.dbsize()
    ///     }
    ///
    /// When `body` ends, however it ends, whatever was bound to the connection is undone before anybody else gets it. The
    /// compiler keeps it in its scope and in its task. See `NodeClient.withConnection(_:)`.
    public func withConnection<R>(_ body: (borrowing LeasedConnection) async throws -> R) async throws -> R {
        try await node.withConnection(body)
    }
}

extension ValkeyClient {
    /// How the client stands with its server now, seen by the connection that commands share.
    public var state: ClientState { node.state }

    /// The states as they follow each other, beginning with the present one.
    ///
    ///     for await state in client.states { log("valkey: \(state)") }
    public var states: ClientStates { node.states }

    /// Connects, however often it takes: for programs that start together with their server.
    ///
    /// - Parameter timeout: how long to try; `nil` tries for as long as it takes.
    /// - Throws: the last dial's error; at once if dialing again can't help, as with a wrong password.
    public func waitUntilReady(timeout: Duration? = nil) async throws {
        try await node.waitUntilReady(timeout: timeout)
    }

    /// Lives as long as its task: connects, and when the task is cancelled, lets calls under way finish and closes the
    /// client. For service lifecycles; nothing needs it to work.
    ///
    /// - Parameter limit: how long calls that are under way have to finish.
    public func run(shutdownWithin limit: Duration = .seconds(10)) async {
        await node.run(shutdownWithin: limit)
        subscriptions.close()
    }
}
