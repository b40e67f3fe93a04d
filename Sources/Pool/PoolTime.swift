// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The pool's clock and random source, as closures, so that a simulation can own both.
public struct PoolTime: Sendable {
    /// The present instant.
    public var now: @Sendable () -> ContinuousClock.Instant
    /// Suspends until an instant; throws `CancellationError` at once when the task is cancelled.
    public var sleep: @Sendable (ContinuousClock.Instant) async throws -> Void
    /// Draws a number evenly from a range.
    public var random: @Sendable (ClosedRange<Double>) -> Double

    /// Makes a clock and random source.
    public init(
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (ContinuousClock.Instant) async throws -> Void,
        random: @escaping @Sendable (ClosedRange<Double>) -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// The machine's continuous clock and the system's random numbers.
    public static let live = PoolTime(
        now: { ContinuousClock.now },
        sleep: { try await ContinuousClock().sleep(until: $0) },
        random: { Double.random(in: $0) })
}
