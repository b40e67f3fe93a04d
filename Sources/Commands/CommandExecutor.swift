// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Something that executes read-only commands, now, each with its own reply.
///
/// A watching transaction is only this: what it reads decides what it will write.
public protocol ReadCommandExecutor: ~Copyable {
    /// Sends `command` and returns its decoded reply.
    ///
    /// - Throws: ``ServerError`` for an error reply, the executor's own error if there was no reply,
    ///   `CancellationError` if the task was cancelled, `RESPTypeMismatch` for a reply of another shape.
    func execute<C: ReadOnlyCommand>(_ command: C) async throws -> C.Reply
}

/// Something that executes any command, now, each with its own reply: a client, a leased connection, a cluster.
public protocol CommandExecutor: ReadCommandExecutor, ~Copyable {
    /// Sends `command` and returns its decoded reply.
    ///
    /// - Throws: ``ServerError`` for an error reply, the executor's own error if there was no reply,
    ///   ``CommandMisuse`` for a raw command that this executor can't run, `CancellationError` if the task was
    ///   cancelled, `RESPTypeMismatch` for a reply of another shape.
    func execute<C: Command>(_ command: C) async throws -> C.Reply
}
