// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Reads the values of one complete frame in order: a cursor that decoding into Swift types is made of.
///
/// Every `read…` method takes one value, or the header of an aggregate, whose values are read next; it is one pass, and
/// nothing is allocated but what is returned. Where a value is not what was asked for, the method throws
/// ``RESPTypeMismatch`` and the reader is not to be used further. Attributes are skipped, unless asked for with
/// ``readAttributeHeader()``.
///
/// ```swift
/// let frame = try RESPFrame(encoded: Array("*2\r\n$1\r\na\r\n:1\r\n".utf8))
/// try frame.withReader { reader throws(RESPTypeMismatch) in
///     let count = try reader.readArrayHeader()   // 2
///     let name = try reader.readString()         // "a"
///     let number = try reader.readInteger()      // 1
/// }
/// ```
@frozen
public struct RESPReader: ~Copyable, ~Escapable {
    @usableFromInline let bytes: Span<UInt8>
    @usableFromInline var position = 0
    /// Where `bytes` lie, if in a chunk, so that what is taken out can share it.
    @usableFromInline let chunk: ByteChunk?
    @usableFromInline let chunkOffset: Int

    /// Reads `bytes`, which a scanner has found to be one frame.
    @inlinable @inline(__always) @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, in chunk: ByteChunk?, at offset: Int) {
        self.bytes = bytes
        self.chunk = chunk
        self.chunkOffset = offset
    }

    /// How many bytes have been taken: where the next value, or an attribute before it, starts in the frame.
    @inlinable public var offset: Int { position }

    /// Whether everything has been read.
    @inlinable public var isAtEnd: Bool { position >= bytes.count }

    /// The kind of the next value, attributes skipped; ``RESPKind/null`` for RESP2's nulls, too. O(1) but for attributes.
    ///
    /// - Throws: `RESPTypeMismatch` at the end.
    @inlinable
    public mutating func peekKind() throws(RESPTypeMismatch) -> RESPKind {
        guard let kind = try peekMarker() else { throw RESPTypeMismatch(wanted: "a value", found: .end) }
        guard kind == .bulkString || kind == .array else { return kind }
        return position &+ 1 < bytes.count && bytes[position &+ 1] == 0x2D ? .null : kind
    }

    /// Whether the next value is a null, of whichever protocol version. False at the end.
    @inlinable
    public var isNull: Bool {
        mutating get {
            guard position < bytes.count else { return false }
            if bytes[position] == RESPKind.attribute.rawValue { skipAttributes() }
            guard position &+ 1 < bytes.count else { return false }
            switch bytes[position] {
            case RESPKind.null.rawValue: return true
            case RESPKind.bulkString.rawValue, RESPKind.array.rawValue: return bytes[position &+ 1] == 0x2D
            default: return false
            }
        }
    }

    /// Takes the next value if it is a null.
    ///
    /// - Returns: whether it was.
    @inlinable
    public mutating func readNull() -> Bool {
        guard isNull else { return false }
        skip()
        return true
    }

    /// Whether an attribute stands here, before the value that it is about.
    public var isAtAttribute: Bool { position < bytes.count && bytes[position] == RESPKind.attribute.rawValue }

    /// Takes the header of an attribute if one stands here, before the value that it is about.
    ///
    /// - Returns: the number of pairs, which are read next; nil, and nothing is taken, if there is no attribute.
    public mutating func readAttributeHeader() -> Int? {
        isAtAttribute ? takeHeader().number : nil
    }

    /// Takes the next value with everything nested in it, attributes before it included. At the end, does nothing.
    ///
    /// - Complexity: O(values nested in it). Doesn't recurse, doesn't allocate.
    public mutating func skip() {
        var owed = 1
        while owed > 0, position < bytes.count {
            let (marker, number, _) = takeHeader()
            switch RESPKind(rawValue: marker) {
            case .bulkString, .bulkError, .verbatimString:
                if number >= 0 { position = min(bytes.count, position &+ number &+ 2) }
                owed &-= 1
            case .array, .set, .push: owed &+= max(0, number) &- 1
            case .map: owed &+= 2 &* number &- 1
            case .attribute: owed &+= 2 &* number
            default: owed &-= 1
            }
        }
    }

    /// The type marker of the next value, attributes skipped; nil at the end.
    @inlinable
    mutating func peekMarker() throws(RESPTypeMismatch) -> RESPKind? {
        guard position < bytes.count else { return nil }
        if bytes[position] == RESPKind.attribute.rawValue {
            skipAttributes()
            guard position < bytes.count else { return nil }
        }
        return RESPKind(rawValue: bytes[position])
    }

    /// Takes all attributes that stand here.
    @usableFromInline
    mutating func skipAttributes() {
        while let pairs = readAttributeHeader() {
            for _ in 0..<pairs * 2 { skip() }
        }
    }

    /// Takes a first line of any kind: its marker, its number if it is one, and where the rest of the line starts.
    @usableFromInline
    mutating func takeHeader() -> (marker: UInt8, number: Int, start: Int) {
        let marker = bytes[position]
        let start = position &+ 1
        if start &+ 8 <= bytes.count {
            let (number, width) = WireWord(bytes, at: start).length
            if width > 0 {
                position = start &+ width
                return (marker, number, start)
            }
        }
        var index = start
        var number = 0
        var isNegative = false
        while index < bytes.count, bytes[index] != 0x0D {
            if bytes[index] == 0x2D { isNegative = true }
            number = number &* 10 &+ Int(bytes[index] & 0x0F)
            index &+= 1
        }
        position = min(bytes.count, index &+ 2)
        return (marker, isNegative ? -1 : number, start)
    }
}
