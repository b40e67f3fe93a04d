// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Numbers that follow from a seed alone: the same on every machine and in every version of Swift (SplitMix64).
///
/// A sequence for tests and simulations; nothing about it is secret.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    /// Makes a sequence. Seeds that differ in one bit give sequences that have nothing in common.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A generator for a part of what this one is for; the parts' numbers have nothing in common.
    public func derived(_ index: Int) -> SeededGenerator {
        var start = SeededGenerator(seed: state ^ UInt64(truncatingIfNeeded: index) &* 0xD1B5_4A32_D192_ED03)
        return SeededGenerator(seed: start.next())
    }

    // The standard library's own draws from ranges may change with its versions: these don't.

    /// A number of at least 0 and below 1.
    public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// One of the range's numbers, all equally likely but for less than the range's width in 2⁶⁴.
    public mutating func next(in range: ClosedRange<Int>) -> Int {
        let width = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound)) &+ 1
        let draw = width == 0 ? next() : next().multipliedFullWidth(by: width).high
        return range.lowerBound &+ Int(truncatingIfNeeded: draw)
    }

    /// A time of the range.
    public mutating func next(in range: ClosedRange<Duration>) -> Duration {
        range.lowerBound + (range.upperBound - range.lowerBound) * nextUnit()
    }
}
