// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A field of a hash with its value.
@frozen public struct HashField<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// The field's name.
    public var name: RESPBytes
    /// Its value.
    public var value: Value

    /// A field with a value.
    @inlinable
    public init(_ name: RESPBytes, _ value: Value) {
        self.name = name
        self.value = value
    }

    /// Takes an array of two.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (name, value) = try reader.readPair()
    }

    /// Takes an array of arrays of two (RESP3), or names and values in turn (RESP2).
    @inlinable
    public static func _decodeArray(from reader: inout RESPReader) throws(RESPTypeMismatch) -> [Self] {
        try reader.readPairs { (name: RESPBytes, value: Value) in Self(name, value) }
    }
}

extension HashField: Equatable where Value: Equatable {}
extension HashField: Hashable where Value: Hashable {}
