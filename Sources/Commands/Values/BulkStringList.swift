// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The arguments of a command that takes any number of them. One or two are kept without an array, and arrays of strings as
/// they are, so that neither costs an allocation.
@frozen public enum BulkStringList: Sendable {
    /// Exactly one.
    case one(BulkString)
    /// Exactly two; often a field and its value.
    case two(BulkString, BulkString)
    /// Any number, also none.
    case many([BulkString])
    /// Any number of texts, in the caller's array.
    case strings([String])
    /// Any number of pairs of texts, in the caller's array; each is two arguments.
    case stringPairs([(String, String)])
    /// Any number of pairs of texts, in the caller's dictionary; each is two arguments.
    case stringDictionary([String: String])

    /// One argument, and possibly more of the same type.
    @inlinable
    public init<Argument: BulkStringConvertible>(_ first: Argument, _ rest: [Argument]) {
        if rest.isEmpty {
            self = .one(first.bulkString)
        } else {
            var all: [BulkString] = []
            all.reserveCapacity(1 + rest.count)
            all.append(first.bulkString)
            for argument in rest { all.append(argument.bulkString) }
            self = .many(all)
        }
    }

    /// The elements of a collection, in its order.
    @inlinable
    public init<Argument: BulkStringConvertible>(_ arguments: some Collection<Argument>) {
        // Decided by the compiler where it knows the types, which is where it matters.
        if Argument.self == String.self, let strings = arguments as? [String] {
            self = .strings(strings)
        } else {
            self = .many(arguments.map(\.bulkString))
        }
    }

    /// One pair.
    @inlinable
    public init(pair first: BulkString, _ second: BulkString) { self = .two(first, second) }

    /// One group of three.
    @inlinable
    public init(triple first: BulkString, _ second: BulkString, _ third: BulkString) {
        self = .many([first, second, third])
    }

    /// Groups of three, flattened.
    @inlinable
    public init<First: BulkStringConvertible, Second: BulkStringConvertible, Third: BulkStringConvertible>(
        triples: some Collection<(First, Second, Third)>
    ) {
        var all: [BulkString] = []
        all.reserveCapacity(3 * triples.count)
        for (first, second, third) in triples {
            all.append(first.bulkString)
            all.append(second.bulkString)
            all.append(third.bulkString)
        }
        self = .many(all)
    }

    /// Pairs, flattened: first, second, first, second, …
    @inlinable
    public init<First: BulkStringConvertible, Second: BulkStringConvertible>(
        pairs: some Collection<(First, Second)>
    ) {
        if First.self == String.self, Second.self == String.self, let strings = pairs as? [(String, String)] {
            self = .stringPairs(strings)
            return
        }
        var all: [BulkString] = []
        all.reserveCapacity(2 * pairs.count)
        for (first, second) in pairs {
            all.append(first.bulkString)
            all.append(second.bulkString)
        }
        self = .many(all)
    }

    /// A dictionary, flattened: key, value, key, value, … in no particular order.
    @inlinable
    public init<Key: BulkStringConvertible, Value: BulkStringConvertible>(pairs: [Key: Value]) {
        if let strings = BulkStringList.texts(pairs) {
            self = .stringDictionary(strings)
            return
        }
        var all: [BulkString] = []
        all.reserveCapacity(2 * pairs.count)
        for (key, value) in pairs {
            all.append(key.bulkString)
            all.append(value.bulkString)
        }
        self = .many(all)
    }

    /// How many arguments there are.
    @inlinable public var count: Int {
        switch self {
        case .one: 1
        case .two: 2
        case .many(let all): all.count
        case .strings(let all): all.count
        case .stringPairs(let all): 2 * all.count
        case .stringDictionary(let all): 2 * all.count
        }
    }

    /// Whether there is none.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// Appends each argument as a bulk string.
    @inlinable
    public func encode(into encoder: inout CommandEncoder) {
        switch self {
        case .one(let argument): argument.encode(into: &encoder)
        case .two(let first, let second):
            first.encode(into: &encoder)
            second.encode(into: &encoder)
        case .many(let all): encoder.bulk(contentsOf: all.span)
        case .strings(let all): encoder.bulk(contentsOf: all.span)
        case .stringPairs(let all): encoder.bulk(pairs: all.span)
        case .stringDictionary(let all):
            for (key, value) in all {
                encoder.bulk(key)
                encoder.bulk(value)
            }
        }
    }

    /// Appends pairs as two rows: the first of each, then the second of each.
    @inlinable
    public func encodeRows(into encoder: inout CommandEncoder) {
        switch self {
        case .one, .two: encode(into: &encoder)
        case .many(let all):
            for index in stride(from: 0, to: all.count, by: 2) { all[index].encode(into: &encoder) }
            for index in stride(from: 1, to: all.count, by: 2) { all[index].encode(into: &encoder) }
        case .strings(let all):
            for index in stride(from: 0, to: all.count, by: 2) { encoder.bulk(all[index]) }
            for index in stride(from: 1, to: all.count, by: 2) { encoder.bulk(all[index]) }
        case .stringPairs(let all):
            for pair in all { encoder.bulk(pair.0) }
            for pair in all { encoder.bulk(pair.1) }
        case .stringDictionary(let all):
            for key in all.keys { encoder.bulk(key) }
            for value in all.values { encoder.bulk(value) }
        }
    }

    /// Calls `body` with the bytes of every `stride`-th argument, the first included.
    @inlinable
    public func forEachSpan(by stride: Int = 1, _ body: (Span<UInt8>) -> Void) {
        switch self {
        case .one(let argument): argument.withSpan(body)
        case .two(let first, let second):
            first.withSpan(body)
            if stride == 1 { second.withSpan(body) }
        case .many(let all):
            for index in Swift.stride(from: 0, to: all.count, by: stride) { all[index].withSpan(body) }
        case .strings(let all):
            for index in Swift.stride(from: 0, to: all.count, by: stride) { body(all[index].utf8Span.span) }
        case .stringPairs(let all):
            for index in Swift.stride(from: 0, to: 2 * all.count, by: stride) {
                let pair = all[index / 2]
                body((index.isMultiple(of: 2) ? pair.0 : pair.1).utf8Span.span)
            }
        case .stringDictionary(let all):
            // The same dictionary is always gone through in the same order.
            for (index, pair) in all.enumerated() {
                if (2 * index).isMultiple(of: stride) { body(pair.key.utf8Span.span) }
                if (2 * index + 1).isMultiple(of: stride) { body(pair.value.utf8Span.span) }
            }
        }
    }
}
