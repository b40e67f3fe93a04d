// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// An element of a span that is used where it lies.
///
/// Reading `span[index]` makes a copy of the element, and for a string that is longer than 15 bytes, a copy is a retain
/// and a release: two atomic operations, which take three times as long as writing it does. The compiler can't leave
/// them out, since what is written in between might be the span's own memory for all it knows. What can't be copied is
/// not copied: so elements are looked at as this type, which has their layout.
@frozen @usableFromInline
struct LentElement<Value>: ~Copyable {
    @usableFromInline let value: Value
}

/// As ``LentElement``, for a pair: structs and tuples of the same types have the same layout.
@frozen @usableFromInline
struct LentPair<First, Second>: ~Copyable {
    @usableFromInline let first: First
    @usableFromInline let second: Second
}

extension Span {
    /// Calls `body` with every element, in order, without a copy.
    @inlinable @inline(__always)
    func lendEach(_ body: (borrowing LentElement<Element>) -> Void) {
        unsafe withUnsafeBufferPointer { elements in
            guard let start = unsafe UnsafeRawPointer(elements.baseAddress) else { return }
            let lent = unsafe start.assumingMemoryBound(to: LentElement<Element>.self)
            for index in 0..<elements.count { unsafe body(lent[index]) }
        }
    }

    /// Calls `body` with every pair, in order, without a copy.
    @inlinable @inline(__always)
    func lendEachPair<First, Second>(_ body: (borrowing LentPair<First, Second>) -> Void)
    where Element == (First, Second) {
        unsafe withUnsafeBufferPointer { elements in
            guard let start = unsafe UnsafeRawPointer(elements.baseAddress) else { return }
            let lent = unsafe start.assumingMemoryBound(to: LentPair<First, Second>.self)
            for index in 0..<elements.count { unsafe body(lent[index]) }
        }
    }
}
