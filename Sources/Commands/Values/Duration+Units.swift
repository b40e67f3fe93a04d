// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The units that the server takes times in. Always rounded up, so that nothing expires or gives up too early; numbers
/// beyond the range of `Int64` become its largest.
extension Duration {
    /// Whole seconds.
    @usableFromInline var inSeconds: Int64 { units(perSecond: 1) }

    /// Whole milliseconds.
    @usableFromInline var inMilliseconds: Int64 { units(perSecond: 1_000) }

    /// Seconds with a fraction, in steps of a millisecond.
    @usableFromInline var inFractionalSeconds: Double { Double(units(perSecond: 1_000)) / 1_000 }

    @usableFromInline func encodeLifetime(into encoder: inout CommandEncoder) {
        if components.attoseconds == 0 {
            encoder.literal("$2\r\nEX\r\n")
            encoder.bulk(inSeconds)
        } else {
            encoder.literal("$2\r\nPX\r\n")
            encoder.bulk(inMilliseconds)
        }
    }

    @usableFromInline func encodeDate(into encoder: inout CommandEncoder) {
        if components.attoseconds == 0 {
            encoder.literal("$4\r\nEXAT\r\n")
            encoder.bulk(inSeconds)
        } else {
            encoder.literal("$4\r\nPXAT\r\n")
            encoder.bulk(inMilliseconds)
        }
    }

    private func units(perSecond scale: Int64) -> Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: scale)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let unit = 1_000_000_000_000_000_000 / scale
        let fraction = attoseconds / unit + (attoseconds % unit > 0 ? 1 : 0)
        let (sum, tooLarge) = whole.addingReportingOverflow(fraction)
        return tooLarge ? .max : sum
    }
}
