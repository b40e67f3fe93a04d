// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension Span<UInt8> {
    /// The first eight bytes as a number, in the order of the machine; of fewer bytes those, in some order.
    var firstWord: UInt64 {
        if count >= 8 { return unsafe bytes.unsafeLoadUnaligned(as: UInt64.self) }
        return indices.reduce(0) { $0 << 8 | UInt64(self[$1]) }
    }
}
