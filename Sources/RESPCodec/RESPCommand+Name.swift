// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPCommand {
    /// The name, as it was sent: `get`, `GET` or `Get`. O(1); up to 23 bytes don't allocate.
    public var name: RESPBytes { withName { name in RESPBytes(name) } }

    /// The name with its letters a–z as capitals, which is how commands are told apart: as the key of a dictionary of
    /// handlers, or in a `switch`. O(1); up to 23 bytes don't allocate.
    public var uppercasedName: RESPBytes {
        withName { name in
            guard name.count <= ByteStorage.inlineCapacity else {
                return RESPBytes(Array(copying: name).map { $0 &- 0x61 < 26 ? $0 &- 0x20 : $0 })
            }
            var storage = ByteStorage(inlining: name)
            storage.words = [
                WireWord(bits: storage.words[0]).uppercased, WireWord(bits: storage.words[1]).uppercased,
                // The count in the last byte is no letter.
                WireWord(bits: storage.words[2]).uppercased,
            ]
            return RESPBytes(storage: storage)
        }
    }

    /// Whether the name is `name`, the case of the letters A–Z left aside. Allocates nothing.
    public func isNamed(_ name: String) -> Bool {
        let wanted = name.utf8Span
        return withName { $0.hasSameLetters(as: wanted.span) }
    }
}

extension WireWord {
    /// The word with ASCII's small letters as capitals.
    var uppercased: UInt64 {
        let sevenBits = bits & 0x7F7F_7F7F_7F7F_7F7F
        let fromA = sevenBits &+ 0x1F1F_1F1F_1F1F_1F1F
        let beyondZ = sevenBits &+ 0x0505_0505_0505_0505
        let isSmall = (fromA ^ beyondZ) & ~bits & 0x8080_8080_8080_8080
        return bits &- isSmall >> 2
    }

    /// The number of a first line in a complete frame, and where the line ends.
    @inlinable @inline(__always)
    static func number(in bytes: Span<UInt8>, behindMarkerAt index: Int) -> (value: Int, end: Int) {
        if let word = WireWord(bytes, behindMarkerAt: index) {
            let (value, width) = word.length
            if width > 0 { return (value, index &+ width &+ 1) }
        }
        var value = 0
        var end = index &+ 1
        while end < bytes.count, bytes[end] != 0x0D {
            value = value &* 10 &+ Int(bytes[end] & 0x0F)
            end &+= 1
        }
        return (value, end &+ 2)
    }
}

extension Span where Element == UInt8 {
    /// Whether both have the same bytes, the case of the letters A–Z left aside.
    func hasSameLetters(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count {
            let difference = self[index] ^ other[index]
            if difference == 0 { continue }
            guard difference == 0x20, (self[index] | 0x20) &- 0x61 < 26 else { return false }
        }
        return true
    }
}
