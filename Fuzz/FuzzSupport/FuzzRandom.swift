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

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True once in `count` times.
    mutating func isOne(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    /// How many of `rest` bytes come next: one, few, many, or all.
    mutating func cut(of rest: Int) -> Int {
        let largest =
            switch Int.random(in: 0..<8, using: &self) {
            case 0: 1
            case 1...4: 16
            case 5, 6: 512
            default: rest
            }
        return Int.random(in: 1...max(1, min(largest, rest)), using: &self)
    }
}
