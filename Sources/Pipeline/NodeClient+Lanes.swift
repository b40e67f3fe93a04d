// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

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

    /// Sends a command on a connection that nobody else uses meanwhile.
    func roundTripOnLane(
        _ options: CallOptions, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let lease = try await pool.lease(deadline: options.deadline?.instant)
        let frame: RESPFrame
        do {
            frame = try await lease.connection.roundTrip(options, encode)
        } catch {
            // Its reply may still be under way, or half of it may have been sent.
            lease.dispose()
            throw error
        }
        lease.release(clean: true)
        return frame
    }

    /// Whether all exclusive connections are in use, so that a lease would have to wait.
    private var isPoolExhausted: Bool {
        let status = pool.status
        return status.idle == 0 && status.leased + status.resetting >= configuration.maximumConnections
    }
}
