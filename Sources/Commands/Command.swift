// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A request to the server as a value: its arguments, its routing facts and the type of its reply.
///
/// The same value is executed, pipelined, queued in a transaction and routed in a cluster. It is encoded straight into
/// the connection's buffer, again for each attempt, so a retry needs no copy of the encoded bytes.
/// Those of a module, such as JSON, search or bloom, are written in a few lines and are then like all others:
///
/// ```swift
/// struct BloomExists: ReadOnlyCommand {
///     typealias Reply = Bool
///
///     let key: BulkString
///     let item: BulkString
///
///     static var metadata: CommandMetadata {
///         CommandMetadata(name: "BF.EXISTS", flags: [.readOnly], idempotency: .readOnly)
///     }
///
///     func encode(into encoder: inout CommandEncoder) {
///         encoder.command(3)
///         encoder.bulk("BF.EXISTS")
///         key.encode(into: &encoder)
///         item.encode(into: &encoder)
///     }
///
///     func forEachKey(_ body: (Span<UInt8>) -> Void) { key.withSpan(body) }
/// }
/// ```
/// Commands that change what a *connection* is (SELECT, AUTH, MULTI, SUBSCRIBE, …) are ``ConnectionCommand``s instead,
/// and cannot be executed on a client that many tasks share.
public protocol Command: Sendable {
    /// What the server answers, decoded by `Reply.init(from:)`; equal whether RESP2 or RESP3 is spoken.
    associatedtype Reply: RESPDecodable & Sendable

    /// The facts that hold for every value of this type.
    static var metadata: CommandMetadata { get }

    /// The facts of this very call, where they depend on its arguments (`XREAD` blocks only with `BLOCK`;
    /// a ``RawCommand`` has its name in its value). The default is ``metadata``.
    ///
    /// Executors decide by this property, not by the static one.
    var callMetadata: CommandMetadata { get }

    /// Appends exactly one complete RESP array of bulk strings. Allocates nothing unless the encoder has to grow.
    func encode(into encoder: inout CommandEncoder)

    /// Calls `body` with the bytes of each key, in the order of the request; not at all for a command without keys.
    ///
    /// A span is valid during its call only. Complexity: O(*k*) calls for *k* keys; allocates nothing.
    func forEachKey(_ body: (Span<UInt8>) -> Void)
}

extension Command {
    /// The default: what holds for every value of this type holds for this one.
    @inlinable public var callMetadata: CommandMetadata { Self.metadata }

    /// The default: a command without keys.
    @inlinable public func forEachKey(_ body: (Span<UInt8>) -> Void) {}
}

/// A command that reads and never changes the data set: it may run on a replica, may be sent again after an unknown
/// outcome, and may be executed while a transaction watches keys.
public protocol ReadOnlyCommand: Command {}

/// A request that binds state to the connection it is sent on, or takes the connection over.
///
/// It is not a ``Command``: only the owner of a connection can execute it, so the compiler refuses it on a client that
/// is shared between tasks. The database, the credentials and the name of a connection belong to a client's configuration.
public protocol ConnectionCommand: Sendable {
    /// What the server answers.
    associatedtype Reply: RESPDecodable & Sendable

    /// The facts that hold for every value of this type.
    static var metadata: CommandMetadata { get }

    /// The facts of this very call: a list may be empty of which the server wants at least one. The default is ``metadata``.
    var callMetadata: CommandMetadata { get }

    /// Appends exactly one complete RESP array of bulk strings. Allocates nothing unless the encoder has to grow.
    func encode(into encoder: inout CommandEncoder)
}

extension ConnectionCommand {
    /// The default: what holds for every value of this type holds for this one.
    @inlinable public var callMetadata: CommandMetadata { Self.metadata }
}
