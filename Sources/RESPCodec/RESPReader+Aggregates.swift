// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPReader {
    /// Takes the header of an array, a set or a push; or of a map, whose keys and values then count as elements.
    ///
    /// - Returns: how many values are to be read next.
    /// - Throws: `RESPTypeMismatch` for anything else.
    /// - Complexity: O(1).
    @inlinable
    public mutating func readArrayHeader() throws(RESPTypeMismatch) -> Int {
        try readAggregateHeader("an array", pairs: false)
    }

    /// Takes the header of a map, or of an array with as many keys as values, which is how RESP2 writes maps; or of an
    /// attribute, if nothing follows that.
    ///
    /// - Returns: how many pairs of values are to be read next.
    /// - Throws: `RESPTypeMismatch` for anything else, and for an odd number of elements.
    /// - Complexity: O(1).
    @inlinable
    public mutating func readMapHeader() throws(RESPTypeMismatch) -> Int {
        try readAggregateHeader("a map", pairs: true)
    }

    /// Takes the header of an array that has to have `count` elements, such as a pair.
    ///
    /// - Throws: `RESPTypeMismatch` for anything else.
    @inlinable
    public mutating func readArrayHeader(count: Int) throws(RESPTypeMismatch) {
        let found: Int
        do throws(RESPTypeMismatch) {
            found = try readArrayHeader()
        } catch {
            throw RESPReader.wantedArray(of: count, error.found)
        }
        guard found == count else { throw RESPReader.wantedArray(of: count, .count(found)) }
    }

    @usableFromInline @inline(never)
    static func wantedArray(of count: Int, _ found: RESPTypeMismatch.Found) -> RESPTypeMismatch {
        RESPTypeMismatch(wanted: "an array of \(count)", found: found)
    }

    /// Takes an array of two.
    @inlinable
    public mutating func readPair<First: RESPDecodable, Second: RESPDecodable>(
        _ first: First.Type = First.self, _ second: Second.Type = Second.self
    ) throws(RESPTypeMismatch) -> (First, Second) {
        try readArrayHeader(count: 2)
        let first: First = try readElement(0)
        return (first, try readElement(1))
    }

    /// Takes pairs in any of the forms that servers use: a map, an array of keys and values in turn (RESP2), or an array
    /// of arrays of two (RESP3's sorted sets with scores).
    ///
    /// An array that starts with an array is taken for the last of these.
    ///
    /// - Returns: the pairs in the order received, repeated keys included.
    /// - Complexity: O(*n*), one pass; allocates the array once, and what the pairs need.
    @inlinable
    public mutating func readPairs<First: RESPDecodable, Second: RESPDecodable>(
        _ first: First.Type = First.self, _ second: Second.Type = Second.self
    ) throws(RESPTypeMismatch) -> [(First, Second)] {
        try readPairs { (first: First, second: Second) in (first, second) }
    }

    /// Takes pairs, as ``readPairs(_:_:)`` does, and makes something of each.
    @inlinable @inline(__always)
    public mutating func readPairs<First: RESPDecodable, Second: RESPDecodable, Pair>(
        _ makePair: (_ first: First, _ second: Second) -> Pair
    ) throws(RESPTypeMismatch) -> [Pair] {
        let isMap = try peekKindToRead("pairs") == .map
        let values = try readAggregateHeader("pairs", pairs: false)
        var pairs: [Pair] = []
        guard values > 0 else { return pairs }
        let isNested = isMap ? false : try peekKind() == .array
        if isNested {
            pairs.reserveCapacity(values)
            for index in 0..<values {
                do throws(RESPTypeMismatch) {
                    try readArrayHeader(count: 2)
                    pairs.append(makePair(try readElement(0), try readElement(1)))
                } catch {
                    throw error.inside(.index(index))
                }
            }
        } else {
            guard values & 1 == 0 else { throw RESPTypeMismatch(wanted: "pairs", found: .count(values)) }
            pairs.reserveCapacity(values / 2)
            for index in 0..<values / 2 {
                pairs.append(makePair(try readElement(2 &* index), try readElement(2 &* index &+ 1)))
            }
        }
        return pairs
    }

    /// Takes an array of what `body` takes of each element: of tuples, for example.
    ///
    /// ```swift
    /// let places = try reader.readArray { (reader) throws(RESPTypeMismatch) in
    ///     try reader.readTuple(as: (String, Double, Int).self)
    /// }
    /// ```
    ///
    /// - Parameter body: takes exactly one value.
    /// - Throws: what `body` throws, with the index in its path; `RESPTypeMismatch` if this is no array.
    @inlinable
    public mutating func readArray<Element>(
        of body: (inout RESPReader) throws(RESPTypeMismatch) -> Element
    ) throws(RESPTypeMismatch) -> [Element] {
        let count = try readArrayHeader()
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            do throws(RESPTypeMismatch) {
                elements.append(try body(&self))
            } catch {
                throw error.inside(.index(index))
            }
        }
        return elements
    }

    /// Takes the value at `index` of an array whose header has been read, so that a mismatch says where.
    @inlinable
    public mutating func readElement<Value: RESPDecodable>(
        _ index: Int, as type: Value.Type = Value.self
    ) throws(RESPTypeMismatch) -> Value {
        do throws(RESPTypeMismatch) {
            return try Value(from: &self)
        } catch {
            throw error.inside(.index(index))
        }
    }

    @inlinable @inline(__always)
    mutating func readAggregateHeader(_ wanted: String, pairs: Bool) throws(RESPTypeMismatch) -> Int {
        let start = position &+ 1
        if start &+ 8 <= bytes.count,
            bytes[position] == (pairs ? RESPKind.map.rawValue : RESPKind.array.rawValue)
        {
            let (count, width) = WireWord(bytes, at: start).length
            if width > 0 {
                position = start &+ width
                return count
            }
        }
        return try readAnyAggregateHeader(wanted, pairs: pairs)
    }

    @usableFromInline
    mutating func readAnyAggregateHeader(_ wanted: String, pairs: Bool) throws(RESPTypeMismatch) -> Int {
        let kind = try peekKindToRead(wanted)
        switch kind {
        case .array, .set, .push:
            let count = takeHeader().number
            guard pairs else { return count }
            guard count & 1 == 0 else { throw RESPTypeMismatch(wanted: wanted, found: .count(count)) }
            return count / 2
        case .map, .attribute:
            let count = takeHeader().number
            return pairs ? count : count &* 2
        default:
            throw mismatch(wanted, kind)
        }
    }
}
