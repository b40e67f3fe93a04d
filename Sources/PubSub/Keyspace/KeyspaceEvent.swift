// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec

/// Something happened to a key, as a server tells it that was asked to: see ``KeyspaceNotifications``.
///
/// ```swift
/// try await client.configSet("notify-keyspace-events", KeyspaceNotifications([.events, .expired]))
/// let subscription = try await client.subscriptions.subscribe(to: [.keyEvents(.expired)])
/// for try await message in subscription.messages {
///     if let event = KeyspaceEvent(message) { print("\(event.key) has expired") }
/// }
/// ```
///
/// Notifications are no record: what happens while nobody listens is told to nobody. In a cluster each node tells only what
/// happened to its own keys, and only those who are connected to it: subscribe at every primary, each with a client of its own.
public struct KeyspaceEvent: Hashable, Sendable {
    /// What happened, mostly the command's name in lower case.
    public struct Name: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The word, as sent.
        public let rawValue: String

        /// The event of this word.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The event of this word.
        public init(stringLiteral value: String) { rawValue = value }
        /// The word, as sent.
        public var description: String { rawValue }

        /// A key was deleted.
        public static let deleted: Self = "del"
        /// A key's time was over, and it is gone now.
        public static let expired: Self = "expired"
        /// A key was given a time to live.
        public static let expiring: Self = "expire"
        /// A key was dropped for want of memory.
        public static let evicted: Self = "evicted"
        /// A key came into being.
        public static let created: Self = "new"
        /// A string was set.
        public static let set: Self = "set"
    }

    /// The number of the database.
    public var database: Int
    /// The key.
    public var key: RESPBytes
    /// What happened to it.
    public var name: Name

    /// An event.
    public init(database: Int, key: RESPBytes, name: Name) {
        self.database = database
        self.key = key
        self.name = name
    }

    /// The event that a message is, of either kind of channel; nil if it is none.
    ///
    /// - Complexity: O(length of the channel's name); allocates the parts.
    public init?(_ message: Message) {
        let channel = [UInt8](message.channel)
        for (prefix, isOfKey) in [("__keyspace@", true), ("__keyevent@", false)] where channel.starts(with: prefix.utf8)
        {
            let rest = channel.dropFirst(prefix.utf8.count)
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            let end = rest[digits.endIndex...]
            guard let database = Int(String(decoding: digits, as: UTF8.self)), end.starts(with: "__:".utf8) else {
                return nil
            }
            let subject = RESPBytes([UInt8](end.dropFirst(3)))
            self.init(
                database: database, key: isOfKey ? subject : message.payload,
                name: Name(rawValue: String(isOfKey ? message.payload : subject)))
            return
        }
        return nil
    }
}

extension SubscriptionName {
    /// What happens to a key; needs ``KeyspaceNotifications/keys``.
    public static func changes(ofKey key: some BulkStringConvertible, database: Int = 0) -> SubscriptionName {
        .channel("__keyspace@\(database)__:", key)
    }

    /// What happens to the keys that a glob-style pattern matches; needs ``KeyspaceNotifications/keys``.
    ///
    /// - Parameter database: nil is every database.
    public static func changes(
        ofKeysMatching pattern: some BulkStringConvertible, database: Int? = 0
    ) -> SubscriptionName {
        .pattern("__keyspace@\(database.map(String.init) ?? "*")__:", pattern)
    }

    /// To which keys this happens; needs ``KeyspaceNotifications/events``.
    ///
    /// - Parameter database: nil is every database.
    public static func keyEvents(_ event: KeyspaceEvent.Name, database: Int? = 0) -> SubscriptionName {
        if let database { return .channel("__keyevent@\(database)__:", event.rawValue) }
        return .pattern("__keyevent@*__:", event.rawValue)
    }

    private static func channel(_ prefix: String, _ name: some BulkStringConvertible) -> SubscriptionName {
        .channel(joined(prefix, name))
    }

    private static func pattern(_ prefix: String, _ name: some BulkStringConvertible) -> SubscriptionName {
        .pattern(joined(prefix, name))
    }

    private static func joined(_ prefix: String, _ name: some BulkStringConvertible) -> RESPBytes {
        let name = name.bulkString.withSpan { [UInt8](RESPBytes($0)) }
        return RESPBytes(Array(prefix.utf8) + name)
    }
}
