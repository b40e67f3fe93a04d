// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import Pipeline

extension ValkeyClient {
    /// Reads the value of a key in pieces, as they arrive, without ever holding all of it.
    ///
    ///     try await client.withStream(of: "film") { pieces in
    ///         for try await piece in pieces { try file.write(piece.span) }
    ///     }
    ///
    /// See `NodeClient.withStream(of:_:)` for what holds of its connection, its time and its errors.
    ///
    /// - Returns: what `body` returns; `nil`, without calling it, if there is no such key.
    public func withStream<Key: BulkStringConvertible, R>(
        of key: Key, _ body: (ValueStream) async throws -> R
    ) async throws -> R? {
        try await node.withStream(of: key, body)
    }

    /// Sends a command whose reply is one string, such as GETRANGE or DUMP, and reads that in pieces.
    ///
    /// - Returns: what `body` returns; `nil`, without calling it, for a null reply.
    public func withStream<C: Command, R>(
        _ command: C, _ body: (ValueStream) async throws -> R
    ) async throws -> R? {
        try await node.withStream(command, body)
    }

    /// Sets a key to a value that is sent in pieces, as its source gives them, without ever holding all of it.
    ///
    ///     try await client.set("film", contentsOf: file.chunks, length: file.size)
    ///
    /// See `NodeClient.set(_:contentsOf:length:condition:expiration:)` for its parameters, its connection and its errors.
    @discardableResult
    public func set<Key: BulkStringConvertible, Pieces: AsyncSequence>(
        _ key: Key, contentsOf pieces: Pieces, length: Int, condition: SetCondition? = nil,
        expiration: Expiration? = nil
    ) async throws -> SetReply where Pieces.Element: BulkStringConvertible {
        try await node.set(key, contentsOf: pieces, length: length, condition: condition, expiration: expiration)
    }
}
