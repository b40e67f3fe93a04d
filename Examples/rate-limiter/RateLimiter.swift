// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

/// Lets everybody do something so often in a minute, counted by a server for all processes together.
///
/// A limiter must not be the reason why a service is down: when the server doesn't answer, everybody is let in, and the
/// server is left alone for half a minute.
actor RateLimiter {
    private let client: ValkeyClient
    private let limit: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private var asksAgain: ContinuousClock.Instant?

    init(client: ValkeyClient, limit: Int, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.client = client
        self.limit = limit
        self.now = now
    }

    /// Counts one more, and says whether it is within the limit.
    func admits(_ user: String) async -> Bool {
        if let asksAgain, now() < asksAgain { return true }
        do {
            let count = try await client.incr("limit:" + user)
            if count == 1 { _ = try await client.expire("limit:" + user, .seconds(60)) }
            asksAgain = nil
            return count <= limit
        } catch {
            asksAgain = now() + .seconds(30)
            return true
        }
    }
}
