// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// One complete frame: a reply, a push, or a command, with everything nested in it and the attributes before it.
///
/// It owns its bytes, and so can be kept and sent anywhere. Up to 23 bytes of encoding live inside the value; more are
/// shared with the buffer they were received into, which is not used again before the frame is gone. Streamed strings
/// and aggregates (`$?`, `*?`) have been put together: a frame is always in ordinary form.
///
/// ```swift
/// let frame = try RESPFrame(encoded: Array("*2\r\n:1\r\n:2\r\n".utf8))
/// let numbers: [Int] = try frame.decode()   // [1, 2]
/// ```
@frozen
public struct RESPFrame: Sendable {
    @usableFromInline let storage: FrameStorage

    @inlinable @inline(__always)
    init(storage: ByteStorage) { self.storage = FrameStorage(storage) }

    /// Takes `encoded`, which must be one complete frame.
    ///
    /// - Throws: `RESPDecodingError` if it is malformed or beyond the limits, if it ends too early, or if there is
    ///   something behind it.
    /// - Complexity: O(*n*): the bytes are checked and copied.
    public init(encoded: [UInt8], limits: RESPLimits = .trusted) throws(RESPDecodingError) {
        var scanner = RESPScanner(limits: limits)
        guard let length = try scanner.frameLength(in: encoded.span) else {
            throw .incompleteFrame(offset: encoded.count)
        }
        guard length == encoded.count else { throw .trailingBytes(offset: length) }
        if scanner.frameIsStreamed {
            self.init(rewriting: encoded.span)
        } else {
            self.init(storage: ByteStorage(copying: encoded.span))
        }
    }

    /// The ordinary form of a complete frame that has streamed types in it.
    init(rewriting bytes: Span<UInt8>) {
        self.init(storage: ByteStorage(copying: StreamedFrameRewriter.ordinaryForm(of: bytes).span))
    }

    /// The same frame, in memory of just its size if it keeps more than 16 times that alive: for small frames that are
    /// kept for long. Up to then, a frame keeps the chunk alive that it was received into, 64 KiB as a rule.
    ///
    /// - Complexity: O(1), or O(*n*) and one allocation if it is copied.
    public func detached() -> RESPFrame {
        storage.withBytes { bytes, chunk, offset in
            RESPFrame(storage: ByteStorage(bytes, in: chunk, at: offset))
        }
    }

    /// How many bytes the encoding has. O(1).
    @inlinable public var count: Int { storage.count }

    /// Calls `body` with the encoding, without a copy.
    @inlinable
    public func withSpan<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try storage.withBytes { bytes, _, _ throws(E) in try body(bytes) }
    }

    /// Calls `body` with a reader at the start of the frame.
    @inlinable
    public func withReader<R: ~Copyable, E: Error>(_ body: (inout RESPReader) throws(E) -> R) throws(E) -> R {
        try storage.withBytes { bytes, chunk, offset throws(E) in
            var reader = RESPReader(bytes, in: chunk, at: offset)
            return try body(&reader)
        }
    }

    /// Decodes the frame: one pass, no allocation but what the value needs.
    ///
    /// - Throws: `RESPTypeMismatch`, which says what was wanted, what was found, and where.
    @inlinable
    public func decode<Value: RESPDecodable>(
        as type: Value.Type = Value.self
    ) throws(RESPTypeMismatch) -> Value {
        try Value._decodeFrame(self)
    }
}

extension RESPFrame {
    /// The kind of the value, behind its attributes; ``RESPKind/null`` for RESP2's nulls, too; ``RESPKind/attribute`` if the
    /// frame is nothing but an attribute. O(1) but for attributes.
    @inlinable public var kind: RESPKind {
        withReader { reader in (try? reader.peekKind()) ?? .null }
    }

    /// Whether the value is an error from the server.
    @inlinable @inline(__always)
    public var isError: Bool {
        let first = storage.first
        if first == RESPKind.attribute.rawValue { return kind.isError }
        return first == RESPKind.simpleError.rawValue || first == RESPKind.bulkError.rawValue
    }

    /// Whether the value is a null, of whichever protocol version.
    @inlinable public var isNull: Bool { kind == .null }

    /// Whether this is out-of-band data, not the reply to a command.
    @inlinable public var isPush: Bool {
        let first = storage.first
        return first == RESPKind.push.rawValue || (first == RESPKind.attribute.rawValue && kind == .push)
    }

    /// The text of an error, its code first; nil if this is none.
    public var errorMessage: String? {
        guard isError else { return nil }
        return withReader { reader in reader.readErrorMessage() }
    }
}

extension RESPFrame: RESPDecodable {
    /// Takes any value as it is, nested values included, attributes before it left out; errors are taken as well.
    ///
    /// - Complexity: O(values nested in it). Small frames are copied, others shared, as with ``RESPBytes``.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        _ = try reader.peekKind()
        let start = reader.position
        reader.skip()
        let bytes = reader.bytes.extracting(start..<reader.position)
        self.init(storage: ByteStorage(bytes, in: reader.chunk, at: reader.chunkOffset + start))
    }
}

extension RESPFrame: Hashable {
    /// Whether both have the same encoding. O(*n*).
    public static func == (left: RESPFrame, right: RESPFrame) -> Bool {
        left.withSpan { bytes in right.withSpan { bytes.hasSameBytes(as: $0) } }
    }

    /// Feeds the encoding to `hasher`.
    public func hash(into hasher: inout Hasher) { withSpan { $0.feed(&hasher) } }
}
