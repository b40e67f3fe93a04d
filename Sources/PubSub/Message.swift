// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A published message, as it arrived.
///
/// Its bytes may share the memory that they were received into; copying a message copies no payload.
public struct Message: Hashable, Sendable {
    /// Which kind of subscription brought it.
    ///
    /// A subscriber to a channel and to a pattern that matches it gets the message twice, once of each kind.
    public var kind: SubscriptionName.Kind
    /// The channel or shard channel it was published to.
    public var channel: RESPBytes
    /// The pattern that matched; `nil` unless `kind` is `pattern`.
    public var pattern: RESPBytes?
    /// What was published.
    public var payload: RESPBytes

    /// A message.
    public init(kind: SubscriptionName.Kind, channel: RESPBytes, pattern: RESPBytes? = nil, payload: RESPBytes) {
        self.kind = kind
        self.channel = channel
        self.pattern = pattern
        self.payload = payload
    }

    /// What was subscribed to.
    public var subscription: SubscriptionName { SubscriptionName(kind, pattern ?? channel) }

    /// How much a buffer counts for it, in bytes.
    var cost: Int { channel.count + payload.count + (pattern?.count ?? 0) }
}
