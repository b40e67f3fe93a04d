// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import Pool
internal import RESPCodec

/// One node of a cluster: its address and its client.
final class ClusterNode: Sendable {
    /// The name that the cluster has for it.
    let address: NodeAddress
    let client: NodeClient

    /// How long a call waits for a connection before it looks for another way. The attempt to connect goes on.
    ///
    /// A pool keeps dialing a node that once answered until the caller's deadline; in a cluster another node may have
    /// taken over long before that.
    private let patience: Duration

    init(address: NodeAddress, client: NodeClient, patience: Duration) {
        self.address = address
        self.client = client
        self.patience = patience
    }

    /// The shared connection if there is one; a call then costs no clock and no waiting.
    var openConnection: RESPConnection? { client.pool.sharedIfOpen() }

    /// The command that `encode` appends, to this node; error replies are returned. Tried once.
    ///
    /// - Parameters:
    ///   - blocks: whether it may wait on the server, so that silence means nothing.
    ///   - alone: whether it has a connection to itself.
    func roundTrip(
        blocks: Bool = false, alone: Bool = false, asking: Bool = false, deadline: ContinuousClock.Instant?,
        mayWaitInline: Bool = false, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        try await using(alone: alone, deadline) { connection in
            var options = options(deadline, mayWaitInline: mayWaitInline && !alone)
            options.expectsReplySoon = !blocks
            if asking { return try await Self.sendAsking(connection, options, encode) }
            return try await connection.roundTrip(options, encode)
        }
    }

    /// The commands that `encode` appends, `replies` in number, to this node in one write. Tried once.
    func roundTrips(
        replies: Int, alone: Bool, deadline: ContinuousClock.Instant?, mayWaitInline: Bool,
        _ encode: (inout CommandEncoder) -> Void
    ) async throws -> [RESPFrame] {
        try await using(alone: alone, deadline) { connection in
            try await connection.roundTrips(
                options(deadline, mayWaitInline: mayWaitInline), replies: replies, encode)
        }
    }

    /// An exclusive connection to this node.
    func lease(_ deadline: ContinuousClock.Instant?) async throws -> PoolLease<RESPConnection> {
        try await client.leaseOpen(Moment(dialDeadline(deadline)))
    }

    private func options(_ deadline: ContinuousClock.Instant?, mayWaitInline: Bool) -> CallOptions {
        CallOptions(now: client.environment.now(), deadline: deadline, mayWaitInline: mayWaitInline)
    }

    /// Calls `send` with the connection that all share, or with one that is lent for this.
    private func using<R>(
        alone: Bool, _ deadline: ContinuousClock.Instant?, _ send: (RESPConnection) async throws -> R
    ) async throws -> R {
        guard alone else { return try await send(connection(deadline)) }
        let lease = try await client.pool.lease(deadline: dialDeadline(deadline))
        let result: R
        do {
            result = try await send(lease.connection)
        } catch {
            // A reply may still be under way: nobody else may get this connection.
            lease.dispose()
            throw error
        }
        lease.release(clean: true)
        return result
    }

    private func connection(_ deadline: ContinuousClock.Instant?) async throws -> RESPConnection {
        if let open = openConnection { return open }
        return try await client.pool.shared(deadline: dialDeadline(deadline))
    }

    /// ASKING holds for the next command on the same connection, so nothing may come between: one write.
    private static func sendAsking(
        _ connection: RESPConnection, _ options: CallOptions, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let frames = try await connection.roundTrips(options, replies: 2) { encoder in
            encoder.literal("*1\r\n$6\r\nASKING\r\n")
            encode(&encoder)
        }
        return frames[frames.count - 1]
    }

    private func dialDeadline(_ deadline: ContinuousClock.Instant?) -> ContinuousClock.Instant {
        let patience = client.environment.now() + patience
        return deadline.map { min($0, patience) } ?? patience
    }
}
