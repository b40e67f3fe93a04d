// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension Int: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: Int.self)
    }
}

extension Int64: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: Int64.self)
    }
}

extension Int32: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: Int32.self)
    }
}

extension Int16: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: Int16.self)
    }
}

extension Int8: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: Int8.self)
    }
}

extension Int128: RESPDecodable {
    /// Takes an integer, a big number that fits, or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: Int128.self)
    }
}

extension UInt: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: UInt.self)
    }
}

extension UInt128: RESPDecodable {
    /// Takes an integer, a big number that fits, or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: UInt128.self)
    }
}

extension UInt64: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: UInt64.self)
    }
}

extension UInt32: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: UInt32.self)
    }
}

extension UInt16: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: UInt16.self)
    }
}

extension UInt8: RESPDecodable {
    /// Takes an integer or its text; see ``RESPReader/readInteger(as:)``.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try reader.readInteger(as: UInt8.self)
    }

    /// Takes the bytes of a string: `[UInt8]` is not an array of numbers.
    @inlinable
    public static func _decodeArray(from reader: inout RESPReader) throws(RESPTypeMismatch) -> [UInt8] {
        [UInt8](copying: try reader.readSpan())
    }
}
