// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// `MULTI`: opens a transaction; what follows is queued and answered `QUEUED` until `EXEC`. Since 1.2.0.
public struct MULTI: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "MULTI", flags: [.bindsConnection], idempotency: .idempotent, since: .init(1, 2, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$5\r\nMULTI\r\n")
    }
}

/// `EXEC`: executes what was queued. Answers an array of the replies, or null if a watched key was touched. Since 1.2.0.
public struct EXEC: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = RESPFrame

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "EXEC", flags: [.bindsConnection], idempotency: .idempotent, since: .init(1, 2, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$4\r\nEXEC\r\n")
    }
}

/// `DISCARD`: drops what was queued and stops watching. Since 2.0.0.
public struct DISCARD: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "DISCARD", flags: [.bindsConnection], idempotency: .idempotent, since: .init(2, 0, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$7\r\nDISCARD\r\n")
    }
}

/// `WATCH key [key ...]`: makes the next `EXEC` of this connection fail if one of the keys changes before. Since 2.2.0.
public struct WATCH: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The keys to watch; at least one.
    public var keys: BulkStringList

    /// Watches `keys`.
    @inlinable public init(_ keys: BulkStringList) { self.keys = keys }

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "WATCH", flags: [.bindsConnection], idempotency: .idempotent, since: .init(2, 2, 0))
    }

    /// It is refused with an empty list.
    @inlinable public var callMetadata: CommandMetadata {
        keys.isEmpty ? Self.metadata.adding(.lacksArguments) : Self.metadata
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + keys.count)
        encoder.literal("$5\r\nWATCH\r\n")
        keys.encode(into: &encoder)
    }

    /// Calls `body` with each key.
    @inlinable public func forEachKey(_ body: (Span<UInt8>) -> Void) { keys.forEachSpan(body) }
}

/// `UNWATCH`: stops watching. Since 2.2.0.
public struct UNWATCH: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "UNWATCH", flags: [.bindsConnection], idempotency: .idempotent, since: .init(2, 2, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$7\r\nUNWATCH\r\n")
    }
}
