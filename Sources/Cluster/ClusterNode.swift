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
    /// - Parameter deadline: for the connection of a blocking command, for everything of others.
    func roundTrip(
        isBlocking: Bool = false, asking: Bool = false, deadline: ContinuousClock.Instant?,
        mayWaitInline: Bool = false, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        if isBlocking { return try await roundTripBlocking(asking: asking, deadline, encode) }
        let connection = try await connection(deadline)
        let options = CallOptions(now: client.environment.now(), deadline: deadline, mayWaitInline: mayWaitInline)
        if asking { return try await Self.sendAsking(connection, options, encode) }
        return try await connection.roundTrip(options, encode)
    }

    /// The commands that `encode` appends, `replies` in number, to this node in one write. Tried once.
    func roundTrips(
        replies: Int, deadline: ContinuousClock.Instant?, mayWaitInline: Bool,
        _ encode: (inout CommandEncoder) -> Void
    ) async throws -> [RESPFrame] {
        let connection = try await connection(deadline)
        let options = CallOptions(now: client.environment.now(), deadline: deadline, mayWaitInline: mayWaitInline)
        return try await connection.roundTrips(options, replies: replies, encode)
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

    /// A command that may wait on the server has a connection to itself.
    private func roundTripBlocking(
        asking: Bool, _ deadline: ContinuousClock.Instant?, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let lease = try await client.pool.lease(deadline: dialDeadline(deadline))
        let options = CallOptions(now: client.environment.now(), deadline: nil, mayWaitInline: false)
        do {
            let connection = lease.connection
            let frame =
                asking
                ? try await Self.sendAsking(connection, options, encode)
                : try await connection.roundTrip(options, encode)
            lease.release(clean: true)
            return frame
        } catch {
            lease.dispose()
            throw error
        }
    }

    private func dialDeadline(_ deadline: ContinuousClock.Instant?) -> ContinuousClock.Instant {
        let patience = client.environment.now() + patience
        return deadline.map { min($0, patience) } ?? patience
    }
}
