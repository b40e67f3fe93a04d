// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A type that a reply can be decoded into.
///
/// Conform your own types by reading what they consist of, in the order it arrives. Maps are read key by key; RESP2's
/// arrays of keys and values are, too, and keys that nobody reads are skipped:
///
/// ```swift
/// struct User: RESPDecodable {
///     var name = ""
///     var visits = 0
///     var role: Role?
///
///     init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
///         try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
///             switch key {
///             case "name": name = try reader.read()
///             case "visits": visits = try reader.read()
///             case "role": role = try reader.read()
///             default: break
///             }
///         }
///     }
/// }
///
/// enum Role: String, RESPDecodable { case owner, guest }
/// ```
///
/// An initialiser must take exactly one value, nested ones included. An error from the server in place of a value is a
/// mismatch that carries its text, unless the type is ``RESPFrame``, or a `Result` whose failure is a ``RESPErrorReply``.
///
/// What nests is what the type says: `[[Int]]` reads two levels, however many the peer sends, and skipping the rest takes
/// no stack. A type that contains itself decides in its initialiser how deep it goes; the decoder's
/// ``RESPLimits/maximumDepth`` bounds it as well.
public protocol RESPDecodable {
    /// Takes one value from `reader`.
    ///
    /// - Throws: `RESPTypeMismatch` if it can't be made from what is there.
    init(from reader: inout RESPReader) throws(RESPTypeMismatch)

    /// Takes an array of such values. Not for conforming types to implement: it exists so that `[UInt8]` is bytes.
    static func _decodeArray(from reader: inout RESPReader) throws(RESPTypeMismatch) -> [Self]

    /// Takes what a frame consists of. Not for conforming types to implement: it exists so that short strings needn't be
    /// read, which costs several times what it takes to move them.
    static func _decodeFrame(_ frame: RESPFrame) throws(RESPTypeMismatch) -> Self
}

extension RESPDecodable {
    /// Takes an array, element by element.
    @inlinable
    public static func _decodeArray(from reader: inout RESPReader) throws(RESPTypeMismatch) -> [Self] {
        let count = try reader.readArrayHeader()
        var values: [Self] = []
        // No allocation is made from an announcement: the frame is complete, so every element is really there.
        values.reserveCapacity(count)
        for index in 0..<count {
            values.append(try reader.readElement(index))
        }
        return values
    }

    /// Reads the frame's value.
    @inlinable
    public static func _decodeFrame(_ frame: RESPFrame) throws(RESPTypeMismatch) -> Self {
        try frame.withReader { reader throws(RESPTypeMismatch) in try Self(from: &reader) }
    }
}

extension Bool: RESPDecodable {
    /// Takes a boolean, or 0 or 1; see ``RESPReader/readBoolean()``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readBoolean()
    }
}

extension Double: RESPDecodable {
    /// Takes a number or its text; see ``RESPReader/readDouble()``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readDouble()
    }
}

extension Float: RESPDecodable {
    /// Takes a number or its text; see ``RESPReader/readFloat()``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readFloat()
    }
}

extension String: RESPDecodable {
    /// Takes a string or the text of a number; see ``RESPReader/readString()``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readString()
    }
}

extension RESPBytes: RESPDecodable {
    /// Takes a string or the text of a number, see ``RESPReader/readBytes()``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readBytes()
    }

    /// Takes an array: the general loop, but without calls for the short strings that most lists consist of.
    public static func _decodeArray(from reader: inout RESPReader) throws(RESPTypeMismatch) -> [RESPBytes] {
        let count = try reader.readArrayHeader()
        return try [RESPBytes](capacity: count) { values throws(RESPTypeMismatch) in
            for index in 0..<count {
                if let short = reader.takeShortString() {
                    values.append(RESPBytes(storage: short))
                } else {
                    values.append(try reader.readElement(index))
                }
            }
        }
    }

    /// Moves a string that lies inside the frame's value, and reads all others.
    @inlinable @inline(__always)
    public static func _decodeFrame(_ frame: RESPFrame) throws(RESPTypeMismatch) -> RESPBytes {
        let header = frame.storage.shortStringHeader
        guard header > 0 else {
            return try frame.withReader { reader throws(RESPTypeMismatch) in try RESPBytes(from: &reader) }
        }
        return RESPBytes(storage: ByteStorage(shortStringIn: frame.storage, behind: header))
    }
}

extension Optional: RESPDecodable where Wrapped: RESPDecodable {
    /// Takes a null as nil, anything else as `Wrapped`.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = reader.readNull() ? nil : try Wrapped(from: &reader)
    }

    /// Takes a null as nil, and of any other frame what `Wrapped` takes.
    @inlinable
    public static func _decodeFrame(_ frame: RESPFrame) throws(RESPTypeMismatch) -> Wrapped? {
        if frame.storage.shortStringHeader > 0 { return try Wrapped._decodeFrame(frame) }
        return try frame.withReader { reader throws(RESPTypeMismatch) in try Self(from: &reader) }
    }
}
