// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What stands in for a socket: bytes that are read in pieces.
struct Source {
    let bytes: [UInt8]
    /// As much as one read gives.
    let piece: Int
    private(set) var position = 0

    init(_ input: Input, piece: Int) {
        bytes = input.bytes
        self.piece = piece
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Copies the next bytes into `output`, as a system call would: a piece, or what there is room for.
    @inline(__always)
    mutating func read(into output: inout OutputSpan<UInt8>) {
        let count = min(output.freeCapacity, piece, bytes.count - position)
        unsafe output.withUnsafeMutableBufferPointer { target, filled in
            unsafe bytes.withUnsafeBytes { bytes in
                unsafe UnsafeMutableRawPointer(target.baseAddress! + filled).copyMemory(
                    from: bytes.baseAddress! + position, byteCount: count)
            }
            filled += count
        }
        position += count
    }
}
