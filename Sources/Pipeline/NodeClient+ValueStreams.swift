// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import Pool
internal import RESPCodec

extension NodeClient {
    /// Reads the value of a key in pieces, as they arrive, without ever holding all of it.
    ///
    /// ```swift
    /// let size = try await client.withStream(of: "film") { pieces in
    ///     for try await piece in pieces { try file.write(piece.span) }
    ///     return pieces.length
    /// }
    /// ```
    ///
    /// It has a connection to itself, from the client's exclusive ones, so nobody waits behind it. `body` may return early:
    /// a short rest is read and dropped (`LaneSettings.drainedBytes`), otherwise the connection is closed. It takes all the
    /// time it wants, but the server must not keep silent for longer than `commandTimeout` while bytes are awaited.
    ///
    /// - Returns: what `body` returns; `nil`, without calling it, if there is no such key.
    /// - Throws: what `body` throws; `ServerError`, ``ConnectionError``, `PoolError`, `CancellationError`. A connection that
    ///   is lost before the value begins is replaced; once it has begun, that is an error.
    public func withStream<Key: BulkStringConvertible, R>(
        of key: Key, _ body: (ValueStream) async throws -> R
    ) async throws -> R? {
        try await withStream(GET<RESPBytes>(key: key.bulkString), body)
    }

    /// Sends a command whose reply is one string, such as GETRANGE or DUMP, and reads that in pieces.
    ///
    /// - Returns: what `body` returns; `nil`, without calling it, for a null reply.
    /// - Throws: as ``withStream(of:_:)``; `RESPTypeMismatch` if the reply is no string; `CommandMisuse`.
    public func withStream<C: Command, R>(
        _ command: C, _ body: (ValueStream) async throws -> R
    ) async throws -> R? {
        let metadata = command.callMetadata
        if let misuse = metadata.misuse { throw misuse }
        let deadline = callOptions(isolation: nil).deadline
        var encoder = CommandEncoder()
        command.encode(into: &encoder)
        let request = BulkString.received(RESPBytes(encoder.span))
        var attempts = 1
        while true {
            let lease = try await leaseForStream(deadline)
            let answer: StreamAnswer
            do {
                let connection = lease.connection
                answer = try await observingOnce(metadata.name) {
                    try await connection.stream(request, timeout: commandTimeout)
                }
            } catch {
                lease.dispose()
                guard Self.mayStartAgain(after: error, metadata), attempts < Self.streamAttempts else { throw error }
                attempts += 1
                continue
            }
            guard case .value(let stream) = answer else {
                giveBack(lease)
                return try answer.withoutValue()
            }
            let result: R
            do {
                result = try await body(stream)
            } catch {
                await giveBack(lease, after: stream)
                throw error
            }
            await giveBack(lease, after: stream)
            return result
        }
    }

    static var streamAttempts: Int { 4 }

    /// An exclusive connection in one hand: one that has nothing to say just now.
    func leaseForStream(_ deadline: Moment?) async throws -> PoolLease<RESPConnection> {
        var attempts = 1
        while true {
            let lease = try await lease(deadline)
            if lease.connection.beginStream() {
                switch lease.connection.arrival() {
                case .nothing: return lease
                case .ended(let reason): lease.connection.end(reason)
                case .part: break
                }
            }
            // It has ended while it lay unused, or is in no state to be used.
            let reason = lease.connection.closeReason ?? .unsolicitedReply("frame")
            lease.dispose()
            guard attempts < Self.streamAttempts else { throw ConnectionError.closed(reason, .notSent) }
            attempts += 1
        }
    }

    private func giveBack(_ lease: consuming PoolLease<RESPConnection>, after stream: ValueStream) async {
        guard await stream.finish(draining: configuration.lanes.drainedBytes) else { return lease.dispose() }
        giveBack(lease)
    }

    /// Gives back a connection on which a stream has come to its end.
    func giveBack(_ lease: consuming PoolLease<RESPConnection>) {
        guard !lease.connection.hasUnreadBytes else { return lease.dispose() }
        lease.connection.endStream()
        lease.release(clean: true)
    }

    /// A command that only reads may be sent once more as long as nobody has seen any of its reply.
    private static func mayStartAgain(after error: any Error, _ metadata: CommandMetadata) -> Bool {
        guard case ConnectionError.closed(let reason, let certainty, _) = error else { return false }
        switch reason {
        case .endOfStream, .transport, .silent, .retired: return metadata.isReadOnly || !certainty.mayHaveExecuted
        case .closedByOwner, .malformedReply, .unsolicitedReply, .outOfStep: return false
        }
    }
}

/// How a reply begins that may be streamed.
private enum StreamAnswer {
    case value(ValueStream)
    case null
    /// The reply is complete, and nothing to be streamed.
    case refused(any Error)

    func withoutValue<R>() throws -> R? {
        if case .refused(let error) = self { throw error }
        return nil
    }
}

extension RESPConnection {
    /// Sends a request and waits until its reply has begun. For the holder of a stream.
    fileprivate func stream(_ request: BulkString, timeout: Int64?) async throws -> StreamAnswer {
        try await write(request, timeout: timeout)
        switch try await nextPart(timeout: timeout) {
        case .payloadStart(let start):
            return .value(ValueStream(self, timeout: timeout, length: start.length, rest: .pieces))
        case .frame(let frame):
            if let error = ServerError(frame) { return .refused(error) }
            do throws(RESPTypeMismatch) {
                guard let bytes = try frame.decode(as: RESPBytes?.self) else { return .null }
                return .value(ValueStream(self, timeout: timeout, length: bytes.count, rest: .whole(bytes)))
            } catch {
                return .refused(error)
            }
        case .payloadPiece, .payloadEnd:
            throw closed(.unsolicitedReply("piece"), .outcomeUnknown)
        }
    }
}
