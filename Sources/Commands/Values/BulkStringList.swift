// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The arguments of a command that takes any number of them. One is kept without an array, so costs no allocation.
@frozen public enum BulkStringList: Sendable {
    /// Exactly one.
    case one(BulkString)
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
        case .many(let all): all.count
        }
    }

    /// Appends each argument as a bulk string.
    @inlinable
    public func encode(into encoder: inout CommandEncoder) {
        switch self {
        case .one(let argument): argument.encode(into: &encoder)
        case .many(let all): for argument in all { argument.encode(into: &encoder) }
        }
    }

    /// Calls `body` with the bytes of every `stride`-th argument, the first included.
    @inlinable
    public func forEachSpan(by stride: Int = 1, _ body: (Span<UInt8>) -> Void) {
        switch self {
        case .one(let argument): argument.withSpan(body)
        case .many(let all):
            for index in Swift.stride(from: 0, to: all.count, by: stride) { all[index].withSpan(body) }
        }
    }
}
