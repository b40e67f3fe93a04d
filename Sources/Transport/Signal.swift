// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Lets one task sleep until something is to be done: raised any number of times, it wakes once.
package final class Signal: Sendable {
    private enum State {
        case idle
        case raised
        case awaited(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    package init() {}

    /// Wakes the waiting task, or lets the next wait return at once.
    package func raise() {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if case .awaited(let continuation) = state {
                state = .idle
                return continuation
            }
            state = .raised
            return nil
        }
        continuation?.resume()
    }

    /// Waits until the signal is raised, and takes it down. One task at a time; cancellation doesn't end it.
    package func wait() async {
        await withCheckedContinuation { continuation in
            let isRaised = state.withLock { state -> Bool in
                switch state {
                case .idle:
                    state = .awaited(continuation)
                    return false
                case .raised:
                    state = .idle
                    return true
                case .awaited:
                    preconditionFailure("A Signal is awaited by one task at a time.")
                }
            }
            if isRaised { continuation.resume() }
        }
    }
}
