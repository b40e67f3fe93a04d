// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import Transport

    /// Memory for what has arrived and is not decrypted yet: filled when it is empty, consumed from the front.
    @safe
    struct CiphertextBuffer: ~Copyable, @unchecked Sendable {
        private let memory: UnsafeMutableBufferPointer<UInt8>
        private var start = 0
        private var end = 0

        /// Room for two records; a read of the socket takes what is there up to that.
        init(capacity: Int = 2 * (16 * 1024 + 256)) {
            unsafe memory = UnsafeMutableBufferPointer.allocate(capacity: capacity)
        }

        deinit { unsafe memory.deallocate() }

        var isEmpty: Bool { start == end }

        /// What is there.
        var unread: Span<UInt8> {
            @_lifetime(borrow self)
            get {
                let bytes = unsafe UnsafeBufferPointer(memory.extracting(start..<end))
                return unsafe _overrideLifetime(Span(_unsafeElements: bytes), borrowing: self)
            }
        }

        /// Drops bytes from the front.
        mutating func consume(_ count: Int) {
            start += count
            if start == end { (start, end) = (0, 0) }
        }

        /// Has the memory filled. Call it when nothing is left.
        mutating func fill(
            _ read: (inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult
        ) throws(TransportError) -> ReadResult {
            var buffer = unsafe OutputSpan(buffer: memory, initializedCount: 0)
            // What throws or doesn't read has filled nothing.
            let result = try read(&buffer)
            (start, end) = (0, unsafe buffer.finalize(for: memory))
            return result
        }
    }

#endif
