// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPReader {
    /// Takes a value of the type that is wanted where it is used: `visits = try reader.read()`.
    @inlinable @inline(__always)
    public mutating func read<Value: RESPDecodable>(
        _ type: Value.Type = Value.self
    ) throws(RESPTypeMismatch) -> Value {
        try Value(from: &self)
    }

    /// Takes a string, as ``readSpan()`` does, to be compared with literals.
    ///
    /// - Returns: the key, as a view into the frame; valid as long as that is, whatever is read next.
    @inlinable @_lifetime(copy self)
    public mutating func readKey() throws(RESPTypeMismatch) -> RESPKey {
        RESPKey(try readSpan())
    }

    /// Takes a map, or an array of keys and values in turn, as RESP2 has it, key by key: what types of one's own are
    /// made of.
    ///
    /// ```swift
    /// try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
    ///     switch key {
    ///     case "name": name = try reader.read()
    ///     case "visits": visits = try reader.read()
    ///     default: break
    ///     }
    /// }
    /// ```
    ///
    /// - Parameter body: takes the value that belongs to the key, whole, or leaves it alone: then it is skipped with all
    ///   that is nested in it. Of a key that comes twice, it gets both values.
    /// - Throws: what `body` throws, with the key in its path; `RESPTypeMismatch` if this is no map, or if a key is no
    ///   string or number.
    /// - Complexity: O(*n*), one pass. Allocates nothing.
    @inlinable
    public mutating func readFields(
        _ body: (RESPKey, inout RESPReader) throws(RESPTypeMismatch) -> Void
    ) throws(RESPTypeMismatch) {
        let count = try readMapHeader()
        for index in 0..<count {
            let start = position
            let key = try readKey(index)
            let value = position
            do throws(RESPTypeMismatch) {
                try body(key, &self)
            } catch {
                throw error.inside(step(keyAt: start, index: index))
            }
            if position == value { skip() }
        }
    }

    /// Takes the key at `index` of a map whose header has been read, so that a mismatch says where.
    @inlinable @inline(__always) @_lifetime(copy self)
    mutating func readKey(_ index: Int) throws(RESPTypeMismatch) -> RESPKey {
        do throws(RESPTypeMismatch) {
            return try readKey()
        } catch {
            throw error.inside(.index(index))
        }
    }

    /// How a path names the value of the key that stands at `start`.
    @usableFromInline @inline(never)
    func step(keyAt start: Int, index: Int) -> RESPTypeMismatch.PathComponent {
        var keys = RESPReader(measured: bytes)
        keys.position = start
        guard let key = try? keys.readSpan() else { return .index(index) }
        return RESPTypeMismatch.PathComponent(key: key)
    }
}
