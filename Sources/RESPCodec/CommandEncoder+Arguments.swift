// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Arguments from arrays, lent by a span and so neither copied nor retained one by one.
///
/// ```swift
/// let fields = [("name", "Ada"), ("born", "1815")]
/// encoder.command(2 + 2 * fields.count)
/// encoder.bulk("HSET")
/// encoder.bulk("user:1")
/// encoder.bulk(pairs: fields.span)
/// ```
extension CommandEncoder {
    /// Appends every element as a bulk string.
    @inlinable @inline(__always)
    public mutating func bulk<Argument: CommandArgument>(contentsOf arguments: Span<Argument>) {
        arguments.lendEach { $0.value.encode(into: &self) }
    }

    /// Appends both elements of every pair as bulk strings: first, second, first, second, …
    @inlinable @inline(__always)
    public mutating func bulk<First: CommandArgument, Second: CommandArgument>(pairs: Span<(First, Second)>) {
        pairs.lendEachPair {
            $0.first.encode(into: &self)
            $0.second.encode(into: &self)
        }
    }
}
