// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension FrameStorage {
    /// The bytes of the header (`$5\r\n`, `$16\r\n`) if this is a bulk string of up to 16 bytes that lies inside the value,
    /// without attributes before it; 0 for everything else.
    ///
    /// The frame is complete and well formed, so that its kind and the place of the line's end say it all.
    @inlinable @inline(__always)
    var shortStringHeader: Int {
        guard chunk == nil else { return 0 }
        let word = UInt64(littleEndian: words.0)
        guard word & 0xFF == 0x24, word >> 8 & 0xFF != 0x2D else { return 0 }  // `$`, and no `-` of RESP2's null
        if word >> 16 & 0xFF == 0x0D { return 4 }
        return word >> 24 & 0xFF == 0x0D ? 5 : 0
    }
}

extension ByteStorage {
    /// The payload of a bulk string that lies inside a frame's value: its words, without the end of the line, moved by the
    /// header's length. What follows a frame in its words is zero already, but for the count.
    @inlinable @inline(__always)
    init(shortStringIn frame: FrameStorage, behind header: Int) {
        let end = frame.inlineCount &- 2
        precondition(end >= header && end <= ByteStorage.inlineCapacity)
        let bit = UInt64(truncatingIfNeeded: (end & 7) &* 8)
        // The line's end may lie in two words.
        let lineEnd = (UInt64(0x0A0D) &<< bit, bit == 56 ? UInt64(0x0A) : 0)
        let place = end &>> 3
        let first = UInt64(littleEndian: frame.words.0) ^ (place == 0 ? lineEnd.0 : 0)
        let second = UInt64(littleEndian: frame.words.1) ^ (place == 1 ? lineEnd.0 : place == 0 ? lineEnd.1 : 0)
        let bytes = UInt64(littleEndian: frame.words.2) & 0x00FF_FFFF_FFFF_FFFF
        let third = bytes ^ (place == 2 ? lineEnd.0 : place == 1 ? lineEnd.1 : 0)
        let (low, high) = (UInt64(truncatingIfNeeded: header &* 8), UInt64(truncatingIfNeeded: 64 &- header &* 8))
        chunk = nil
        words = [
            (first &>> low | second &<< high).littleEndian, (second &>> low | third &<< high).littleEndian,
            (third &>> low | UInt64(truncatingIfNeeded: end &- header) &<< 56).littleEndian,
        ]
    }
}
