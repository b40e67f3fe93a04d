// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// A place where one long-lived task sleeps between its turns, woken from any thread.
///
/// A wake-up that finds nobody asleep is kept, once, as a permit; so none is lost. Waking from another task costs no
/// allocation.
final class Parker: Sendable {
    private struct State {
        var sleeper: Suspension<Bool, Never>?
        var hasPermit = false
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Sleeps until woken. False: closed, the task must end.
    func park() async -> Bool {
        await Suspension<Bool, Never>.wait { suspension in
            let answer: Bool? = state.withLock { state in
                if state.isClosed { return false }
                if state.hasPermit {
                    state.hasPermit = false
                    return true
                }
                state.sleeper = suspension
                return nil
            }
            if let answer { suspension.resume(.success(answer)) }
        }
    }

    /// Wakes the sleeper, or makes its next `park` return at once.
    func unpark() {
        let sleeper = state.withLock { state in
            defer { state.sleeper = nil }
            if state.sleeper == nil { state.hasPermit = true }
            return state.sleeper
        }
        sleeper?.resume(.success(true))
    }

    /// Ends the sleeper for good.
    func close() {
        let sleeper = state.withLock { state in
            defer { state.sleeper = nil }
            state.isClosed = true
            return state.sleeper
        }
        sleeper?.resume(.success(false))
    }
}
