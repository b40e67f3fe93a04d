// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
package import RESPCodec

/// Commands that are sent together, with a PING behind them that shows when all are answered.
///
/// All of them subscribe or all of them unsubscribe: then an error reply can only belong to one of
/// the commands whose names were not confirmed. One without commands is a PING alone.
package struct SubscriptionBatch: Equatable, Sendable {
    package struct Command: Equatable, Sendable {
        package var kind: SubscriptionName.Kind
        package var names: [RESPBytes]
        /// Whose call it belongs to; `nil` for names of several callers, after a reconnect.
        package var request: SubscriptionRequestID?

        package init(_ kind: SubscriptionName.Kind, _ names: [RESPBytes], request: SubscriptionRequestID? = nil) {
            self.kind = kind
            self.names = names
            self.request = request
        }

        var subscriptionNames: [SubscriptionName] { names.map { SubscriptionName(kind, $0) } }
    }

    package var isSubscribing: Bool
    package var commands: [Command]

    package init(isSubscribing: Bool, _ commands: [Command]) {
        self.isSubscribing = isSubscribing
        self.commands = commands
    }

    package static let ping = SubscriptionBatch(isSubscribing: true, [])

    package func encode(into encoder: inout CommandEncoder) {
        for command in commands {
            let names = BulkStringList.many(command.names.map(\.bulkString))
            switch (command.kind, isSubscribing) {
            case (.channel, true): SUBSCRIBE(names).encode(into: &encoder)
            case (.channel, false): UNSUBSCRIBE(names).encode(into: &encoder)
            case (.pattern, true): PSUBSCRIBE(names).encode(into: &encoder)
            case (.pattern, false): PUNSUBSCRIBE(names).encode(into: &encoder)
            case (.shardChannel, true): SSUBSCRIBE(names).encode(into: &encoder)
            case (.shardChannel, false): SUNSUBSCRIBE(names).encode(into: &encoder)
            }
        }
    }
}
