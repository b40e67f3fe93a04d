// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What an executor, a router and a retry decision need to know of a command, besides its bytes.
@frozen public struct CommandMetadata: Hashable, Sendable {
    /// Yes-or-no facts.
    @frozen public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits; not stable between releases.
        public let rawValue: UInt16

        /// A set with these bits.
        @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Never changes the data set, and is refused by no replica.
        @inlinable public static var readOnly: Flags { Flags(rawValue: 1 << 0) }
        /// May change the data set.
        @inlinable public static var write: Flags { Flags(rawValue: 1 << 1) }
        /// May wait on the server before it answers: takes an exclusive connection and has its own deadline.
        @inlinable public static var blocking: Flags { Flags(rawValue: 1 << 2) }
        /// Binds state to its connection: refused on shared connections.
        @inlinable public static var bindsConnection: Flags { Flags(rawValue: 1 << 3) }
        /// Concerns the server or one node of a cluster rather than its data.
        @inlinable public static var administrative: Flags { Flags(rawValue: 1 << 4) }
        /// Its keys can't be told from their positions alone.
        @inlinable public static var movableKeys: Flags { Flags(rawValue: 1 << 5) }
        /// Only of a call, see ``Command/callMetadata``: a list is empty of which the server wants at least one, so every
        /// executor refuses the call.
        @inlinable public static var lacksArguments: Flags { Flags(rawValue: 1 << 6) }
    }

    /// What executing a command twice does, compared with executing it once.
    @frozen public enum Idempotency: Hashable, Sendable {
        /// It changes nothing: sending it again after an unknown outcome is always right.
        case readOnly
        /// Twice leaves the data as once does (`SET`, `DEL`); the second *reply* may differ. Sent again by opt-in only.
        case idempotent
        /// Twice differs from once (`INCR`, `LPUSH`), or nobody knows: never sent again by itself.
        case accumulating
    }

    /// Which nodes of a cluster a command without a single home is for: the server's `request_policy` tip.
    @frozen public enum RequestPolicy: Hashable, Sendable {
        /// The node that owns the keys; any node if there is no key.
        case none
        /// Every node, replicas included.
        case allNodes
        /// Every primary.
        case allShards
        /// Split by key: each shard gets the part whose keys it owns.
        case multiShard
        /// Special: the server defines no general rule.
        case special
    }

    /// How the answers of several nodes become one: the server's `response_policy` tip.
    @frozen public enum ResponsePolicy: Hashable, Sendable {
        /// No rule: arrays are concatenated, or the order of the keys is restored.
        case none
        /// The first answer that is not an error.
        case oneSucceeded
        /// Any answer, if none is an error.
        case allSucceeded
        /// Bitwise and of the integers.
        case logicalAnd
        /// Bitwise or of the integers.
        case logicalOr
        /// The smallest integer.
        case minimum
        /// The largest integer.
        case maximum
        /// The sum of the integers.
        case sum
        /// Special: the server defines no general rule.
        case special
    }

    /// The name in capitals, a subcommand after a space: `"GET"`, `"CLUSTER SLOTS"`. What observers and errors print.
    public let name: String
    // In one property: the optimiser takes a value apart that has up to six, and makes nothing of facts that nobody asks for.
    @usableFromInline let flagsAndIdempotency: UInt16
    /// Which nodes of a cluster it is for.
    public let requestPolicy: RequestPolicy
    /// How the answers of several nodes become one.
    public let responsePolicy: ResponsePolicy
    /// The first version of the server that has the command; nil if unknown.
    public let since: ServerVersion?

    /// Yes-or-no facts.
    @inlinable public var flags: Flags { Flags(rawValue: flagsAndIdempotency & 0x3FFF) }
    /// What a second execution does.
    @inlinable public var idempotency: Idempotency {
        switch flagsAndIdempotency >> 14 {
        case 0: .readOnly
        case 1: .idempotent
        default: .accumulating
        }
    }

    /// The facts given. Allocates nothing for names that are literals.
    @inlinable
    public init(
        name: String,
        flags: Flags,
        idempotency: Idempotency,
        requestPolicy: RequestPolicy = .none,
        responsePolicy: ResponsePolicy = .none,
        since: ServerVersion? = nil
    ) {
        self.name = name
        let bits: UInt16 =
            switch idempotency {
            case .readOnly: 0
            case .idempotent: 1 << 14
            case .accumulating: 2 << 14
            }
        flagsAndIdempotency = flags.rawValue & 0x3FFF | bits
        self.requestPolicy = requestPolicy
        self.responsePolicy = responsePolicy
        self.since = since
    }

    /// The same facts with more flags.
    @inlinable
    public func adding(_ more: Flags) -> CommandMetadata {
        CommandMetadata(
            name: name, flags: flags.union(more), idempotency: idempotency, requestPolicy: requestPolicy,
            responsePolicy: responsePolicy, since: since)
    }

    /// Whether the command never changes the data set.
    @inlinable public var isReadOnly: Bool { flags.contains(.readOnly) }
    /// Whether the command may change the data set.
    @inlinable public var isWrite: Bool { flags.contains(.write) }
    /// Whether the command may wait on the server, and so must not share a connection.
    @inlinable public var isBlocking: Bool { flags.contains(.blocking) }
    /// Why no executor that is shared may send the call; nil for nearly all calls.
    @inlinable public var misuse: CommandMisuse? {
        if flags.contains(.bindsConnection) { return .bindsConnection(name: name) }
        return flags.contains(.lacksArguments) ? .lacksArguments(name: name) : nil
    }
    /// Whether the command binds state to its connection, and so must not run on a shared one.
    @inlinable public var bindsConnection: Bool { flags.contains(.bindsConnection) }
}
