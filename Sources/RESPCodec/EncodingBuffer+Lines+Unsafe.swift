// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension EncodingBuffer {
    /// Appends `bytes` with every CR and every LF in them replaced by a space, as the server does with text that goes
    /// into a line (`addReplyErrorFormat`): what comes from somebody else must not end the line.
    mutating func putText(_ bytes: Span<UInt8>) {
        reserve(bytes.count &+ 8)
        let start = unsafe base + tail
        put(bytes)
        for index in 0..<bytes.count {
            let byte = unsafe start.load(fromByteOffset: index, as: UInt8.self)
            if byte == 0x0D || byte == 0x0A { unsafe start.storeBytes(of: 0x20, toByteOffset: index, as: UInt8.self) }
        }
    }

    /// Inserts a marker and a count with its CRLF before the byte at `index`. O(bytes behind it).
    mutating func insertHeader(_ marker: UInt8, _ count: Int, at index: Int) {
        precondition(index >= 0 && index <= self.count)
        let behind = self.count - index
        // The header goes to the end, from where it is as long as it will be, and then to its place.
        putHeader(marker, count)
        let length = self.count - index - behind
        reserve(length)
        let place = unsafe base + head + index
        unsafe (place + behind + length).copyMemory(from: place + behind, byteCount: length)
        unsafe (place + length).copyMemory(from: place, byteCount: behind)
        unsafe place.copyMemory(from: place + behind + length, byteCount: length)
    }
}
