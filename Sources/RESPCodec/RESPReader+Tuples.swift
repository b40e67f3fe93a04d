// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Embedded mode has no generic calls on packs (Swift 6.3): there, read the header and the elements one by one.
#if !hasFeature(Embedded)

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
            return (try readNext(&index), try readNext(&index), repeat try readNext(&index) as each Rest)
        }

        /// Takes the element at `index`, and counts it.
        @inlinable
        mutating func readNext<Value: RESPDecodable>(_ index: inout Int) throws(RESPTypeMismatch) -> Value {
            defer { index += 1 }
            return try readElement(index)
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

    extension RESPView {
        /// Decodes an array of just as many elements as the tuple has, each as its type: `decode(as: (String, Int).self)`.
        ///
        /// - Throws: `RESPTypeMismatch`, whose path starts at the frame's value.
        @inlinable
        public func decode<First: RESPDecodable, Second: RESPDecodable, each Rest: RESPDecodable>(
            as type: (First, Second, repeat each Rest).Type = (First, Second, repeat each Rest).self
        ) throws(RESPTypeMismatch) -> (First, Second, repeat each Rest) {
            try withReader { reader throws(RESPTypeMismatch) in
                try reader.readTuple(as: type)
            }
        }
    }

#endif
