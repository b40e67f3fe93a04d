// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// `ASKING`: lets the one command right behind it be served by a node that is taking over its slot. Since 3.0.0.
public struct ASKING: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "ASKING", flags: [.bindsConnection], idempotency: .idempotent, since: .init(3, 0, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$6\r\nASKING\r\n")
    }
}

/// `READONLY`: lets a replica of a cluster answer reads on this connection. Since 3.0.0.
public struct READONLY: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "READONLY", flags: [.bindsConnection], idempotency: .idempotent, since: .init(3, 0, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$8\r\nREADONLY\r\n")
    }
}

/// `READWRITE`: undoes `READONLY`. Since 3.0.0.
public struct READWRITE: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "READWRITE", flags: [.bindsConnection], idempotency: .idempotent, since: .init(3, 0, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$9\r\nREADWRITE\r\n")
    }
}

/// `RESET`: gives the connection the state of a new one, logged out and in RESP2. Since 6.2.0.
public struct RESET: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = String

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "RESET", flags: [.bindsConnection], idempotency: .idempotent, since: .init(6, 2, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$5\r\nRESET\r\n")
    }
}

/// `QUIT`: asks the server to close the connection; closing the socket does the same. Since 1.0.0.
public struct QUIT: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "QUIT", flags: [.bindsConnection], idempotency: .idempotent, since: .init(1, 0, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$4\r\nQUIT\r\n")
    }
}

/// `MONITOR`: turns the connection into a feed of everything the server executes. Since 1.0.0.
public struct MONITOR: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The command; it has no arguments.
    @inlinable public init() {}

    /// It binds state to its connection.
    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "MONITOR", flags: [.bindsConnection], idempotency: .idempotent, since: .init(1, 0, 0))
    }

    /// Appends the command.
    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*1\r\n$7\r\nMONITOR\r\n")
    }
}
