// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a ``ScriptedServer`` writes: the encoding of any number of replies, none included.
public struct ScriptedReply: Hashable, Sendable {
    /// The bytes on the wire.
    public var bytes: [UInt8]
    /// Whether the server closes the connection after these bytes.
    public var closesConnection = false

    /// Makes a reply of its encoding, malformed ones included.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
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
    public static let null = raw("_\r\n")
    /// RESP2's null bulk string.
    public static let nullBulk = raw("$-1\r\n")

    /// A simple string.
    public static func simple(_ text: String) -> ScriptedReply { raw("+\(text)\r\n") }

    /// A simple error, code first: `.error("WRONGTYPE Operation against …")`.
    public static func error(_ text: String) -> ScriptedReply { raw("-\(text)\r\n") }

    /// An integer.
    public static func integer(_ value: Int) -> ScriptedReply { raw(":\(value)\r\n") }

    /// A bulk string.
    public static func bulk(_ text: String) -> ScriptedReply { bulk(Array(text.utf8)) }

    /// A bulk string of any bytes.
    public static func bulk(_ bytes: [UInt8]) -> ScriptedReply {
        ScriptedReply(bytes: Array("$\(bytes.count)\r\n".utf8) + bytes + [13, 10])
    }

    /// An array.
    public static func array(_ elements: [ScriptedReply]) -> ScriptedReply {
        aggregate("*", count: elements.count, elements)
    }

    /// RESP3's set.
    public static func set(_ elements: [ScriptedReply]) -> ScriptedReply {
        aggregate("~", count: elements.count, elements)
    }

    /// RESP3's push.
    public static func push(_ elements: [ScriptedReply]) -> ScriptedReply {
        aggregate(">", count: elements.count, elements)
    }

    /// RESP3's map, its entries in this order.
    public static func map(_ entries: KeyValuePairs<ScriptedReply, ScriptedReply>) -> ScriptedReply {
        aggregate("%", count: entries.count, entries.flatMap { [$0.key, $0.value] })
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

    private static func aggregate(_ kind: Character, count: Int, _ elements: [ScriptedReply]) -> ScriptedReply {
        ScriptedReply(bytes: Array("\(kind)\(count)\r\n".utf8) + elements.flatMap(\.bytes))
    }
}
