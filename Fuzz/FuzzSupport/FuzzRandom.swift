// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Choices that a harness makes, all of them determined by its input: the same file always does the same.
///
/// The input's last bytes are the seed. They stay part of the stream, so that any stream is an input as it is.
struct FuzzRandom: RandomNumberGenerator {
    private var state: UInt64

    init(from bytes: Span<UInt8>) {
        state = UInt64(bytes.count)
        for index in max(0, bytes.count - 4)..<bytes.count { state = state << 8 | UInt64(bytes[index]) }
    }

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `limit`.
    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    /// True once in `count` times.
    mutating func isOne(in count: Int) -> Bool { below(count) == 0 }

    /// How many of `rest` bytes come next: one, few, many, or all.
    mutating func cut(of rest: Int) -> Int {
        let largest =
            switch below(8) {
            case 0: 1
            case 1...4: 16
            case 5, 6: 512
            default: rest
            }
        return 1 + below(max(1, min(largest, rest)))
    }
}
