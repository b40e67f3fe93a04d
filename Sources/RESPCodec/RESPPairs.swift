// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Keys and values in the order received, with keys that repeat: what a map is on the wire, and a `Dictionary` is not.
///
/// A collection of `(key:value:)`. ``value(forKey:)`` looks at one after the other, which for a few dozen is as fast as
/// hashing.
///
/// ```swift
/// let frame = try RESPFrame(encoded: Array("%2\r\n+b\r\n:1\r\n+a\r\n:2\r\n".utf8))
/// let pairs = try frame.decode(as: RESPPairs<String, Int>.self)
/// pairs.map(\.key)            // ["b", "a"]
/// pairs.value(forKey: "a")    // 2
/// ```
@frozen
public struct RESPPairs<Key, Value> {
    /// A key with its value.
    public typealias Element = (key: Key, value: Value)

    @usableFromInline var elements: [Element]

    @inlinable
    init(elements: [Element]) { self.elements = elements }

    /// No pairs.
    @inlinable public init() { elements = [] }

    /// These pairs, in their order.
    @inlinable
    public init(_ pairs: some Sequence<(Key, Value)>) { elements = pairs.map { (key: $0.0, value: $0.1) } }

    /// Appends a pair, whether or not there is one with this key.
    @inlinable
    public mutating func append(_ key: Key, _ value: Value) { elements.append((key, value)) }
}

extension RESPPairs where Key: Equatable {
    /// The value of the first pair that has this key; nil if none has.
    ///
    /// - Complexity: O(*n*).
    @inlinable
    public func value(forKey key: Key) -> Value? {
        for index in elements.indices where elements[index].key == key { return elements[index].value }
        return nil
    }
}

extension RESPPairs: RESPDecodable where Key: RESPDecodable, Value: RESPDecodable {
    /// Takes pairs in any of the forms that servers use: a map, an array of keys and values in turn (RESP2), or an array
    /// of arrays of two.
    ///
    /// - Complexity: O(*n*), one pass; allocates once, and what the pairs need.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        elements = try reader.readPairs { (key: Key, value: Value) in (key, value) }
    }
}

extension RESPPairs: RandomAccessCollection {
    /// 0.
    @inlinable public var startIndex: Int { 0 }
    /// How many pairs there are.
    @inlinable public var endIndex: Int { elements.count }
    /// The pair at `index`, from 0.
    @inlinable public subscript(index: Int) -> Element { elements[index] }
}

extension RESPPairs: ExpressibleByDictionaryLiteral {
    /// These pairs, in their order, with keys that repeat.
    @inlinable
    public init(dictionaryLiteral elements: (Key, Value)...) { self.init(elements) }
}

extension RESPPairs: Sendable where Key: Sendable, Value: Sendable {}

extension RESPPairs: Equatable where Key: Equatable, Value: Equatable {
    /// Whether both have the same pairs in the same order.
    @inlinable
    public static func == (left: Self, right: Self) -> Bool { left.elements.elementsEqual(right.elements, by: ==) }
}

extension RESPPairs: Hashable where Key: Hashable, Value: Hashable {
    /// Feeds the pairs in their order to `hasher`.
    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(elements.count)
        for (key, value) in elements {
            hasher.combine(key)
            hasher.combine(value)
        }
    }
}
