// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pool
internal import RESPCodec

extension NodeClient {
    /// Sends a command on the shared connection, or, if it turns out to be large, on one of its own.
    ///
    /// How large it is shows when it has been encoded. Encoding it again costs little: large payloads aren't copied.
    @inline(__always)
    func roundTrip(
        on shared: RESPConnection, _ options: CallOptions, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        var options = options
        options.largestRequest = configuration.lanes.largestSharedRequest
        do {
            return try await shared.roundTrip(options, encode)
        } catch is RequestIsLarge {
            options.largestRequest = .max
            if isPoolExhausted { return try await shared.roundTrip(options, encode) }
            return try await roundTripOnLane(options, encode)
        }
    }

    /// Sends a command whose reply is large on a connection of its own, if there is one to be had.
    func roundTripApart(
        _ metadata: CommandMetadata, _ settings: CallSettings, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let options = callOptions(settings)
        do {
            return try await attemptApart(options, encode)
        } catch {
            return try await retry(after: error, .init(metadata), options, settings) {
                try await attemptApart($0, encode)
            }
        }
    }

    private func attemptApart(
        _ options: CallOptions, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let frame =
            isPoolExhausted
            ? try await sharedConnection(options).roundTrip(options, encode)
            : try await roundTripOnLane(options, encode)
        if frame.isError { throw ServerError(reply: frame) }
        return frame
    }

    /// Sends commands on the connection that the settings ask for.
    func roundTrips(
        _ options: CallOptions, _ settings: CallSettings, replies: Int, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> [RESPFrame] {
        guard settings.expectsLargeReply, !isPoolExhausted else {
            return try await sharedConnection(options).roundTrips(options, replies: replies, encode)
        }
        return try await onLane(options) { try await $0.roundTrips(options, replies: replies, encode) }
    }

    /// Sends a command on a connection that nobody else uses meanwhile.
    private func roundTripOnLane(
        _ options: CallOptions, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        try await onLane(options) { try await $0.roundTrip(options, encode) }
    }

    private func onLane<R>(_ options: CallOptions, _ send: (RESPConnection) async throws -> R) async throws -> R {
        let lease = try await lease(options.deadline)
        let result: R
        do {
            result = try await send(lease.connection)
        } catch {
            // Its reply may still be under way, or half of it may have been sent.
            lease.dispose()
            throw error
        }
        lease.release(clean: true)
        return result
    }

    /// Whether all exclusive connections are in use, so that a lease would have to wait.
    private var isPoolExhausted: Bool {
        let status = pool.status
        return status.idle == 0 && status.leased + status.resetting >= configuration.maximumConnections
    }
}
