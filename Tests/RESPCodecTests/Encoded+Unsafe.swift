// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// What `encode` writes.
func encoded(_ encode: (inout CommandEncoder) -> Void) -> [UInt8] {
    var encoder = CommandEncoder()
    encode(&encoder)
    return Array(RESPBytes(encoder.span))
}

/// What `write` writes in a version of the protocol.
func reply(_ version: RESPVersion, _ write: (inout ReplyEncoder) -> Void) -> [UInt8] {
    var encoder = ReplyEncoder(version: version)
    write(&encoder)
    return Array(RESPBytes(encoder.span))
}

/// Where the free space of `output` begins.
func address(of output: inout OutputSpan<UInt8>) -> UInt {
    unsafe output.withUnsafeMutableBufferPointer { buffer, _ in
        UInt(bitPattern: buffer.baseAddress)
    }
}
