// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
public import RESPCodec

/// What can be subscribed to: a channel, a pattern of channel names, or a shard channel.
///
/// The three are name spaces of their own: the channel `a` and the shard channel `a` are different
/// (https://valkey.io/topics/pubsub).
public struct SubscriptionName: Hashable, Sendable {
    /// Which of the three name spaces.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// `SUBSCRIBE`: messages published under exactly this name.
        case channel
        /// `PSUBSCRIBE`: messages published under every name that the glob-style pattern matches.
        case pattern
        /// `SSUBSCRIBE`: messages of `SPUBLISH`, which stay within the shard that owns the name's slot. Since 7.0.0.
        case shardChannel
    }

    /// The name space.
    public var kind: Kind
    /// The name's bytes.
    public var name: RESPBytes

    /// The name in the name space.
    public init(_ kind: Kind, _ name: RESPBytes) {
        self.kind = kind
        self.name = name
    }

    /// A channel.
    public static func channel(_ name: RESPBytes) -> Self { Self(.channel, name) }

    /// A glob-style pattern of channel names, such as `news.*`.
    public static func pattern(_ name: RESPBytes) -> Self { Self(.pattern, name) }

    /// A shard channel.
    public static func shardChannel(_ name: RESPBytes) -> Self { Self(.shardChannel, name) }
}

extension SubscriptionName: CustomStringConvertible {
    /// The kind and the name.
    public var description: String { "\(kind) \(name)" }
}

extension SubscriptionName {
    static func list<Name: BulkStringConvertible>(_ kind: Kind, _ names: [Name]) -> [SubscriptionName] {
        names.map { name in
            let argument = name.bulkString
            if case .received(let bytes) = argument { return SubscriptionName(kind, bytes) }
            return SubscriptionName(kind, argument.withSpan { RESPBytes($0) })
        }
    }

    /// Zero for what is not bound to a slot.
    var slot: Int {
        kind == .shardChannel ? HashSlot(ofKey: name.span).index : 0
    }
}
