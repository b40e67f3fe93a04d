// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// What one task at a time waits at until it is opened; it closes behind who passes.
package final class Gate: Sendable {
    private enum State {
        case closed
        case open
        case awaited(CheckedContinuation<Void, any Error>)
    }

    private let state = Mutex(State.closed)

    package init() {}

    /// Lets the waiting task pass, or the next one.
    package func open() {
        take(else: .open)?.resume()
    }

    /// Waits until the gate is open. Ends at once, by `CancellationError`, when the task is cancelled.
    package func wait() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOpen = state.withLock { state -> Bool in
                    switch state {
                    case .open:
                        state = .closed
                        return true
                    case .closed:
                        state = .awaited(continuation)
                        return false
                    case .awaited:
                        preconditionFailure("One task at a time reads, and one writes.")
                    }
                }
                if isOpen {
                    continuation.resume()
                } else if Task.isCancelled {
                    // The handler may have run before the continuation was there.
                    take(else: nil)?.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            take(else: nil)?.resume(throwing: CancellationError())
        }
    }

    private func take(else next: State?) -> CheckedContinuation<Void, any Error>? {
        state.withLock { state in
            if case .awaited(let continuation) = state {
                state = .closed
                return continuation
            }
            if let next { state = next }
            return nil
        }
    }
}
