// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What commands and replies are made of: headers, and bytes with their length before them.
extension EncodingBuffer {
    /// Appends `$`, the count of `bytes`, and the bytes, each with its CRLF.
    ///
    /// One test for room, one store for the header, and, up to 32 bytes, loads and stores of fixed size instead of a
    /// call.
    @unsafe @inlinable @inline(__always)
    mutating func putBulk(_ bytes: UnsafeBufferPointer<UInt8>) {
        let count = bytes.count
        // The longest header has 22 bytes, and stores of eight reach beyond what they append.
        reserve(count &+ 40)
        let value = UInt64(truncatingIfNeeded: count)
        guard value < 100, let source = unsafe UnsafeRawPointer(bytes.baseAddress) else {
            return unsafe putLongBulk(bytes)
        }
        var target = unsafe base + tail
        if value < 10 {
            unsafe target.storeBytes(of: EncodingBuffer.header(0x24, digit: value), as: UInt64.self)
            unsafe target += 4
        } else {
            unsafe target.storeBytes(of: EncodingBuffer.header(0x24, digits: value), as: UInt64.self)
            unsafe target += 5
        }
        unsafe EncodingBuffer.copy(source, to: target, count: count)
        unsafe (target + count).storeBytes(of: UInt16(0x0A0D).littleEndian, as: UInt16.self)
        tail = unsafe target + count + 2 - base
    }

    /// Appends an integer of at most eight digits as a bulk string; false, and nothing is appended, for longer ones.
    @inline(__always)
    mutating func putShortBulk(magnitude: UInt64, isNegative: Bool) -> Bool {
        guard magnitude < 100_000_000 else { return false }
        let digits = DecimalDigits(short: magnitude)
        let sign = isNegative ? 1 : 0
        reserve(40)
        var target = unsafe base + tail
        let length = UInt64(truncatingIfNeeded: digits.leadingCount &+ sign)
        unsafe target.storeBytes(of: EncodingBuffer.header(0x24, digit: length), as: UInt64.self)
        unsafe target.storeBytes(of: 0x2D, toByteOffset: 4, as: UInt8.self)
        unsafe target += 4 + sign
        unsafe target.storeBytes(of: digits.leading.littleEndian, as: UInt64.self)
        unsafe target += digits.leadingCount
        unsafe target.storeBytes(of: UInt16(0x0A0D).littleEndian, as: UInt16.self)
        tail = unsafe target + 2 - base
        return true
    }

    /// Appends a marker and a count with its CRLF.
    @inlinable @inline(__always)
    mutating func putHeader(_ marker: UInt8, _ count: Int) {
        reserve(32)
        let value = UInt64(truncatingIfNeeded: count)
        let target = unsafe base + tail
        if value < 10 {
            unsafe target.storeBytes(of: EncodingBuffer.header(UInt64(marker), digit: value), as: UInt64.self)
            tail &+= 4
        } else if value < 100 {
            unsafe target.storeBytes(of: EncodingBuffer.header(UInt64(marker), digits: value), as: UInt64.self)
            tail &+= 5
        } else {
            putLongHeader(marker, value)
        }
    }

    @unsafe @usableFromInline @inline(never)
    mutating func putLongBulk(_ bytes: UnsafeBufferPointer<UInt8>) {
        putHeader(0x24, bytes.count)
        reserve(bytes.count &+ 8)
        unsafe put(bytes)
        put(0x0A0D, count: 2)
    }

    @usableFromInline @inline(never)
    mutating func putLongHeader(_ marker: UInt8, _ value: UInt64) {
        reserve(32)
        put(UInt64(marker), count: 1)
        put(DecimalDigits(value))
        put(0x0A0D, count: 2)
    }

    /// A marker, a digit and CRLF as a word of four bytes.
    @inlinable @inline(__always)
    static func header(_ marker: UInt64, digit value: UInt64) -> UInt64 {
        (marker | (48 &+ value) << 8 | 0x0A0D << 16).littleEndian
    }

    /// A marker, two digits and CRLF as a word of five bytes.
    @inlinable @inline(__always)
    static func header(_ marker: UInt64, digits value: UInt64) -> UInt64 {
        let tens = value / 10
        return (marker | (48 &+ tens) << 8 | (48 &+ value &- tens &* 10) << 16 | 0x0A0D << 24).littleEndian
    }

    /// Copies `count` bytes, of which none beyond is read or written: two loads and stores that overlap do for up to
    /// 32.
    @unsafe @inlinable @inline(__always)
    static func copy(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int) {
        if count > 32 {
            unsafe target.copyMemory(from: source, byteCount: count)
        } else if count >= 16 {
            unsafe copyEnds(source, to: target, count: count, as: SIMD2<UInt64>.self)
        } else if count >= 8 {
            // Not by two words that overlap: a short string lies in two words that were just stored, and a load across
            // both waits until they are in the cache.
            unsafe target.storeBytes(of: source.loadUnaligned(as: UInt64.self), as: UInt64.self)
            let rest = count &- 8
            if rest >= 4 {
                unsafe copyEnds(source + 8, to: target + 8, count: rest, as: UInt32.self)
            } else if rest > 0 {
                unsafe copyEnds(source + 8, to: target + 8, count: rest, as: UInt8.self)
                let middle = unsafe source.load(fromByteOffset: 8 &+ (rest &>> 1), as: UInt8.self)
                unsafe target.storeBytes(of: middle, toByteOffset: 8 &+ (rest &>> 1), as: UInt8.self)
            }
        } else if count >= 4 {
            unsafe copyEnds(source, to: target, count: count, as: UInt32.self)
        } else if count > 0 {
            unsafe copyEnds(source, to: target, count: count, as: UInt8.self)
            let middle = unsafe source.load(fromByteOffset: count &>> 1, as: UInt8.self)
            unsafe target.storeBytes(of: middle, toByteOffset: count &>> 1, as: UInt8.self)
        }
    }

    @unsafe @inlinable @inline(__always)
    static func copyEnds<Word: BitwiseCopyable>(
        _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int, as type: Word.Type
    ) {
        let rest = count &- MemoryLayout<Word>.size
        let first = unsafe source.loadUnaligned(as: Word.self)
        let last = unsafe source.loadUnaligned(fromByteOffset: rest, as: Word.self)
        unsafe target.storeBytes(of: first, as: Word.self)
        unsafe target.storeBytes(of: last, toByteOffset: rest, as: Word.self)
    }
}
