// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A chunk that somebody else keeps alive, so that views can be copied without counting references.
///
/// Safe because it is only in views that can't outlive the tree that owns the chunk.
@safe @frozen @usableFromInline
struct LentChunk: @unchecked Sendable {
    @usableFromInline let buffer: Unmanaged<ManagedBuffer<Int, UInt8>>?

    @inlinable @inline(__always)
    init(_ chunk: ByteChunk?) {
        if let chunk { unsafe buffer = Unmanaged.passUnretained(chunk.buffer) } else { unsafe buffer = nil }
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
