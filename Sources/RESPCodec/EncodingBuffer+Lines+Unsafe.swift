// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension EncodingBuffer {
    /// Appends `bytes` with every CR and every LF in them replaced by a space, as the server does with text that goes
    /// into a line (`addReplyErrorFormat`): what comes from somebody else must not end the line.
    mutating func putText(_ bytes: Span<UInt8>) {
        reserve(bytes.count &+ 8)
        let target = unsafe base + tail
        unsafe bytes.withUnsafeBytes { source in
            // Without a branch, so that it is done by vectors.
            for index in 0..<bytes.count {
                let byte = unsafe source[index]
                unsafe target.storeBytes(
                    of: byte == 0x0D || byte == 0x0A ? 0x20 : byte, toByteOffset: index, as: UInt8.self)
            }
        }
        tail &+= bytes.count
    }

    /// Appends a line: a marker, text as ``putText(_:)`` does, and CRLF.
    mutating func putTextLine(_ marker: UInt8, _ text: Span<UInt8>) {
        reserve(text.count &+ 24)
        put(UInt64(marker), count: 1)
        putText(text)
        put(0x0A0D, count: 2)
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
