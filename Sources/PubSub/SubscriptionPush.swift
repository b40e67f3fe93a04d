// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import RESPCodec

/// A push of a subscriber's connection, taken apart: RESP3's push or RESP2's array, which have the same elements
/// (https://valkey.io/topics/pubsub, "Format of pushed messages").
package enum SubscriptionPush: Equatable, Sendable {
    case message(Message)
    case subscribed(SubscriptionName, count: Int)
    case unsubscribed(SubscriptionName, count: Int)
    /// Confirms an UNSUBSCRIBE of nothing: the name is null.
    case unsubscribedFromNothing(SubscriptionName.Kind)
    /// Something else that a server may push, such as an invalidation.
    case other

    /// `nil` if it calls itself a push of this protocol and doesn't look like one.
    package init?(_ frame: RESPFrame) {
        do throws(RESPTypeMismatch) {
            self = try frame.withReader { reader throws(RESPTypeMismatch) in try Self(&reader) }
        } catch {
            return nil
        }
    }

    private init(_ reader: inout RESPReader) throws(RESPTypeMismatch) {
        let count = try reader.readArrayHeader()
        guard count > 0 else {
            self = .other
            return
        }
        switch (try reader.readString(), count) {
        case ("message", 3):
            self = .message(try Self.message(.channel, &reader))
        case ("smessage", 3):
            self = .message(try Self.message(.shardChannel, &reader))
        case ("pmessage", 4):
            let pattern = try reader.readBytes()
            var message = try Self.message(.pattern, &reader)
            message.pattern = pattern
            self = .message(message)
        case ("subscribe", 3): self = try Self.subscribed(.channel, &reader)
        case ("psubscribe", 3): self = try Self.subscribed(.pattern, &reader)
        case ("ssubscribe", 3): self = try Self.subscribed(.shardChannel, &reader)
        case ("unsubscribe", 3): self = try Self.unsubscribed(.channel, &reader)
        case ("punsubscribe", 3): self = try Self.unsubscribed(.pattern, &reader)
        case ("sunsubscribe", 3): self = try Self.unsubscribed(.shardChannel, &reader)
        case ("message", _), ("pmessage", _), ("smessage", _):
            throw RESPTypeMismatch(wanted: "a message of 3 or 4 elements", found: .count(count))
        default: self = .other
        }
    }

    private static func message(
        _ kind: SubscriptionName.Kind, _ reader: inout RESPReader
    ) throws(RESPTypeMismatch) -> Message {
        let channel = try reader.readBytes()
        return Message(kind: kind, channel: channel, payload: try reader.readBytes())
    }

    private static func subscribed(
        _ kind: SubscriptionName.Kind, _ reader: inout RESPReader
    ) throws(RESPTypeMismatch) -> Self {
        let name = try reader.readBytes()
        return .subscribed(SubscriptionName(kind, name), count: try reader.readInteger())
    }

    private static func unsubscribed(
        _ kind: SubscriptionName.Kind, _ reader: inout RESPReader
    ) throws(RESPTypeMismatch) -> Self {
        if reader.readNull() { return .unsubscribedFromNothing(kind) }
        let name = try reader.readBytes()
        return .unsubscribed(SubscriptionName(kind, name), count: try reader.readInteger())
    }
}
