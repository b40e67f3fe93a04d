// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import Transport

/// Counts something and lets tasks wait until there is enough of it.
final class CountGate: Sendable {
    private struct Waiter {
        var count: Int
        var gate: Gate
    }

    private let state = Mutex((count: 0, waiters: [Waiter]()))

    func increase() {
        let passing = state.withLock { state in
            state.count += 1
            let passing = state.waiters.filter { $0.count <= state.count }
            state.waiters.removeAll { $0.count <= state.count }
            return passing
        }
        for waiter in passing { waiter.gate.open() }
    }

    /// Waits until so many were counted. Ends at once, by `CancellationError`, when the task is cancelled.
    func wait(for count: Int) async throws {
        let gate = state.withLock { state -> Gate? in
            if state.count >= count { return nil }
            let gate = Gate()
            state.waiters.append(Waiter(count: count, gate: gate))
            return gate
        }
        try await gate?.wait()
    }
}
