// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Bytes waiting between one who writes and one who reads, first in, first out. It grows; its users bound it.
package struct ByteQueue: Sendable {
    private var storage: [UInt8] = []
    /// Bytes at the front of the storage that were taken already.
    private var taken = 0

    package init() {}

    /// Bytes waiting.
    package var count: Int { storage.count - taken }
    package var isEmpty: Bool { count == 0 }

    /// Appends the first `limit` of the bytes.
    package mutating func append(_ bytes: Span<UInt8>, atMost limit: Int = .max) {
        unsafe bytes.extracting(first: min(limit, bytes.count)).withUnsafeBufferPointer { bytes in
            unsafe storage.append(contentsOf: bytes)
        }
    }

    /// Moves bytes to the end of `buffer`: as many as there are, as it has room for, and `limit` at most.
    ///
    /// - Returns: bytes moved.
    package mutating func move(into buffer: inout OutputSpan<UInt8>, atMost limit: Int = .max) -> Int {
        let moved = min(count, buffer.freeCapacity, limit)
        let start = taken
        unsafe buffer.withUnsafeMutableBufferPointer { target, initialized in
            unsafe storage.withUnsafeBufferPointer { source in
                let bytes = unsafe UnsafeBufferPointer(rebasing: source[start..<start + moved])
                _ = unsafe target[initialized...].initialize(fromContentsOf: bytes)
            }
            initialized += moved
        }
        removeFirst(moved)
        return moved
    }

    /// Lends the first bytes, `limit` at most, to a closure.
    package func withBytes<R, Failure: Error>(
        atMost limit: Int = .max, _ body: (Span<UInt8>) throws(Failure) -> R
    ) throws(Failure) -> R {
        try body(storage.span.extracting(taken..<taken + min(count, limit)))
    }

    /// Takes all bytes out.
    package mutating func takeAll() -> [UInt8] {
        let bytes = taken == 0 ? storage : Array(storage[taken...])
        removeAll()
        return bytes
    }

    package mutating func removeAll() {
        storage = []
        taken = 0
    }

    /// Takes out the first bytes, of which there must be so many.
    package mutating func removeFirst(_ removed: Int) {
        taken += removed
        if taken == storage.count {
            storage.removeAll(keepingCapacity: true)
            taken = 0
        } else if taken > 64 * 1024, taken > storage.count / 2 {
            // Moves fewer bytes than were taken since the last time: O(1) per byte.
            storage.removeFirst(taken)
            taken = 0
        }
    }
}
