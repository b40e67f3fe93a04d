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

extension RESPReader {
    /// How a path names the value of the key that stands at `start`.
    @usableFromInline
    func step(keyAt start: Int, index: Int) -> RESPTypeMismatch.PathComponent {
        var keys = RESPReader(bytes, in: nil, at: 0)
        keys.position = start
        guard let key = try? keys.readString() else { return .index(index) }
        return .key(key)
    }
}
