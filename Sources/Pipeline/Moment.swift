// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A point in time, in nanoseconds since the continuous clock's epoch.
///
/// What `ContinuousClock.Instant` says, in a type whose layout the compiler knows: the standard library keeps the
/// instant's layout to itself, and every struct that holds one is then handled through run-time metadata. Without them
/// the load generator's lone GETs took 15 % fewer instructions.
@usableFromInline
package struct Moment: Hashable, Comparable, Sendable {
    let nanoseconds: Int64

    private static let epoch = ContinuousClock().systemEpoch

    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package init(_ instant: ContinuousClock.Instant) {
        nanoseconds = Self.epoch.duration(to: instant).wholeNanoseconds
    }

    var instant: ContinuousClock.Instant { Self.epoch + .nanoseconds(nanoseconds) }

    @usableFromInline
    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates: a deadline too far to be counted never comes.
    static func + (left: Moment, right: Int64) -> Moment {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right)
        return Moment(nanoseconds: overflow ? .max : sum)
    }
}

extension ClientEnvironment {
    /// The present moment. Not inlined: a function that handles an instant itself takes memory for it at run time where
    /// it begins, and an asynchronous one from its task, which costs more than a look at the clock.
    @inline(never)
    var moment: Moment { Moment(now()) }
}

extension Duration {
    /// The duration in nanoseconds, rounded towards zero; the largest number for one that doesn't fit.
    var wholeNanoseconds: Int64 {
        // What clocks say, in a single division instead of those of 128 bits by 128.
        let total = attoseconds
        let high = total >> 64
        if high >= 0, high < 500_000_000 {
            let low = UInt64(truncatingIfNeeded: total)
            let (nanoseconds, _) = UInt64(1_000_000_000).dividingFullWidth((UInt64(truncatingIfNeeded: high), low))
            return Int64(truncatingIfNeeded: nanoseconds)
        }
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, late) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return late ? .max : sum
    }
}
