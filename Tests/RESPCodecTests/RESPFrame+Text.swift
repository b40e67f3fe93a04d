// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

extension RESPFrame {
    /// A frame from its encoding as text.
    init(_ encoding: String) throws(RESPDecodingError) { try self.init(encoded: Array(encoding.utf8)) }
}

extension Array where Element == UInt8 {
    /// The UTF-8 of `text`, so many times. Copied in large pieces: quick without optimisation, too.
    init(_ text: String, times: Int) {
        self = []
        reserveCapacity(text.utf8.count * times)
        var piece = Array(text.utf8)
        var rest = times
        while rest > 0 {
            if rest & 1 == 1 { self += piece }
            rest >>= 1
            if rest > 0 { piece += piece }
        }
    }
}
