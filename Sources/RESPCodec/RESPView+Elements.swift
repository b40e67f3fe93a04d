// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPView {
    /// A key with its value.
    @frozen
    public struct Pair: ~Escapable, Sendable {
        /// The key.
        public let key: RESPView
        /// The value that belongs to it.
        public let value: RESPView

        @inlinable @inline(__always) @_lifetime(copy key, copy value)
        init(key: RESPView, value: RESPView) {
            self.key = key
            self.value = value
        }
    }

    /// The element at `index` of an array, a set or a push, from 0. O(1).
    ///
    /// - Throws: `RESPTypeMismatch` if there is no such element, or if this is something else.
    @inlinable
    public subscript(index: Int) -> RESPView {
        @_lifetime(copy self) get throws(RESPTypeMismatch) {
            guard index >= 0, index < (try elementCount) else { throw missing("an element", .index(index)) }
            return value(at: node.firstChild &+ index)
        }
    }

    /// How many elements an array, a set or a push has; a mismatch for anything else.
    @inlinable
    var elementCount: Int {
        get throws(RESPTypeMismatch) {
            switch node.marker {
            case RESPKind.array.rawValue, RESPKind.set.rawValue, RESPKind.push.rawValue: return node.children
            default: throw mismatch("an array")
            }
        }
    }

    /// How many pairs a map has; or an array with as many keys as values, which is how RESP2 writes maps. O(1).
    ///
    /// - Throws: `RESPTypeMismatch` for anything else, and for an odd number of elements.
    @inlinable
    public var pairCount: Int {
        get throws(RESPTypeMismatch) {
            let node = node
            switch node.marker {
            case RESPKind.map.rawValue, RESPKind.attribute.rawValue: break
            case RESPKind.array.rawValue, RESPKind.set.rawValue, RESPKind.push.rawValue:
                guard node.children & 1 == 0 else { throw mismatch("a map", found: .count(node.children)) }
            default: throw mismatch("a map")
            }
            return node.children / 2
        }
    }

    /// The pair at `index` of a map, in the order received, from 0; or of an array of keys and values in turn. O(1).
    ///
    /// - Throws: `RESPTypeMismatch` if there is no such pair, or if this is something else.
    @inlinable @_lifetime(copy self)
    public func pair(_ index: Int) throws(RESPTypeMismatch) -> Pair {
        guard index >= 0, index < (try pairCount) else { throw missing("a pair", .index(index)) }
        let first = node.firstChild &+ 2 &* index
        return Pair(key: value(at: first), value: value(at: first &+ 1))
    }

    /// The value of the first pair with this key in a map, or in an array of keys and values in turn.
    ///
    /// - Throws: `RESPTypeMismatch` if there is none, or if this is something else.
    /// - Complexity: O(pairs): keys are compared one after the other.
    public subscript(key: String) -> RESPView {
        @_lifetime(copy self) get throws(RESPTypeMismatch) {
            guard let value = try value(forKey: key) else { throw missing("a value", .key(key)) }
            return value
        }
    }

    /// The value of the first pair with this key in a map, or in an array of keys and values in turn; nil if there is none.
    ///
    /// - Throws: `RESPTypeMismatch` if this is something else.
    /// - Complexity: O(pairs): keys are compared one after the other.
    @_lifetime(copy self)
    public func value(forKey key: String) throws(RESPTypeMismatch) -> RESPView? {
        let text = key.utf8Span
        return try value(forKey: text.span)
    }

    /// The same for a key that isn't text.
    @_lifetime(copy self)
    public func value(forKey key: Span<UInt8>) throws(RESPTypeMismatch) -> RESPView? {
        let first = node.firstChild
        for index in 0..<(try pairCount) {
            if let text = value(at: first &+ 2 &* index).text, text.hasSameBytes(as: key) {
                return value(at: first &+ 2 &* index &+ 1)
            }
        }
        return nil
    }

    /// Calls `body` with each element of an array, a set or a push.
    ///
    /// - Throws: what `body` throws; `RESPTypeMismatch` if this is something else.
    @inlinable
    public func forEach(
        _ body: (_ element: RESPView) throws(RESPTypeMismatch) -> Void
    ) throws(RESPTypeMismatch) {
        let first = node.firstChild
        for index in 0..<(try elementCount) { try body(value(at: first &+ index)) }
    }

    /// Calls `body` with each pair of a map, or of an array of keys and values in turn.
    ///
    /// - Throws: what `body` throws; `RESPTypeMismatch` if this is something else.
    @inlinable
    public func forEachPair(
        _ body: (_ key: RESPView, _ value: RESPView) throws(RESPTypeMismatch) -> Void
    ) throws(RESPTypeMismatch) {
        let first = node.firstChild
        for index in 0..<(try pairCount) {
            try body(value(at: first &+ 2 &* index), value(at: first &+ 2 &* index &+ 1))
        }
    }
}
