// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import RESPCodec

/// What a push is about, which its first element says (https://valkey.io/topics/protocol, "Push events"). Pure.
enum PushKind: Equatable, Sendable {
    /// A message, or the confirmation of a subscription.
    case message
    /// Keys that a client-side cache must forget.
    case invalidation
    /// Something that this version doesn't know. A server may push what it likes, so nothing is wrong with it.
    case unknown(String)

    private static let messages: Set<String> = [
        "message", "pmessage", "smessage", "subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe",
        "sunsubscribe",
    ]
    private static let invalidations: Set<String> = ["invalidate", "tracking-redir-broken"]

    init(_ push: RESPFrame) {
        let name = try? push.withReader { reader throws(RESPTypeMismatch) -> String in
            guard try reader.readArrayHeader() > 0 else { return "" }
            return try reader.readString()
        }
        switch name {
        case let name? where Self.messages.contains(name): self = .message
        case let name? where Self.invalidations.contains(name): self = .invalidation
        // What it is called goes to logs, so no more of it than a name can be.
        default:
            self = .unknown(String((name ?? "").unicodeScalars.prefix(32).map { $0.isPrintable ? Character($0) : "?" }))
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool { (0x21...0x7E).contains(value) }
}

extension RESPConnection {
    /// Hands a push on: to whoever takes pushes, if its kind is known, otherwise to the observer. Never a failure.
    func route(_ push: RESPFrame) {
        // Subscribers tell kinds apart themselves, and MONITOR's lines are no pushes.
        if mode == .subscriber || !push.isPush {
            onPush?(push)
        } else if case .unknown(let kind) = PushKind(push) {
            observation?.tell(.unknownPush(kind: kind))
        } else {
            onPush?(push)
        }
    }

    /// A subscriber doesn't know this push.
    package func ignored(_ push: RESPFrame) {
        guard let observation, case .unknown(let kind) = PushKind(push) else { return }
        observation.tell(.unknownPush(kind: kind))
    }
}
