// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a subscription tells its subscriber, in order.
@nonexhaustive
public enum PubSubEvent: Hashable, Sendable {
    /// A message was published.
    case message(Message)
    /// Messages may be missing between the event before and the one after.
    case gap(SubscriptionGap)
    /// The connection was lost and is being restored; a gap follows when it is. Only if asked for.
    case interrupted
    /// The server confirmed a subscription; `count` is how many of its kind this connection has. Only if asked for.
    ///
    /// Channels and patterns are counted together, shard channels by themselves. They come again
    /// when a lost connection is restored.
    case subscribed(SubscriptionName, count: Int)
    /// The server confirmed the end of a subscription; `count` is how many are left. Only if asked for.
    case unsubscribed(SubscriptionName, count: Int)

    /// The message, if it is one.
    public var message: Message? {
        if case .message(let message) = self { message } else { nil }
    }

    var cost: Int { message?.cost ?? 0 }
}

/// A place in a subscription where messages may be missing.
///
/// By the time it is read all names are subscribed again: a subscriber that now reads the state
/// which the messages are about misses nothing afterwards.
public struct SubscriptionGap: Hashable, Sendable {
    /// How messages came to be missing.
    public struct Causes: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Causes of these bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The connection was lost and restored; what was published in between went by.
        public static let connectionLost = Causes(rawValue: 1)
        /// A shard channel's slot went to another node, and the subscription followed it.
        public static let slotMoved = Causes(rawValue: 2)
        /// The subscriber was slower than the messages and its buffer overflowed.
        public static let bufferOverflow = Causes(rawValue: 4)
    }

    /// Why; one or several.
    public var causes: Causes
    /// How many messages were dropped here for want of room. What the server didn't send is not counted.
    public var droppedMessages: Int

    /// A gap.
    public init(causes: Causes, droppedMessages: Int = 0) {
        self.causes = causes
        self.droppedMessages = droppedMessages
    }
}
