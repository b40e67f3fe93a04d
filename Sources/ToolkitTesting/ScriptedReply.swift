// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What a ``ScriptedServer`` writes: the encoding of any number of replies, none included.
///
/// The static members are what tests need most; ``init(version:_:)`` writes anything that a server can say:
///
/// ```swift
/// let pages = ScriptedReply { replies in
///     replies.mapHeader(1)
///     replies.bulkString("pages")
///     replies.double(1.5)
/// }
/// ```
public struct ScriptedReply: Hashable, Sendable {
    /// The bytes on the wire.
    public var bytes: [UInt8]
    /// Whether the server closes the connection after these bytes.
    public var closesConnection = false

    /// Makes a reply of its encoding, malformed ones included.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Makes a reply by an encoder for a version of the protocol: RESP3, unless the test is about RESP2.
    public init(version: RESPVersion = .resp3, _ write: (inout ReplyEncoder) -> Void) {
        var encoder = ReplyEncoder(version: version, capacity: 64)
        write(&encoder)
        let written = encoder.span
        bytes = [UInt8](capacity: written.count) { output in
            for index in written.indices { output.append(written[index]) }
        }
    }

    /// Makes a reply of its encoding as text: `.raw("$3\r\nabc\r\n")`.
    public static func raw(_ text: String) -> ScriptedReply { ScriptedReply(bytes: Array(text.utf8)) }

    /// Nothing: the client waits, until the test sends something by ``ScriptedServer/send(_:to:)``.
    public static let none = ScriptedReply(bytes: [])
    /// Nothing, and the connection is closed.
    public static let close = none.thenClose()
    /// `+OK`.
    public static let ok = simple("OK")
    /// RESP3's null.
    public static let null = ScriptedReply { $0.null() }
    /// RESP2's null bulk string.
    public static let nullBulk = ScriptedReply(version: .resp2) { $0.null() }

    /// A simple string.
    public static func simple(_ text: String) -> ScriptedReply { ScriptedReply { $0.simpleString(text) } }

    /// A simple error, code first: `.error("WRONGTYPE Operation against …")`.
    public static func error(_ text: String) -> ScriptedReply { ScriptedReply { $0.error(text) } }

    /// An integer.
    public static func integer(_ value: Int) -> ScriptedReply { ScriptedReply { $0.integer(value) } }

    /// RESP3's double.
    public static func double(_ value: Double) -> ScriptedReply { ScriptedReply { $0.double(value) } }

    /// RESP3's boolean.
    public static func boolean(_ value: Bool) -> ScriptedReply { ScriptedReply { $0.boolean(value) } }

    /// A bulk string.
    public static func bulk(_ text: String) -> ScriptedReply { ScriptedReply { $0.bulkString(text) } }

    /// A bulk string of any bytes.
    public static func bulk(_ bytes: [UInt8]) -> ScriptedReply { ScriptedReply { $0.bulkString(bytes) } }

    /// An array.
    public static func array(_ elements: [ScriptedReply]) -> ScriptedReply {
        aggregate(elements) { $0.arrayHeader(elements.count) }
    }

    /// RESP3's set.
    public static func set(_ elements: [ScriptedReply]) -> ScriptedReply {
        aggregate(elements) { $0.setHeader(elements.count) }
    }

    /// RESP3's push.
    public static func push(_ elements: [ScriptedReply]) -> ScriptedReply {
        aggregate(elements) { $0.pushHeader(elements.count) }
    }

    /// RESP3's map, its entries in this order.
    public static func map(_ entries: KeyValuePairs<ScriptedReply, ScriptedReply>) -> ScriptedReply {
        aggregate(entries.flatMap { [$0.key, $0.value] }) { $0.mapHeader(entries.count) }
    }

    /// This, then another, in one write.
    public func then(_ next: ScriptedReply) -> ScriptedReply {
        var both = ScriptedReply(bytes: bytes + next.bytes)
        both.closesConnection = next.closesConnection
        return both
    }

    /// This, then the end of the connection.
    public func thenClose() -> ScriptedReply {
        var last = self
        last.closesConnection = true
        return last
    }

    private static func aggregate(
        _ elements: [ScriptedReply], header: (inout ReplyEncoder) -> Void
    ) -> ScriptedReply {
        ScriptedReply { replies in
            header(&replies)
            for element in elements { replies.raw(element.bytes.span) }
        }
    }
}
