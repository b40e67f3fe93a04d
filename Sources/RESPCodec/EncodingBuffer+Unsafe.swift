// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A queue of bytes in one growing allocation: written at the back, taken from the front.
@safe @frozen @usableFromInline
struct EncodingBuffer: ~Copyable, @unchecked Sendable {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    /// The bytes are those from `head` to `tail`.
    @usableFromInline var head = 0
    @usableFromInline var tail = 0

    @usableFromInline
    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        unsafe base = .allocate(byteCount: self.capacity, alignment: 1)
    }

    // Inlinable, or else the optimiser trips over the setter of a property that holds this type (Swift 6.3.1).
    @inlinable
    deinit { unsafe base.deallocate() }

    @inlinable @inline(__always)
    var count: Int { tail &- head }

    @inlinable
    var span: Span<UInt8> {
        @_lifetime(borrow self) @inline(__always) get { span(first: count) }
    }

    /// The first `count` bytes, of which there are as many.
    @inlinable @inline(__always) @_lifetime(borrow self)
    func span(first count: Int) -> Span<UInt8> {
        precondition(count >= 0 && count <= self.count)
        let start = unsafe UnsafePointer((base + head).assumingMemoryBound(to: UInt8.self))
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: self)
    }

    /// The `count` bytes from the one at `index` on, of which there are as many.
    @inlinable @inline(__always) @_lifetime(borrow self)
    func span(at index: Int, count: Int) -> Span<UInt8> {
        precondition(index >= 0 && count >= 0 && index <= self.count &- count)
        let start = unsafe UnsafePointer((base + head + index).assumingMemoryBound(to: UInt8.self))
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: self)
    }

    /// Makes room for `additional` bytes, whatever is written next.
    @inlinable @inline(__always)
    mutating func reserve(_ additional: Int) {
        if additional > capacity &- tail { grow(additional) }
    }

    @usableFromInline @inline(never)
    mutating func grow(_ additional: Int) {
        let bytes = count
        if head >= bytes, bytes + additional <= capacity {
            unsafe base.copyMemory(from: base + head, byteCount: bytes)
        } else {
            let larger = max(bytes + additional, 2 * capacity)
            let memory = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 1)
            unsafe memory.copyMemory(from: base + head, byteCount: bytes)
            unsafe base.deallocate()
            unsafe base = memory
            capacity = larger
        }
        head = 0
        tail = bytes
    }

    /// Appends the lowest `count` bytes of `word`. There is room for all eight: see ``reserve(_:)``.
    @inlinable @inline(__always)
    mutating func put(_ word: UInt64, count: Int) {
        precondition(tail &+ 8 <= capacity)
        unsafe (base + tail).storeBytes(of: word.littleEndian, as: UInt64.self)
        tail &+= count
    }

    /// Appends `bytes`. There is room for them.
    @inlinable @inline(__always)
    mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count <= capacity &- tail)
        if let start = bytes.baseAddress { unsafe (base + tail).copyMemory(from: start, byteCount: bytes.count) }
        tail &+= bytes.count
    }

    /// Takes `count` bytes from the front.
    @usableFromInline
    mutating func removeFirst(_ count: Int) {
        precondition(count >= 0 && count <= self.count, "more bytes taken than there are")
        head += count
        if head == tail {
            head = 0
            tail = 0
        }
    }

    /// Takes everything but the first `count` bytes off the back.
    @usableFromInline
    mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "more bytes kept than there are")
        tail = head + count
    }

    /// Takes bytes out of the middle; those behind them move up.
    mutating func remove(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "more bytes taken than there are")
        let start = unsafe base + head
        unsafe (start + range.lowerBound).copyMemory(
            from: start + range.upperBound, byteCount: count - range.upperBound)
        tail -= range.count
    }

    /// Takes everything, and gives memory above `bound` bytes back.
    @usableFromInline
    mutating func removeAll(keepingAtMost bound: Int) {
        head = 0
        tail = 0
        guard capacity > bound else { return }
        unsafe base.deallocate()
        capacity = bound
        unsafe base = .allocate(byteCount: bound, alignment: 1)
    }
}
