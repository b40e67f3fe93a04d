// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// `SUBSCRIBE channel [channel ...]`: subscribes the connection. Since 2.0.0.
///
/// There is no single reply: each channel is confirmed by a push of its own (an array in RESP2).
public struct SUBSCRIBE: ConnectionCommand {
    /// The first confirmation, where a caller can wait for one.
    public typealias Reply = RESPFrame

    /// Which; at least one.
    public var channels: BulkStringList

    /// Subscribes to these.
    public init(_ channels: BulkStringList) { self.channels = channels }

    /// It binds state to its connection.
    public static var metadata: CommandMetadata {
        CommandMetadata(name: "SUBSCRIBE", flags: [.bindsConnection], idempotency: .idempotent, since: .init(2, 0, 0))
    }

    /// It is refused with an empty list.
    public var callMetadata: CommandMetadata {
        channels.isEmpty ? Self.metadata.adding(.lacksArguments) : Self.metadata
    }

    /// Appends the command.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + channels.count)
        encoder.literal("$9\r\nSUBSCRIBE\r\n")
        channels.encode(into: &encoder)
    }
}

/// `UNSUBSCRIBE [channel ...]`: ends subscriptions; all of the kind if no channel is given. Since 2.0.0.
///
/// There is no single reply: each channel is confirmed by a push of its own (an array in RESP2).
public struct UNSUBSCRIBE: ConnectionCommand {
    /// The first confirmation, where a caller can wait for one.
    public typealias Reply = RESPFrame

    /// Which; none means all.
    public var channels: BulkStringList

    /// Ends these subscriptions.
    public init(_ channels: BulkStringList = .many([])) { self.channels = channels }

    /// It binds state to its connection.
    public static var metadata: CommandMetadata {
        CommandMetadata(name: "UNSUBSCRIBE", flags: [.bindsConnection], idempotency: .idempotent, since: .init(2, 0, 0))
    }

    /// Appends the command.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + channels.count)
        encoder.literal("$11\r\nUNSUBSCRIBE\r\n")
        channels.encode(into: &encoder)
    }
}

/// `PSUBSCRIBE pattern [pattern ...]`: subscribes the connection. Since 2.0.0.
///
/// There is no single reply: each pattern is confirmed by a push of its own (an array in RESP2).
public struct PSUBSCRIBE: ConnectionCommand {
    /// The first confirmation, where a caller can wait for one.
    public typealias Reply = RESPFrame

    /// Which; at least one.
    public var patterns: BulkStringList

    /// Subscribes to these.
    public init(_ patterns: BulkStringList) { self.patterns = patterns }

    /// It binds state to its connection.
    public static var metadata: CommandMetadata {
        CommandMetadata(name: "PSUBSCRIBE", flags: [.bindsConnection], idempotency: .idempotent, since: .init(2, 0, 0))
    }

    /// It is refused with an empty list.
    public var callMetadata: CommandMetadata {
        patterns.isEmpty ? Self.metadata.adding(.lacksArguments) : Self.metadata
    }

    /// Appends the command.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + patterns.count)
        encoder.literal("$10\r\nPSUBSCRIBE\r\n")
        patterns.encode(into: &encoder)
    }
}

/// `PUNSUBSCRIBE [pattern ...]`: ends subscriptions; all of the kind if no pattern is given. Since 2.0.0.
///
/// There is no single reply: each pattern is confirmed by a push of its own (an array in RESP2).
public struct PUNSUBSCRIBE: ConnectionCommand {
    /// The first confirmation, where a caller can wait for one.
    public typealias Reply = RESPFrame

    /// Which; none means all.
    public var patterns: BulkStringList

    /// Ends these subscriptions.
    public init(_ patterns: BulkStringList = .many([])) { self.patterns = patterns }

    /// It binds state to its connection.
    public static var metadata: CommandMetadata {
        CommandMetadata(
            name: "PUNSUBSCRIBE", flags: [.bindsConnection], idempotency: .idempotent, since: .init(2, 0, 0))
    }

    /// Appends the command.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + patterns.count)
        encoder.literal("$12\r\nPUNSUBSCRIBE\r\n")
        patterns.encode(into: &encoder)
    }
}

/// `SSUBSCRIBE shardchannel [shardchannel ...]`: subscribes the connection. Since 7.0.0.
///
/// There is no single reply: each shardchannel is confirmed by a push of its own (an array in RESP2).
public struct SSUBSCRIBE: ConnectionCommand {
    /// The first confirmation, where a caller can wait for one.
    public typealias Reply = RESPFrame

    /// Which; at least one.
    public var channels: BulkStringList

    /// Subscribes to these.
    public init(_ channels: BulkStringList) { self.channels = channels }

    /// It binds state to its connection.
    public static var metadata: CommandMetadata {
        CommandMetadata(name: "SSUBSCRIBE", flags: [.bindsConnection], idempotency: .idempotent, since: .init(7, 0, 0))
    }

    /// It is refused with an empty list.
    public var callMetadata: CommandMetadata {
        channels.isEmpty ? Self.metadata.adding(.lacksArguments) : Self.metadata
    }

    /// Appends the command.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + channels.count)
        encoder.literal("$10\r\nSSUBSCRIBE\r\n")
        channels.encode(into: &encoder)
    }

    /// Calls `body` with each channel: it decides the slot as a key does.
    public func forEachKey(_ body: (Span<UInt8>) -> Void) { channels.forEachSpan(body) }
}

/// `SUNSUBSCRIBE [shardchannel ...]`: ends subscriptions; all of the kind if no shardchannel is given. Since 7.0.0.
///
/// There is no single reply: each shardchannel is confirmed by a push of its own (an array in RESP2).
public struct SUNSUBSCRIBE: ConnectionCommand {
    /// The first confirmation, where a caller can wait for one.
    public typealias Reply = RESPFrame

    /// Which; none means all.
    public var channels: BulkStringList

    /// Ends these subscriptions.
    public init(_ channels: BulkStringList = .many([])) { self.channels = channels }

    /// It binds state to its connection.
    public static var metadata: CommandMetadata {
        CommandMetadata(
            name: "SUNSUBSCRIBE", flags: [.bindsConnection], idempotency: .idempotent, since: .init(7, 0, 0))
    }

    /// Appends the command.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + channels.count)
        encoder.literal("$12\r\nSUNSUBSCRIBE\r\n")
        channels.encode(into: &encoder)
    }

    /// Calls `body` with each channel: it decides the slot as a key does.
    public func forEachKey(_ body: (Span<UInt8>) -> Void) { channels.forEachSpan(body) }
}
