// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A command whose reply is decoded as another type; see ``Command/decoded(as:)``.
@frozen public struct DecodedCommand<Base: Command, Reply: RESPDecodable & Sendable>: Command {
    /// The command.
    public var base: Base

    @inlinable init(_ base: Base) { self.base = base }

    /// The facts of the command.
    @inlinable public static var metadata: CommandMetadata { Base.metadata }
    /// The facts of this call.
    @inlinable public var callMetadata: CommandMetadata { base.callMetadata }
    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) { base.encode(into: &encoder) }
    /// Calls `body` with each key.
    @inlinable public func forEachKey(_ body: (Span<UInt8>) -> Void) { base.forEachKey(body) }
}

extension DecodedCommand: ReadOnlyCommand where Base: ReadOnlyCommand {}

extension Command {
    /// The same command with a reply of another type, for what its own type doesn't keep: `RESPFrame` for the reply as it
    /// came, `RESPPairs` for fields in their order, a type of yours for what a script returns.
    ///
    /// Where a method takes `as:`, that is shorter. It is executed, queued and routed like the command itself.
    ///
    /// ```swift
    /// let fields = try await client.execute(HGETALL<RESPBytes>(key: "h").decoded(as: RESPPairs<RESPBytes, Int>.self))
    /// ```
    @inlinable
    public func decoded<Other: RESPDecodable & Sendable>(as type: Other.Type) -> DecodedCommand<Self, Other> {
        DecodedCommand(self)
    }
}
