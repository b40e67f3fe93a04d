// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Writes replies in the form that clients read, in the version of the protocol that a client has chosen.
///
/// ```swift
/// var encoder = ReplyEncoder(version: .resp3)
/// encoder.mapHeader(2)
/// encoder.bulkString("name")
/// encoder.bulkString("Ada")
/// encoder.bulkString("score")
/// encoder.double(1.5)
/// // encoder.span is "%2\r\n$4\r\nname\r\n$3\r\nAda\r\n$5\r\nscore\r\n,1.5\r\n"; with version .resp2, it is
/// //                 "*4\r\n$4\r\nname\r\n$3\r\nAda\r\n$5\r\nscore\r\n$3\r\n1.5\r\n"
/// ```
///
/// Every type has a form in RESP2: the one that Valkey gives it there, byte for byte (compared with Valkey 8.0 and 9.1
/// and Redis 7.0). What the two versions make of one reply otherwise, such as `ZRANGE … WITHSCORES`, whose pairs are
/// arrays in RESP3 only, is the business of the command, not of the encoder.
///
/// | type | RESP3 | RESP2 |
/// | --- | --- | --- |
/// | map of *n* pairs | `%n` | `*2n` |
/// | set, push | `~n`, `>n` | `*n` |
/// | double | `,1.5` | `$3`, `1.5` |
/// | boolean | `#t`, `#f` | `:1`, `:0` |
/// | null, null array | `_` | `$-1`, `*-1` |
/// | big number | `(123` | `$3`, `123` |
/// | verbatim string | `=8`, `txt:text` | `$4`, `text` |
/// | bulk error | `!10`, `ERR broken` | `-ERR broken` |
/// | attribute | `\|n` and *n* pairs | nothing |
/// | streamed string | `$?`, parts, `;0` | `$n` |
/// | streamed array, set, map | `*?`, `~?`, `%?`, `.` | `*n` |
///
/// Bytes go into one growing allocation that is used again after ``removeAll()``: in steady state, nothing is
/// allocated. All methods take O(bytes written), unless they say otherwise. Nothing that is written as text of a line
/// can end it.
@frozen
public struct ReplyEncoder: ~Copyable, Sendable {
    /// The version that replies are written in. May be changed between replies, as `HELLO` does.
    public var version: RESPVersion
    @usableFromInline var buffer: EncodingBuffer
    /// Where, counted from the front, the contents of RESP2's streamed values begin that have no end yet.
    @usableFromInline var openStreams: [Int] = []

    /// Makes an encoder.
    ///
    /// - Parameters:
    ///   - version: what a connection speaks before `HELLO` is RESP2.
    ///   - capacity: how many bytes there is room for at first.
    @inlinable public init(version: RESPVersion = .resp2, capacity: Int = 4096) {
        self.version = version
        buffer = EncodingBuffer(capacity: capacity)
    }

    /// How many bytes there are to be sent. Those of a streamed value in RESP2 count as soon as it has ended.
    @inlinable public var count: Int { openStreams.isEmpty ? buffer.count : openStreams[0] }

    /// Whether there are none.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The bytes to be sent, without a copy.
    @inlinable
    public var span: Span<UInt8> {
        @_lifetime(borrow self) get { buffer.span(first: count) }
    }

    /// Removes all bytes, and values that have begun. Keeps up to 1 MiB of memory for what comes next.
    @inlinable public mutating func removeAll() {
        openStreams.removeAll(keepingCapacity: true)
        buffer.removeAll(keepingAtMost: CommandEncoder.keptCapacity)
    }

    /// Removes the first `count` bytes, such as those that a write has taken. O(1).
    ///
    /// - Precondition: there are as many.
    @inlinable public mutating func removeFirst(_ count: Int) {
        precondition(count <= self.count, "more bytes taken than there are")
        buffer.removeFirst(count)
        for index in openStreams.indices { openStreams[index] -= count }
    }

    /// Removes all but the first `count` bytes, such as a reply that is not to be sent after all, and values that have
    /// begun. O(1).
    ///
    /// - Precondition: there are as many.
    @inlinable public mutating func truncate(to count: Int) {
        precondition(count <= self.count, "more bytes kept than there are")
        openStreams.removeAll(keepingCapacity: true)
        buffer.truncate(to: count)
    }

    /// Appends `bytes` as they are: replies that are encoded already.
    @inlinable public mutating func raw(_ bytes: Span<UInt8>) {
        buffer.reserve(bytes.count)
        buffer.put(bytes)
    }

    /// Starts an array of `count` replies, which are written next.
    @inlinable public mutating func arrayHeader(_ count: Int) { buffer.putHeader(0x2A, count) }

    /// Starts a map of `pairs` keys and values, which are written next, in turn. RESP2: an array of all of them.
    @inlinable public mutating func mapHeader(_ pairs: Int) {
        version == .resp3 ? buffer.putHeader(0x25, pairs) : buffer.putHeader(0x2A, 2 * pairs)
    }

    /// Starts a set of `count` replies, which are written next. RESP2: an array.
    @inlinable public mutating func setHeader(_ count: Int) { buffer.putHeader(version == .resp3 ? 0x7E : 0x2A, count) }

    /// Starts a push of `count` values, which are written next; it is not the reply to a command. RESP2: an array,
    /// which is what published messages are there; clients can't tell it from a reply unless they have subscribed.
    @inlinable public mutating func pushHeader(_ count: Int) {
        buffer.putHeader(version == .resp3 ? 0x3E : 0x2A, count)
    }

    /// Writes an attribute of `pairs` keys and values about the reply that is written next. RESP2: nothing.
    ///
    /// ```swift
    /// encoder.attribute(1) { encoder in
    ///     encoder.simpleString("ttl")
    ///     encoder.integer(3600)
    /// }
    /// encoder.bulkString("the value")
    /// // RESP3: "|1\r\n+ttl\r\n:3600\r\n$9\r\nthe value\r\n", RESP2: "$9\r\nthe value\r\n"
    /// ```
    ///
    /// - Parameters:
    ///   - pairs: how many keys with values there are.
    ///   - body: writes the keys and values, in turn. Not called in RESP2.
    @inlinable
    public mutating func attribute<E: Error>(
        _ pairs: Int, _ body: (inout ReplyEncoder) throws(E) -> Void
    ) throws(E) {
        guard version == .resp3 else { return }
        buffer.putHeader(0x7C, pairs)
        try body(&self)
    }
}
