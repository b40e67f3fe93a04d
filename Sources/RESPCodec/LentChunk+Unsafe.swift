// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A chunk that somebody else keeps alive, so that readers and views are made and copied without counting references.
///
/// Safe because it is only in what can't outlive the frame, tree or decoder that owns the chunk.
@safe @frozen @usableFromInline
struct LentChunk: @unchecked Sendable {
    @usableFromInline let buffer: Unmanaged<ManagedBuffer<Int, UInt8>>?

    @inlinable @inline(__always)
    init(_ chunk: ByteChunk?) {
        if let chunk { unsafe buffer = Unmanaged.passUnretained(chunk.buffer) } else { unsafe buffer = nil }
    }

    /// The `count` bytes from `offset` on, which were written before; nil without a chunk. Whoever keeps that alive has to
    /// do so as long as they are used.
    @unsafe @inlinable @inline(__always) @_lifetime(immortal)
    func span(at offset: Int, count: Int) -> Span<UInt8>? {
        guard let buffer = unsafe buffer else { return nil }
        let (base, capacity) = unsafe buffer._withUnsafeGuaranteedRef { buffer in
            unsafe buffer.withUnsafeMutablePointers { header, elements in unsafe (elements, header.pointee) }
        }
        precondition(offset >= 0 && count >= 0 && offset &+ count <= capacity)
        let span = unsafe Span(_unsafeStart: UnsafePointer(base + offset), count: count)
        return unsafe _overrideLifetime(span, copying: ())
    }

    /// The chunk, kept alive from now on.
    @usableFromInline
    var chunk: ByteChunk? {
        guard let buffer = unsafe buffer else { return nil }
        return ByteChunk(buffer: unsafe buffer.takeUnretainedValue())
    }
}

extension ByteChunk {
    init(buffer: ManagedBuffer<Int, UInt8>) { self.buffer = buffer }
}
