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
    @usableFromInline let chunk: LentChunk
    @usableFromInline let chunkOffset: Int

    /// Reads `bytes`, which a scanner has found to be one frame. Whoever lends them keeps the chunk alive.
    @inlinable @inline(__always) @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, in chunk: LentChunk, at offset: Int) {
        self.bytes = bytes
        self.chunk = chunk
        self.chunkOffset = offset
    }

    /// Reads a frame in memory of your own, which ``RESPScanner/frameLength(in:)`` has measured there. O(1).
    ///
    /// What is taken out of it as ``RESPBytes`` is copied.
    ///
    /// - Precondition: `bytes` are one complete frame, and not a streamed one (``RESPScanner/frameIsStreamed``: make a
    ///   ``RESPFrame`` of those). Reading anything else may trap; memory outside of `bytes` is never touched.
    @inlinable @_lifetime(copy bytes)
    public init(measured bytes: Span<UInt8>) { self.init(bytes, in: LentChunk(nil), at: 0) }

    /// How many bytes have been taken: where the next value, or an attribute before it, starts in the frame.
    @inlinable public var offset: Int { position }

    /// Whether everything has been read.
    @inlinable public var isAtEnd: Bool { position >= bytes.count }

    /// The kind of the next value, attributes skipped; ``RESPKind/null`` for RESP2's nulls, too. O(1) but for attributes.
    ///
    /// ``RESPKind/attribute`` only where nothing follows an attribute: a scanner may be told to make frames of those.
    ///
    /// - Throws: `RESPTypeMismatch` at the end.
    @inlinable @inline(__always)
    public mutating func peekKind() throws(RESPTypeMismatch) -> RESPKind {
        // The most frequent ones first, so that a switch over the result needs no other comparison.
        if position &+ 1 < bytes.count {
            let marker = bytes[position]
            if marker == RESPKind.bulkString.rawValue { return bytes[position &+ 1] == 0x2D ? .null : .bulkString }
            if marker == RESPKind.integer.rawValue { return .integer }
            if marker == RESPKind.array.rawValue { return bytes[position &+ 1] == 0x2D ? .null : .array }
        }
        return try peekRareKind()
    }

    /// The kind of the next value, whatever it is.
    @usableFromInline
    mutating func peekRareKind() throws(RESPTypeMismatch) -> RESPKind {
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

    /// Takes all attributes that stand here, before the value that they are about; none is fine.
    ///
    /// - Returns: their pairs in the order received.
    /// - Throws: `RESPTypeMismatch` for a key that is no string or number.
    public mutating func readAttributes() throws(RESPTypeMismatch) -> RESPPairs<RESPBytes, RESPFrame> {
        var attributes = RESPPairs<RESPBytes, RESPFrame>()
        while let pairs = readAttributeHeader() {
            for _ in 0..<pairs {
                let key = try RESPBytes(from: &self)
                attributes.append(key, try RESPFrame(from: &self))
            }
        }
        return attributes
    }

    /// Takes the next value with everything nested in it, attributes before it included. At the end, does nothing.
    ///
    /// - Complexity: O(values nested in it). Doesn't recurse, doesn't allocate.
    public mutating func skip() {
        var owed = 1
        while owed > 0, position < bytes.count {
            switch bytes[position] {
            case RESPKind.bulkString.rawValue, RESPKind.bulkError.rawValue, RESPKind.verbatimString.rawValue:
                let length = takeHeader().number
                if length >= 0 { position = min(bytes.count, position &+ length &+ 2) }
                owed &-= 1
            case RESPKind.array.rawValue, RESPKind.set.rawValue, RESPKind.push.rawValue:
                owed &+= max(0, takeHeader().number) &- 1
            case RESPKind.map.rawValue:
                owed &+= 2 &* takeHeader().number &- 1
            case RESPKind.attribute.rawValue:
                owed &+= 2 &* takeHeader().number
            default:
                position = min(bytes.count, bytes.endOfLine(from: position &+ 1) &+ 2)
                owed &-= 1
            }
        }
    }

    /// The type marker of the next value, attributes skipped; nil at the end.
    @inlinable
    mutating func peekMarker() throws(RESPTypeMismatch) -> RESPKind? {
        guard position < bytes.count else { return nil }
        if bytes[position] == RESPKind.attribute.rawValue { skipAttributes() }
        return RESPKind(rawValue: bytes[position])
    }

    /// Takes all attributes that stand here, unless no value follows them.
    @usableFromInline
    mutating func skipAttributes() {
        let start = position
        while let pairs = readAttributeHeader() {
            for _ in 0..<2 &* pairs { skip() }
        }
        if position >= bytes.count { position = start }
    }

    /// Takes a first line of any kind: its marker, its number if it is one, and where the rest of the line starts.
    @usableFromInline @inline(__always)
    mutating func takeHeader() -> (marker: UInt8, number: Int, start: Int) {
        let start = position &+ 1
        if start &+ 8 <= bytes.count {
            let (number, width) = WireWord(bytes, at: start).length
            if width > 0 {
                let marker = bytes[position]
                position = start &+ width
                return (marker, number, start)
            }
        }
        return takeAnyHeader()
    }

    /// Takes a first line of any kind, wherever it stands.
    @inline(never)
    private mutating func takeAnyHeader() -> (marker: UInt8, number: Int, start: Int) {
        let marker = bytes[position]
        let start = position &+ 1
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

extension Span where Element == UInt8 {
    /// Where the line that goes on at `start` ends: the index of its carriage return.
    @inline(__always)
    func endOfLine(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= count {
            // In a frame, no line feed stands alone.
            let length = Int(bitPattern: WireWord.firstZero(WireWord(self, at: index).bits ^ 0x0D0D_0D0D_0D0D_0D0D))
            index &+= length
            if length < 8 { return index }
        }
        while index < count, self[index] != 0x0D { index &+= 1 }
        return index
    }
}
