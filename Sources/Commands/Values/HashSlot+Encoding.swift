// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

extension HashSlot: ExpressibleByIntegerLiteral {
    /// The slot of a number that stands in the program: 0 to 16,383. Another number there is a mistake, and traps.
    public init(integerLiteral number: UInt16) {
        precondition(number < HashSlot.count, "there is no slot of this number")
        self.rawValue = number
    }
}

extension HashSlot {
    /// All slots there are: 0 to 16,383.
    public static var all: ClosedRange<HashSlot> { 0...16_383 }

    @inlinable func encode(into encoder: inout CommandEncoder) { encoder.bulk(index) }
}

extension ClosedRange<HashSlot> {
    /// The first and the last, as two arguments.
    @inlinable func encode(into encoder: inout CommandEncoder) {
        lowerBound.encode(into: &encoder)
        upperBound.encode(into: &encoder)
    }
}
