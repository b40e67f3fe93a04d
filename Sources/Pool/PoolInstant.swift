// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A moment of the pool's clock, as one number: what the state machine reckons with.
///
/// `ContinuousClock.Instant` hides its layout, so that a struct which holds one is handled through run-time metadata.
/// Sums saturate: no delay that a configuration may hold can overflow.
package struct PoolInstant: Hashable, Comparable, Sendable {
    /// Since the epoch of the system's continuous clock.
    package let nanoseconds: Int64

    private static let epoch = ContinuousClock().systemEpoch

    /// Later than any moment that comes.
    package static let never = PoolInstant(nanoseconds: .max)

    init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package init(_ instant: ContinuousClock.Instant) {
        nanoseconds = Self.epoch.duration(to: instant).saturatedNanoseconds
    }

    package var instant: ContinuousClock.Instant { Self.epoch + .nanoseconds(nanoseconds) }

    package static func < (left: Self, right: Self) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package static func + (left: Self, right: Duration) -> Self {
        left.adding(right.saturatedNanoseconds)
    }

    /// The time from `right` to `left`.
    package static func - (left: Self, right: Self) -> Duration {
        .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
    }

    func adding(_ delay: Int64) -> Self {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(delay)
        return overflow ? .never : Self(nanoseconds: sum)
    }
}

extension Duration {
    /// Rounded towards zero; the nearest number for one that doesn't fit.
    var saturatedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, late) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return late ? (attoseconds < 0 ? .min : .max) : sum
    }
}
