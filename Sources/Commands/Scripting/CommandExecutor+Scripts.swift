// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

// The names and the arguments are those of the generated methods that take a script's text.

extension CommandExecutor where Self: ~Copyable {
    /// Runs a script by its digest, and by its text if the server doesn't know it (any more); its reply as it came.
    ///
    /// See ``eval(_:keys:args:as:)-(Script,_,_,_)``.
    @discardableResult
    public func eval(
        _ script: Script, keys: [any BulkStringConvertible] = [], args: [any BulkStringConvertible] = []
    ) async throws -> RESPFrame {
        try await eval(script, keys: keys, args: args, as: RESPFrame.self)
    }

    /// Runs a script by its digest, and by its text if the server doesn't know it (any more).
    ///
    /// That it doesn't is found out by asking: the server refuses an unknown digest before anything runs, and is sent the
    /// text once. So it works after restarts, failovers and `SCRIPT FLUSH`, on any connection, and no client keeps a list.
    /// A script counts as a command that must not run twice: it isn't sent again when it may have run.
    ///
    /// - Parameters:
    ///   - script: the script.
    ///   - keys: what the script finds in `KEYS`. In a cluster they say which node runs it, so they must be of one slot.
    ///   - args: what the script finds in `ARGV`.
    ///   - valueType: what to decode the reply as.
    /// - Throws: as `execute`; a `ServerError` of the script itself has a ``ServerError/scriptFailure``.
    @discardableResult
    public func eval<Value: RESPDecodable & Sendable>(
        _ script: Script, keys: [any BulkStringConvertible] = [], args: [any BulkStringConvertible] = [],
        as valueType: Value.Type
    ) async throws -> Value {
        let (keys, args) = (BulkStringList.many(keys.map(\.bulkString)), BulkStringList.many(args.map(\.bulkString)))
        do {
            return try await execute(EVALSHA<Value>(sha1: .string(script.sha1), keys: keys, args: args))
        } catch let error as ServerError where error.isUnknownDigest {
            return try await execute(EVAL<Value>(script: .string(script.source), keys: keys, args: args))
        }
    }
}

extension ReadCommandExecutor where Self: ~Copyable {
    /// Runs a script that only reads, by its digest or its text; its reply as it came.
    ///
    /// See ``evalReadOnly(_:keys:args:as:)-(Script,_,_,_)``.
    public func evalReadOnly(
        _ script: Script, keys: [any BulkStringConvertible] = [], args: [any BulkStringConvertible] = []
    ) async throws -> RESPFrame {
        try await evalReadOnly(script, keys: keys, args: args, as: RESPFrame.self)
    }

    /// Runs a script that only reads, by its digest, and by its text if the server doesn't know it.
    ///
    /// The server refuses what would write. Everything else is as for ``CommandExecutor/eval(_:keys:args:as:)-(Script,_,_,_)``,
    /// but that it may run on a replica and is sent again after a lost reply. Since 7.0.0.
    public func evalReadOnly<Value: RESPDecodable & Sendable>(
        _ script: Script, keys: [any BulkStringConvertible] = [], args: [any BulkStringConvertible] = [],
        as valueType: Value.Type
    ) async throws -> Value {
        let (keys, args) = (BulkStringList.many(keys.map(\.bulkString)), BulkStringList.many(args.map(\.bulkString)))
        do {
            return try await execute(EVALSHA_RO<Value>(sha1: .string(script.sha1), keys: keys, args: args))
        } catch let error as ServerError where error.isUnknownDigest {
            return try await execute(EVAL_RO<Value>(script: .string(script.source), keys: keys, args: args))
        }
    }
}

// A queue is sent as a whole, so nobody could answer a refused digest in its place: later commands would have run, and a
// transaction would be over. Loading ahead doesn't help where others may flush, or where a batch goes to several nodes.
extension CommandQueue where Self: ~Copyable {
    /// Adds a script, with its text, so that it runs whatever the server knows; its reply as it came.
    @discardableResult
    public func eval(
        _ script: Script, keys: [any BulkStringConvertible] = [], args: [any BulkStringConvertible] = []
    ) -> Queued<RESPFrame> {
        eval(script, keys: keys, args: args, as: RESPFrame.self)
    }

    /// Adds a script, with its text, so that it runs whatever the server knows: in a pipeline, in a transaction, and on
    /// every node of a cluster. The text costs the server about a microsecond per 500 bytes (measured on Valkey 9.1).
    ///
    /// For thousands of calls of a long script in one pipeline: `scriptLoad` it first, then queue `evalsha` with its
    /// ``Script/sha1``, and be ready for single replies that say `NOSCRIPT` if somebody flushes scripts meanwhile.
    @discardableResult
    public func eval<Value: RESPDecodable & Sendable>(
        _ script: Script, keys: [any BulkStringConvertible] = [], args: [any BulkStringConvertible] = [],
        as valueType: Value.Type
    ) -> Queued<Value> {
        eval(script.source, keys: keys, args: args, as: valueType)
    }

    /// Adds a script that only reads, with its text; its reply as it came.
    @discardableResult
    public func evalReadOnly(
        _ script: Script, keys: [any BulkStringConvertible] = [], args: [any BulkStringConvertible] = []
    ) -> Queued<RESPFrame> {
        evalReadOnly(script, keys: keys, args: args, as: RESPFrame.self)
    }

    /// Adds a script that only reads, with its text, so that it runs whatever the server knows.
    @discardableResult
    public func evalReadOnly<Value: RESPDecodable & Sendable>(
        _ script: Script, keys: [any BulkStringConvertible] = [], args: [any BulkStringConvertible] = [],
        as valueType: Value.Type
    ) -> Queued<Value> {
        evalReadOnly(script.source, keys: keys, args: args, as: valueType)
    }
}
