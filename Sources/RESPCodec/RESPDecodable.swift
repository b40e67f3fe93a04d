// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A type that a reply can be decoded into.
///
/// Conform your own types by reading what they consist of, in the order it arrives:
///
/// ```swift
/// struct User: RESPDecodable {
///     var name = ""
///     var visits = 0
///
///     init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
///         for _ in 0..<(try reader.readMapHeader()) {
///             switch try reader.readString() {
///             case "name": name = try reader.readString()
///             case "visits": visits = try reader.readInteger()
///             default: reader.skip()
///             }
///         }
///     }
/// }
/// ```
///
/// An initialiser must take exactly one value, nested ones included. An error from the server in place of a value is a
/// mismatch that carries its text, unless the type is ``RESPFrame``.
public protocol RESPDecodable {
    /// Takes one value from `reader`.
    ///
    /// - Throws: `RESPTypeMismatch` if it can't be made from what is there.
    init(from reader: inout RESPReader) throws(RESPTypeMismatch)

    /// Takes an array of such values. Not for conforming types to implement: it exists so that `[UInt8]` is bytes.
    static func _decodeArray(from reader: inout RESPReader) throws(RESPTypeMismatch) -> [Self]
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
}

extension Optional: RESPDecodable where Wrapped: RESPDecodable {
    /// Takes a null as nil, anything else as `Wrapped`.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = reader.readNull() ? nil : try Wrapped(from: &reader)
    }
}
