// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How often a client connected: the checker of N. Pure.
struct ConnectRate: Sendable {
    /// When connections were made, in order.
    var instants: [ContinuousClock.Instant]

    /// The most connects within any second.
    var mostPerSecond: Int {
        var most = 0
        var first = 0
        for (index, instant) in instants.enumerated() {
            while first < index, instants[first].duration(to: instant) >= .seconds(1) { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }
}
