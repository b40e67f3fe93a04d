// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Why a subscription ended or a feed failed, besides the server's and the connection's own errors.
@nonexhaustive
public enum PubSubError: Error, Hashable, Sendable {
    /// The client was closed.
    case closed
    /// The server confirmed no subscription before the deadline of the call.
    case timedOut
    /// The subscriber was too slow and its overflow policy is to fail; at most `limit` messages are kept.
    case bufferOverflow(limit: Int)
    /// The slot of a shard channel went from node to node faster than the subscription could follow.
    case slotUnsettled(channel: RESPBytes)
    /// A subscription to nothing was asked for.
    case noNames
}

extension PubSubError: CustomStringConvertible {
    /// One sentence that says what happened.
    public var description: String {
        switch self {
        case .closed: "the client of the subscription is closed"
        case .timedOut: "the server confirmed no subscription before the deadline"
        case .bufferOverflow(let limit): "the subscriber fell more than \(limit) messages behind"
        case .slotUnsettled(let channel): "the slot of the shard channel \(channel) keeps moving"
        case .noNames: "no channel or pattern was given"
        }
    }
}
