// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How long to wait before the next attempt: exponential, with full jitter.
///
/// The ceiling starts at `initial` and doubles with each failure up to `maximum`; the delay is
/// drawn evenly between zero and the ceiling. Full jitter spreads clients that lost the same
/// server at the same instant, where a fixed delay would bring them all back together.
///
/// A value type without a random source of its own: the drawn number is an argument.
public struct Backoff: Hashable, Sendable {
    /// The ceiling of the first delay.
    public var initial: Duration
    /// The ceiling that is never exceeded.
    public var maximum: Duration
    /// How long a connection has to live before its loss starts again with the first delay.
    ///
    /// A server that accepts and hangs up at once is thereby treated as one that refuses.
    public var stableAfter: Duration

    /// Makes a policy. Negative durations count as zero, a `maximum` below `initial` as the ceiling of all delays.
    ///
    /// By default the longest delay is below a second: a client is back within one of its server's return.
    public init(
        initial: Duration = .milliseconds(50),
        maximum: Duration = .milliseconds(800),
        stableAfter: Duration = .milliseconds(500)
    ) {
        self.initial = initial
        self.maximum = maximum
        self.stableAfter = stableAfter
    }

    /// The largest delay there can be after `failures` failures in a row.
    ///
    /// - Complexity: O(min(`failures`, 63)). Allocates nothing.
    public func ceiling(afterFailures failures: Int) -> Duration {
        guard failures > 0 else { return .zero }
        // Beyond some 30,000 years multiplying would overflow.
        let maximum = max(.zero, min(maximum, .seconds(1 << 40)))
        var ceiling = max(.zero, min(initial, maximum))
        for _ in 1..<min(failures, 63) where ceiling < maximum {
            ceiling *= 2
        }
        return min(ceiling, maximum)
    }

    /// The delay after `failures` failures in a row.
    ///
    /// - Parameters:
    ///   - failures: 1 after the first failure; 0 means no delay.
    ///   - random: drawn evenly from `0...1`; values outside are clamped.
    public func delay(afterFailures failures: Int, random: Double) -> Duration {
        // `min`/`max` in this order also turn NaN into 0.
        ceiling(afterFailures: failures) * max(0, min(random, 1))
    }
}
