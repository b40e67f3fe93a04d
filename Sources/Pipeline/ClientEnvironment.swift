// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Transport

/// What a client takes from outside: time, randomness, transports, and who watches it.
///
/// The defaults are the real ones; a simulation or a test passes its own, and nothing in the toolkit goes around them.
public struct ClientEnvironment: Sendable {
    /// The present moment on the monotonic clock.
    public var now: @Sendable () -> ContinuousClock.Instant
    /// Returns at the given moment, or throws `CancellationError` when its task is cancelled.
    public var sleep: @Sendable (ContinuousClock.Instant) async throws -> Void
    /// A number drawn evenly from the range; used for jitter.
    public var random: @Sendable (ClosedRange<Double>) -> Double
    /// Makes transports: sockets, or a user's own.
    public var connector: any TransportConnector
    /// Hears what clients do; `nil` costs them nothing.
    public var observer: (any ClientObserver)?

    /// Creates an environment; what is left out is the real thing.
    public init(
        connector: any TransportConnector = SocketConnector(), observer: (any ClientObserver)? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        sleep: @escaping @Sendable (ContinuousClock.Instant) async throws -> Void = {
            try await Task.sleep(until: $0, clock: .continuous)
        },
        random: @escaping @Sendable (ClosedRange<Double>) -> Double = { Double.random(in: $0) }
    ) {
        self.connector = connector
        self.observer = observer
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// Real clock, real randomness, sockets on the shared event loop.
    public static var live: ClientEnvironment { ClientEnvironment() }
}
