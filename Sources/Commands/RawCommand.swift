// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Any command as plain words, for what has no type of its own: a module's, or one that is newer than this package.
///
/// ```swift
/// let title = try await client.execute(
///     RawCommand("JSON.GET", "book:1", "$.title", keys: [1], idempotency: .readOnly, as: String?.self))
/// ```
/// Without key positions a cluster can't route it by slot. Unless it says otherwise, it is taken for a write that must not be
/// sent twice. What is used more than once is better a ``Command`` of your own.
/// Names that bind state to a connection are refused by shared clients with ``CommandMisuse``; see ``ConnectionBinding``.
public struct RawCommand<Reply: RESPDecodable & Sendable>: Command {
    /// The first word, as given.
    public let name: String
    /// The words behind the name.
    public let arguments: [BulkString]
    /// Which words are keys: 1 is the word right behind the name, as in the server's own tables.
    public let keys: [Int]
    /// What the name and the arguments give away.
    public let callMetadata: CommandMetadata

    /// What is true for all raw commands: an unknown write.
    public static var metadata: CommandMetadata {
        CommandMetadata(name: "", flags: [], idempotency: .accumulating)
    }

    /// The command of these words, with a reply of the given type.
    ///
    /// - Parameters:
    ///   - name: the first word; upper and lower case are the same to the server.
    ///   - arguments: the words behind it, a subcommand first.
    ///   - keys: which words are keys; 1 is the first argument. Every position must have an argument.
    ///   - idempotency: what a second execution does. What only reads may go to a replica, and is sent again by itself.
    ///   - reply: what to decode the answer as.
    public init(
        _ name: String, _ arguments: any BulkStringConvertible..., keys: [Int] = [],
        idempotency: CommandMetadata.Idempotency = .accumulating, as reply: Reply.Type
    ) {
        self.init(name, arguments: arguments.map(\.bulkString), keys: keys, idempotency: idempotency, as: reply)
    }

    /// The command of a name and words that were put together before; see the other initialiser.
    public init(
        _ name: String, arguments: [BulkString], keys: [Int] = [],
        idempotency: CommandMetadata.Idempotency = .accumulating, as reply: Reply.Type
    ) {
        precondition(
            keys.allSatisfy { (1...max(1, arguments.count)).contains($0) && !arguments.isEmpty },
            "a key position is the number of an argument, counted from 1")
        self.name = name
        self.arguments = arguments
        self.keys = keys
        var flags = ConnectionBinding.flags(name: name, arguments: arguments)
        if idempotency == .readOnly { flags.insert(.readOnly) }
        self.callMetadata = CommandMetadata(name: name.uppercased(), flags: flags, idempotency: idempotency)
    }

    /// Appends the words as one array of bulk strings.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + arguments.count)
        encoder.bulk(name)
        for argument in arguments { argument.encode(into: &encoder) }
    }

    /// Calls `body` with the words at the key positions.
    public func forEachKey(_ body: (Span<UInt8>) -> Void) {
        for position in keys { arguments[position - 1].withSpan(body) }
    }
}

extension RawCommand where Reply == RESPFrame {
    /// The command of these words, with its reply as it came.
    public init(
        _ name: String, _ arguments: any BulkStringConvertible..., keys: [Int] = [],
        idempotency: CommandMetadata.Idempotency = .accumulating
    ) {
        self.init(
            name, arguments: arguments.map(\.bulkString), keys: keys, idempotency: idempotency, as: RESPFrame.self)
    }
}
