// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension Span where Element == UInt8 {
    /// Whether both have the same bytes.
    @usableFromInline
    func hasSameBytes(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        while index &+ 8 <= count {
            if WireWord(self, at: index).bits != WireWord(other, at: index).bits { return false }
            index &+= 8
        }
        while index < count {
            if self[index] != other[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Feeds the bytes and their count to `hasher`.
    func feed(_ hasher: inout Hasher) {
        hasher.combine(count)
        unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}

extension Span where Element == UInt8 {
    /// Whether these are 8 to 64 bytes that are all ASCII.
    @inlinable @inline(__always)
    var isShortASCII: Bool {
        guard count >= 8, count <= 64 else { return false }
        var high = WireWord(self, at: count &- 8).bits
        var index = 0
        while index < count &- 8 {
            high |= WireWord(self, at: index).bits
            index &+= 8
        }
        return high & 0x8080_8080_8080_8080 == 0
    }
}

extension String {
    /// The bytes as text; what isn't UTF-8 becomes U+FFFD.
    @inlinable @inline(__always)
    init(utf8 bytes: Span<UInt8>) {
        // Most text is ASCII, and that is found out here in less time than a call takes.
        if bytes.isShortASCII {
            self = unsafe String(copying: UTF8Span(unchecked: bytes, isKnownASCII: true))
        } else {
            self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }
}

extension Array where Element == UInt8 {
    /// A copy of the bytes.
    @inlinable
    init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
