// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Whether a thread that is held until replies come is held for a short time only.
///
/// Where the round trip is long (a network, a slow command), each wait holds a thread for nothing. The gauge then says
/// so, and has a single wait tried again now and then.
struct InlineWaitGauge: Equatable, Sendable {
    /// Up to how many nanoseconds a wait is short. Zero: there is no waiting at all.
    private let limit: Int64
    /// How often lately a wait wasn't short.
    private var strikes = 0
    /// How many waits were advised against since the last one.
    private var skipped = 0

    init(limit: Int64) { self.limit = limit }

    /// Strikes after which waits stop, and how many are left out until one is tried again.
    static let patience = 4
    static let pause = 256
    /// A wait that ended without a reply has held a thread for as long as the transport allows: it counts more than
    /// one that was merely slow.
    static let strikesForLate = 2

    /// Whether waits are short, as far as is known.
    var pays: Bool { limit > 0 && strikes < Self.patience }

    /// Whether the next wait must be timed: always while in doubt, otherwise a sample is enough.
    var isInDoubt: Bool { strikes > 0 }

    /// Whether to wait now.
    mutating func mayWait() -> Bool {
        if pays { return true }
        guard limit > 0 else { return false }
        skipped += 1
        guard skipped >= Self.pause else { return false }
        skipped = 0
        strikes = Self.patience - 1
        return true
    }

    /// A timed wait ended with bytes after `nanoseconds`.
    mutating func ended(after nanoseconds: Int64) {
        if nanoseconds > limit { strike(1) } else { strikes = 0 }
    }

    /// A wait ended with nothing.
    mutating func endedLate() { strike(Self.strikesForLate) }

    private mutating func strike(_ count: Int) { strikes = min(strikes + count, Self.patience) }
}
