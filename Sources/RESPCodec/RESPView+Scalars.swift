// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPView {
    /// A string: bulk, simple or verbatim (without its format), or a number or boolean as its text.
    ///
    /// - Throws: `RESPTypeMismatch` for a null, an error, and an aggregate.
    /// - Complexity: O(1). Allocates nothing.
    @inlinable
    public var span: Span<UInt8> {
        @_lifetime(copy self) get throws(RESPTypeMismatch) {
            guard let text else { throw mismatch("a string") }
            return text
        }
    }

    /// A string, as ``span`` is, as text. What isn't UTF-8 becomes U+FFFD.
    ///
    /// - Complexity: O(*n*); allocates once if it is longer than 15 bytes.
    @inlinable
    public var string: String {
        get throws(RESPTypeMismatch) { String(utf8: try span) }
    }

    /// A string, as ``span`` is, that can be kept.
    ///
    /// - Complexity: copies up to 23 bytes into the value, shares more with the frame if they are a sixteenth or more of
    ///   the memory it lies in, and copies them once (one allocation) otherwise.
    @inlinable
    public var bytes: RESPBytes {
        get throws(RESPTypeMismatch) {
            RESPBytes(storage: ByteStorage(try span, in: chunk, at: chunkOffset &+ node.payload))
        }
    }

    /// An integer, or a string that spells one in decimal.
    ///
    /// - Throws: `RESPTypeMismatch` for anything else, and for what is out of range.
    @inlinable
    public var integer: Int {
        get throws(RESPTypeMismatch) { try integer(as: Int.self) }
    }

    /// An integer of another type than `Int`.
    ///
    /// - Throws: `RESPTypeMismatch` for anything else, and for what is out of the range of `Number`.
    @inlinable
    public func integer<Number: FixedWidthInteger>(as type: Number.Type) throws(RESPTypeMismatch) -> Number {
        guard let text else { throw mismatch("an integer") }
        guard let number = text.decimal(as: Number.self) else { throw unconvertible("an integer") }
        return number
    }

    /// A double, an integer, or a string that spells one of them; `inf`, `-inf` and `nan` included.
    ///
    /// - Throws: `RESPTypeMismatch` for anything else.
    public var double: Double {
        get throws(RESPTypeMismatch) {
            guard let text else { throw mismatch("a number") }
            guard let number = text.decimalDouble else { throw unconvertible("a number") }
            return number
        }
    }

    /// A boolean, or what RESP2 has for it: the integers, or texts, 0 and 1.
    ///
    /// - Throws: `RESPTypeMismatch` for anything else.
    public var boolean: Bool {
        get throws(RESPTypeMismatch) {
            guard let text else { throw mismatch("a boolean") }
            guard let boolean = text.boolean else { throw unconvertible("a boolean") }
            return boolean
        }
    }

    /// The text of an error, its code first; nil if this is none.
    public var errorMessage: String? {
        isError ? String(utf8: payload) : nil
    }

    /// The text of a value that has one, and is no error.
    @inlinable
    var text: Span<UInt8>? {
        @_lifetime(copy self) get {
            switch node.marker {
            case RESPKind.bulkString.rawValue, RESPKind.simpleString.rawValue, RESPKind.integer.rawValue,
                RESPKind.double.rawValue, RESPKind.boolean.rawValue, RESPKind.bigNumber.rawValue,
                RESPKind.verbatimString.rawValue:
                payload
            default: nil
            }
        }
    }

    @inlinable
    var payload: Span<UInt8> {
        @_lifetime(copy self) get {
            let node = node
            return frameBytes.extracting(node.payload..<node.payload &+ node.payloadCount)
        }
    }

    /// What to throw where this is not what is wanted.
    @usableFromInline @inline(never)
    func mismatch(_ wanted: String) -> RESPTypeMismatch {
        mismatch(wanted, found: errorMessage.map { .serverError($0) } ?? .kind(kind))
    }

    @usableFromInline @inline(never)
    func mismatch(_ wanted: String, found: RESPTypeMismatch.Found) -> RESPTypeMismatch {
        RESPTypeMismatch(wanted: wanted, found: found, path: path)
    }

    /// What to throw where this has no such element or key.
    @usableFromInline @inline(never)
    func missing(_ wanted: String, _ step: RESPTypeMismatch.PathComponent) -> RESPTypeMismatch {
        RESPTypeMismatch(wanted: wanted, found: .missing, path: path + [step])
    }

    /// What to throw where the text can't be converted.
    @usableFromInline @inline(never)
    func unconvertible(_ wanted: String) -> RESPTypeMismatch {
        mismatch(wanted, found: .text(String(utf8: payload.extracting(first: 64))))
    }
}
