// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Memory that received bytes lie in: one allocation, shared by the decoder that fills it and the values that refer to
/// parts of it.
///
/// Safe to share although it is written to: the decoder writes behind what it has handed out, and from the start again
/// only when nobody else refers to the chunk.
@safe @frozen @usableFromInline
struct ByteChunk: @unchecked Sendable {
    /// The header is the capacity that was asked for.
    @usableFromInline var buffer: ManagedBuffer<Int, UInt8>

    /// Makes a chunk with room for `capacity` bytes.
    @usableFromInline
    init(capacity: Int) {
        buffer = ManagedBuffer.create(minimumCapacity: capacity) { _ in capacity }
    }

    /// Makes a chunk that holds a copy of `bytes` and nothing else.
    @usableFromInline
    init(copying bytes: Span<UInt8>) {
        self.init(capacity: bytes.count)
        write(bytes, at: 0)
    }

    /// Read through a pointer: an access to the property itself is checked for exclusivity at run time, at the price of
    /// some 80 instructions per frame.
    @inlinable @inline(__always)
    var capacity: Int { unsafe buffer.withUnsafeMutablePointerToHeader { unsafe $0.pointee } }

    /// Whether nothing else refers to the chunk.
    var isUnique: Bool {
        mutating get { isKnownUniquelyReferenced(&buffer) }
    }

    @unsafe @inlinable @inline(__always)
    var base: UnsafeMutablePointer<UInt8> {
        unsafe buffer.withUnsafeMutablePointerToElements { pointer in unsafe pointer }
    }

    /// The `count` bytes from `offset` on; they must have been written before.
    @inlinable @inline(__always) @_lifetime(borrow self)
    func span(at offset: Int, count: Int) -> Span<UInt8> {
        precondition(offset >= 0 && count >= 0 && offset &+ count <= capacity)
        let span = unsafe Span(_unsafeStart: UnsafePointer(base + offset), count: count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Copies `bytes` to `offset`.
    @usableFromInline
    func write(_ bytes: Span<UInt8>, at offset: Int) {
        precondition(offset >= 0 && offset <= capacity - bytes.count)
        unsafe bytes.withUnsafeBufferPointer { source in
            if let start = source.baseAddress {
                unsafe (base + offset).update(from: start, count: source.count)
            }
        }
    }

    /// Moves `count` bytes from `offset` to the start.
    func moveToStart(from offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && offset + count <= capacity)
        unsafe base.update(from: base + offset, count: count)
    }

    /// Lends the `count` bytes from `offset` on as free space, and says how many of them were filled.
    @inlinable
    func fill<R: ~Copyable, E: Error>(
        at offset: Int, count: Int, filled: inout Int, _ body: (inout OutputSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        precondition(offset >= 0 && count >= 0 && offset &+ count <= capacity)
        let free = unsafe UnsafeMutableBufferPointer(start: base + offset, count: count)
        var output = unsafe OutputSpan(buffer: free, initializedCount: 0)
        let result: R
        do throws(E) {
            result = try body(&output)
        } catch {
            filled = unsafe output.finalize(for: free)
            throw error
        }
        filled = unsafe output.finalize(for: free)
        return result
    }
}
