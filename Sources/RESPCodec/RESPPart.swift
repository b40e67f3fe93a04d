// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What ``RESPDecoder/nextPart(streamingAbove:)`` returns: a frame, or a piece of a payload too large to wait for.
public enum RESPPart: Sendable, Hashable {
    /// A complete frame.
    case frame(RESPFrame)
    /// A large payload begins. Its pieces follow, then its end, and nothing else in between.
    case payloadStart(RESPPayloadStart)
    /// The next bytes of the payload, at least one. They lie where they were received, without a copy if there are more
    /// than 23; let go of them soon, and that memory is used again.
    case payloadPiece(RESPBytes)
    /// The payload is complete.
    case payloadEnd
}

/// What is known of a large payload when its first line has arrived.
public struct RESPPayloadStart: Sendable, Hashable {
    /// ``RESPKind/bulkString``, ``RESPKind/verbatimString`` or ``RESPKind/bulkError``.
    public var kind: RESPKind
    /// How many bytes the pieces have together; nil for a streamed string (`$?`) of which not all has arrived.
    public var length: Int?
    /// The format of a verbatim string, such as `txt`, which the pieces don't repeat.
    public var format: RESPBytes?
    /// The attributes before the value, as a frame of kind ``RESPKind/attribute``; nil if there are none.
    public var attributes: RESPFrame?
}
