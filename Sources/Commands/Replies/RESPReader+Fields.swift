// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

extension RESPReader {
    /// Skips what newer servers may have put behind the elements that are known.
    mutating func skipRest(_ count: Int) {
        for _ in 0..<max(0, count) { skip() }
    }
}
