// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import Pool
internal import RESPCodec

extension NodeClient {
    /// Sets a key to a value that is sent in pieces, as its source gives them, without ever holding all of it.
    ///
    /// ```swift
    /// try await client.set("film", contentsOf: file.chunks, length: file.size)
    /// ```
    ///
    /// It has a connection to itself, from the client's exclusive ones, so nobody waits behind it. The source is asked for a
    /// piece when the one before has left, and may take its time; the server must not refuse to take bytes for longer than
    /// `commandTimeout`. Nothing is copied. The source is asked once more behind its last byte, and the command is
    /// completed only if it has ended then.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - pieces: gives the value's bytes: arrays, `RESPBytes`, strings.
    ///   - length: how many bytes they have together; the server wants to know beforehand.
    ///   - condition: when to set it.
    ///   - expiration: when it expires.
    /// - Throws: ``ValueStreamError`` if the source fails or gives another number of bytes; `CancellationError`; otherwise as
    ///   ``execute(_:)``. The connection is closed then, and the server executes nothing before it has all bytes. The
    ///   source can't be asked again, so nothing is sent again by itself.
    @discardableResult
    public func set<Key: BulkStringConvertible, Pieces: AsyncSequence>(
        _ key: Key, contentsOf pieces: Pieces, length: Int, condition: SetCondition? = nil,
        expiration: Expiration? = nil
    ) async throws -> SetReply where Pieces.Element: BulkStringConvertible {
        let command = SET(key: key.bulkString, value: "", condition: condition, expiration: expiration)
        var encoder = CommandEncoder()
        command.encode(into: &encoder)
        guard length >= 0, let parts = StreamedArgument(encoder.span, at: 2, length: length) else {
            throw ValueStreamError.wrongLength(announced: length, given: 0)
        }
        let lease = try await leaseForStream(callOptions(isolation: nil).deadline)
        let frame: RESPFrame
        do {
            let connection = lease.connection
            frame = try await observingOnce("SET") {
                try await write(parts, pieces, length: length, to: connection)
                guard case .frame(let reply) = try await connection.nextPart(timeout: commandTimeout) else {
                    throw connection.closed(.unsolicitedReply("payload"), .outcomeUnknown)
                }
                return reply
            }
        } catch {
            lease.dispose()
            throw error
        }
        giveBack(lease)
        if let error = ServerError(frame) { throw error }
        return try frame.decode(as: SetReply.self)
    }

    private func write<Pieces: AsyncSequence>(
        _ parts: StreamedArgument, _ pieces: Pieces, length: Int, to connection: RESPConnection
    ) async throws where Pieces.Element: BulkStringConvertible {
        try await connection.write(.received(parts.head), timeout: commandTimeout)
        var given = 0
        var source = pieces.makeAsyncIterator()
        while let piece = try await Self.next(&source) {
            let bytes = piece.bulkString
            given += bytes.withSpan { $0.count }
            guard given <= length else { throw ValueStreamError.wrongLength(announced: length, given: given) }
            try await connection.write(bytes, timeout: commandTimeout)
        }
        guard given == length else { throw ValueStreamError.wrongLength(announced: length, given: given) }
        try await connection.write(.received(parts.tail), timeout: commandTimeout)
    }

    private static func next<Source: AsyncIteratorProtocol>(
        _ source: inout Source
    ) async throws -> Source.Element? {
        do {
            return try await source.next(isolation: #isolation)
        } catch {
            if error is CancellationError { throw error }
            throw ValueStreamError.sourceFailed(error)
        }
    }
}
