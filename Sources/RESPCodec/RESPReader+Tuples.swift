// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPReader {
    /// Takes an array of just as many elements as the tuple has, each as its type.
    ///
    /// ```swift
    /// let (name, age, height) = try reader.readTuple(as: (String, Int, Double).self)
    /// ```
    ///
    /// Optimized builds make ordinary code of it; for two on a hot path, ``readPair(_:_:)`` is still a little faster.
    ///
    /// - Throws: `RESPTypeMismatch` for another number of elements, and for an element that is none of its type, which
    ///   is then at `[i]`.
    @inlinable
    public mutating func readTuple<First: RESPDecodable, Second: RESPDecodable, each Rest: RESPDecodable>(
        as type: (First, Second, repeat each Rest).Type = (First, Second, repeat each Rest).self
    ) throws(RESPTypeMismatch) -> (First, Second, repeat each Rest) {
        var count = 2
        for _ in repeat (each Rest).self { count += 1 }
        try readArrayHeader(count: count)
        var index = 0
        return (
            try readElement(&index, as: First.self), try readElement(&index, as: Second.self),
            repeat try readElement(&index, as: (each Rest).self)
        )
    }

    /// Takes the element at `index`, and counts it.
    @inlinable
    mutating func readElement<Value: RESPDecodable>(
        _ index: inout Int, as type: Value.Type
    ) throws(RESPTypeMismatch) -> Value {
        defer { index += 1 }
        return try readElement(index, as: Value.self)
    }
}

extension RESPFrame {
    /// Decodes an array of just as many elements as the tuple has, each as its type: `decode(as: (String, Int).self)`.
    ///
    /// - Throws: `RESPTypeMismatch` for another number of elements, and for an element that is none of its type, which
    ///   is then at `[i]`.
    @inlinable
    public func decode<First: RESPDecodable, Second: RESPDecodable, each Rest: RESPDecodable>(
        as type: (First, Second, repeat each Rest).Type = (First, Second, repeat each Rest).self
    ) throws(RESPTypeMismatch) -> (First, Second, repeat each Rest) {
        try withReader { reader throws(RESPTypeMismatch) in
            try reader.readTuple(as: type)
        }
    }
}
