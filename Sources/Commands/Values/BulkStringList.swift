// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The arguments of a command that takes any number of them. One or two are kept without an array, so cost no allocation.
@frozen public enum BulkStringList: Sendable {
    /// Exactly one.
    case one(BulkString)
    /// Exactly two; often a field and its value.
    case two(BulkString, BulkString)
    /// Any number, also none.
    case many([BulkString])

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
    public init(_ arguments: some Collection<some BulkStringConvertible>) {
        self = .many(arguments.map(\.bulkString))
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
        case .many(let all): for argument in all { argument.encode(into: &encoder) }
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
        }
    }
}
