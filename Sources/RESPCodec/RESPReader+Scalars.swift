// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPReader {
    /// Where a payload lies.
    @frozen @usableFromInline
    struct Payload {
        @usableFromInline let start: Int
        @usableFromInline let count: Int

        @inlinable @inline(__always)
        init(start: Int, count: Int) {
            self.start = start
            self.count = count
        }
    }

    /// Takes a string: bulk, simple or verbatim (without its format), or a number or boolean as its text.
    ///
    /// - Returns: the payload, as a view into the frame; valid as long as that is, whatever is read next.
    /// - Throws: `RESPTypeMismatch` for a null, an error, an aggregate, and at the end.
    /// - Complexity: O(1) for bulk strings. Allocates nothing.
    @inlinable @inline(__always) @_lifetime(copy self)
    public mutating func readSpan() throws(RESPTypeMismatch) -> Span<UInt8> {
        let payload = try takePayload("a string")
        return bytes.extracting(payload.start..<payload.start &+ payload.count)
    }

    /// Takes a string, as ``readSpan()`` does, and owns it.
    ///
    /// - Complexity: copies up to 23 bytes into the value, shares more with the frame if they are a sixteenth or more of
    ///   the memory it lies in, and copies them once (one allocation) otherwise.
    @inlinable
    public mutating func readBytes() throws(RESPTypeMismatch) -> RESPBytes {
        let payload = try takePayload("a string")
        let span = bytes.extracting(payload.start..<payload.start &+ payload.count)
        return RESPBytes(storage: ByteStorage(span, in: chunk, at: chunkOffset &+ payload.start))
    }

    /// Takes a bulk string of up to 23 bytes into a value, without a call; nil, and nothing is taken, for anything else.
    @inlinable @inline(__always)
    mutating func takeShortString() -> ByteStorage? {
        let start = position &+ 1
        guard start &+ 8 <= bytes.count, bytes[position] == RESPKind.bulkString.rawValue else { return nil }
        let (count, width) = WireWord(bytes, at: start).length
        guard width > 0, count <= ByteStorage.inlineCapacity else { return nil }
        let payload = start &+ width
        position = payload &+ count &+ 2
        return ByteStorage(inlining: bytes.extracting(payload..<payload &+ count))
    }

    /// Takes a string, as ``readSpan()`` does, as text. What isn't UTF-8 becomes U+FFFD: read bytes to keep those.
    ///
    /// - Complexity: O(*n*); allocates once if it is longer than 15 bytes.
    @inlinable
    public mutating func readString() throws(RESPTypeMismatch) -> String {
        let payload = try takePayload("a string")
        return String(utf8: bytes.extracting(payload.start..<payload.start &+ payload.count))
    }

    /// Takes an integer, or a string that spells one in decimal.
    ///
    /// - Throws: `RESPTypeMismatch` for anything else, and for what is out of the range of `Number`.
    @inlinable @inline(__always)
    public mutating func readInteger<Number: FixedWidthInteger>(
        as type: Number.Type = Int.self
    ) throws(RESPTypeMismatch) -> Number {
        let start = position &+ 1
        if let word = WireWord(bytes, behindMarkerAt: position), bytes[position] == RESPKind.integer.rawValue {
            let (value, digits) = word.digitsBeforeLineEnd
            if digits > 0, let number = Number(exactly: value) {
                position = start &+ digits &+ 2
                return number
            }
        }
        return try readAnyInteger()
    }

    /// Takes an integer of whatever form and size, wherever it stands.
    @inlinable
    mutating func readAnyInteger<Number: FixedWidthInteger>() throws(RESPTypeMismatch) -> Number {
        if position < bytes.count, bytes[position] == RESPKind.integer.rawValue, let number: Number = takeShortInteger()
        {
            return number
        }
        let payload = try takePayload("an integer")
        let text = bytes.extracting(payload.start..<payload.start &+ payload.count)
        guard let number = text.decimal(as: Number.self) else { throw unconvertible("an integer", payload) }
        return number
    }

    /// Takes an integer of up to 18 digits, at most with a minus sign, if it fits. The marker has been looked at.
    @inlinable
    mutating func takeShortInteger<Number: FixedWidthInteger>() -> Number? {
        var index = position &+ 1
        guard index < bytes.count else { return nil }
        let isNegative = bytes[index] == 0x2D
        if isNegative { index &+= 1 }
        let limit = Swift.min(bytes.count &- 2, index &+ 18)
        var value: Int64 = 0
        while index < limit {
            let digit = Int64(bytes[index]) &- 48
            guard digit >= 0 else { break }
            value = value &* 10 &+ digit
            index &+= 1
        }
        guard index < bytes.count &- 1, bytes[index] == 0x0D,
            let number = Number(exactly: isNegative ? 0 &- value : value)
        else { return nil }
        position = index &+ 2
        return number
    }

    /// Takes a double, an integer, or a string that spells one of them; `inf`, `-inf` and `nan` included. The nearest
    /// double, if it is spelt with more digits than that has; infinity if it is too large.
    ///
    /// - Throws: `RESPTypeMismatch` for anything else. Hexadecimal and surrounding white space are refused.
    public mutating func readDouble() throws(RESPTypeMismatch) -> Double {
        let payload = try takePayload("a number")
        let text = bytes.extracting(payload.start..<payload.start &+ payload.count)
        guard let number = text.decimalDouble else { throw unconvertible("a number", payload) }
        return number
    }

    /// Takes what ``readDouble()`` takes, and rounds it to a float once: not what the nearest double rounds to.
    ///
    /// - Throws: `RESPTypeMismatch` for anything else.
    public mutating func readFloat() throws(RESPTypeMismatch) -> Float {
        let payload = try takePayload("a number")
        let text = bytes.extracting(payload.start..<payload.start &+ payload.count)
        guard let number = text.decimalFloat else { throw unconvertible("a number", payload) }
        return number
    }

    /// Takes a boolean, or what RESP2 has for it: the integers, or texts, 0 and 1.
    ///
    /// - Throws: `RESPTypeMismatch` for anything else.
    public mutating func readBoolean() throws(RESPTypeMismatch) -> Bool {
        let payload = try takePayload("a boolean")
        let text = bytes.extracting(payload.start..<payload.start &+ payload.count)
        guard let boolean = text.boolean else { throw unconvertible("a boolean", payload) }
        return boolean
    }

    /// Takes a verbatim string with its format.
    ///
    /// - Returns: the three letters of the format, such as `txt`, and the text.
    /// - Throws: `RESPTypeMismatch` for anything else.
    public mutating func readVerbatim() throws(RESPTypeMismatch) -> (format: RESPBytes, text: RESPBytes) {
        let kind = try peekKindToRead("a verbatim string")
        guard kind == .verbatimString else { throw mismatch("a verbatim string", kind) }
        let payload = try takeAnyPayload("a verbatim string")
        let format = bytes.extracting(payload.start &- 4..<payload.start &- 1)
        let text = bytes.extracting(payload.start..<payload.start &+ payload.count)
        return (RESPBytes(format), RESPBytes(storage: ByteStorage(text, in: chunk, at: chunkOffset &+ payload.start)))
    }

    /// Takes an error.
    ///
    /// - Returns: its text, without marker and line end; nil, and nothing is taken, if the next value is none.
    public mutating func readErrorMessage() -> String? {
        guard let payload = takeErrorPayload() else { return nil }
        return String(utf8: bytes.extracting(payload.start..<payload.start &+ payload.count))
    }

    /// Takes an error, as ``readErrorMessage()`` does, with its text as bytes.
    public mutating func readErrorBytes() -> RESPBytes? {
        guard let payload = takeErrorPayload() else { return nil }
        return RESPBytes(bytes.extracting(payload.start..<payload.start &+ payload.count))
    }

    /// Takes an error; nil, and nothing is taken, if the next value is none.
    mutating func takeErrorPayload() -> Payload? {
        guard let kind = try? peekKind(), kind.isError else { return nil }
        let (_, number, start) = takeHeader()
        if kind == .simpleError { return Payload(start: start, count: position &- 2 &- start) }
        let payload = Payload(start: position, count: number)
        position &+= number &+ 2
        return payload
    }

    /// Takes a scalar that has a text.
    @inlinable @inline(__always)
    mutating func takePayload(_ wanted: String) throws(RESPTypeMismatch) -> Payload {
        let start = position &+ 1
        if start &+ 8 <= bytes.count, bytes[position] == RESPKind.bulkString.rawValue {
            let (count, width) = WireWord(bytes, at: start).length
            if width > 0 {
                position = start &+ width &+ count &+ 2
                return Payload(start: start &+ width, count: count)
            }
        }
        return try takeAnyPayload(wanted)
    }

    /// Takes a scalar that has a text, of whatever kind and wherever it stands.
    @usableFromInline
    mutating func takeAnyPayload(_ wanted: String) throws(RESPTypeMismatch) -> Payload {
        let kind = try peekKindToRead(wanted)
        switch kind {
        case .bulkString, .verbatimString:
            let (_, number, _) = takeHeader()
            let prefix = kind == .verbatimString ? 4 : 0
            let payload = Payload(start: position &+ prefix, count: number &- prefix)
            position &+= number &+ 2
            return payload
        case .simpleString, .integer, .double, .boolean, .bigNumber:
            let (_, _, start) = takeHeader()
            return Payload(start: start, count: position &- 2 &- start)
        case .simpleError, .bulkError, .null, .array, .map, .set, .push, .attribute:
            throw mismatch(wanted, kind)
        }
    }

    /// The kind of the next value, which is to be read as `wanted`.
    @usableFromInline
    mutating func peekKindToRead(_ wanted: String) throws(RESPTypeMismatch) -> RESPKind {
        guard position < bytes.count else { throw RESPTypeMismatch(wanted: wanted, found: .end) }
        return try peekKind()
    }

    /// What to throw where a value of `kind` stands in the place of `wanted`.
    @usableFromInline @inline(never)
    mutating func mismatch(_ wanted: String, _ kind: RESPKind) -> RESPTypeMismatch {
        if let message = readErrorMessage() { return RESPTypeMismatch(wanted: wanted, found: .serverError(message)) }
        return RESPTypeMismatch(wanted: wanted, found: .kind(kind))
    }

    /// What to throw where a text can't be converted.
    @usableFromInline @inline(never)
    func unconvertible(_ wanted: String, _ payload: Payload) -> RESPTypeMismatch {
        // Long enough to recognise it by, short enough for a log.
        let text = bytes.extracting(payload.start..<payload.start &+ Swift.min(payload.count, 64))
        return RESPTypeMismatch(wanted: wanted, found: .text(String(utf8: text)))
    }
}
