// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension Array: RESPDecodable where Element: RESPDecodable {
    /// Takes an array, a set, a push, or a map as its keys and values in turn. As `[UInt8]`: the bytes of a string.
    ///
    /// - Complexity: O(*n*), one pass; allocates the array once, and what its elements need.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = try Element._decodeArray(from: &reader)
    }
}

extension ContiguousArray: RESPDecodable where Element: RESPDecodable {
    /// Takes what an `Array` takes.
    ///
    /// - Complexity: O(*n*), one pass; allocates the array once, and what its elements need.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        // Without bridging to Objective-C, this shares the array's memory.
        self.init(try Element._decodeArray(from: &reader))
    }
}

extension InlineArray: RESPDecodable where Element: RESPDecodable {
    /// Takes an array, a set or a push of just as many elements.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readArrayHeader(count: Self.count)
        try self.init { index throws(RESPTypeMismatch) in try reader.readElement(index) }
    }
}

extension Set: RESPDecodable where Element: RESPDecodable {
    /// Takes a set, an array or a push.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let count = try reader.readArrayHeader()
        self.init(minimumCapacity: count)
        for index in 0..<count {
            insert(try reader.readElement(index))
        }
    }
}

extension Dictionary: RESPDecodable where Key: RESPDecodable, Value: RESPDecodable {
    /// Takes a map, or an array of keys and values in turn, as RESP2 has it. Of equal keys, the last one counts.
    @inlinable public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let count = try reader.readMapHeader()
        self.init(minimumCapacity: count)
        for index in 0..<count {
            let start = reader.position
            let key: Key = try reader.readElement(index)
            do throws(RESPTypeMismatch) {
                updateValue(try Value(from: &reader), forKey: key)
            } catch {
                throw error.inside(reader.step(keyAt: start, index: index))
            }
        }
    }
}
