// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands

/// Of what a server tells its subscribers: its setting `notify-keyspace-events`. None by default, since it costs time.
///
/// Choose ``keys``, ``events`` or both, and at least one kind of event
/// (https://valkey.io/topics/notifications).
public struct KeyspaceNotifications: OptionSet, Hashable, Sendable {
    /// The bits; not stable between releases.
    public let rawValue: UInt16

    /// Notifications of these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// What happens to a key, on its channel; see `SubscriptionName.changes(ofKey:database:)`.
    public static let keys = Self(rawValue: 1 << 0)
    /// To which keys something happens, on its channel; see `SubscriptionName.keyEvents(_:database:)`.
    public static let events = Self(rawValue: 1 << 1)
    /// Commands for keys of all types: `DEL`, `EXPIRE`, `RENAME` ….
    public static let generic = Self(rawValue: 1 << 2)
    /// Commands for strings.
    public static let strings = Self(rawValue: 1 << 3)
    /// Commands for lists.
    public static let lists = Self(rawValue: 1 << 4)
    /// Commands for sets.
    public static let sets = Self(rawValue: 1 << 5)
    /// Commands for hashes.
    public static let hashes = Self(rawValue: 1 << 6)
    /// Commands for sorted sets.
    public static let sortedSets = Self(rawValue: 1 << 7)
    /// Keys whose time is over.
    public static let expired = Self(rawValue: 1 << 8)
    /// Keys that are dropped for want of memory.
    public static let evicted = Self(rawValue: 1 << 9)
    /// Commands for streams.
    public static let streams = Self(rawValue: 1 << 10)
    /// Types of modules.
    public static let modules = Self(rawValue: 1 << 11)
    /// Keys that come into being; not among ``all``.
    public static let created = Self(rawValue: 1 << 12)
    /// Keys that were asked for and aren't there; not among ``all``.
    public static let missed = Self(rawValue: 1 << 13)
    /// Every kind of event but created and missed keys.
    public static let all: Self = [
        .generic, .strings, .lists, .sets, .hashes, .sortedSets, .expired, .evicted, .streams, .modules,
    ]

    private static let letters: [(Character, Self)] = [
        ("K", .keys), ("E", .events), ("g", .generic), ("$", .strings), ("l", .lists), ("s", .sets), ("h", .hashes),
        ("z", .sortedSets), ("x", .expired), ("e", .evicted), ("t", .streams), ("d", .modules), ("n", .created),
        ("m", .missed), ("A", .all),
    ]

    /// From the server's letters, as `CONFIG GET` answers them; nil if there is one that isn't known.
    public init?(_ letters: String) {
        self = []
        for letter in letters {
            guard let known = Self.letters.first(where: { $0.0 == letter }) else { return nil }
            insert(known.1)
        }
    }
}

extension KeyspaceNotifications: BulkStringConvertible, CustomStringConvertible {
    /// The server's letters.
    public var description: String {
        String(Self.letters.filter { $0.1 != .all && contains($0.1) }.map(\.0))
    }

    /// The server's letters, for `CONFIG SET`.
    public var bulkString: BulkString { .string(description) }
}
