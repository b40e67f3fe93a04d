// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// A result that one task waits for, completed once from anywhere; cancellation of the waiting task completes it too.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case pending
        case awaited(CheckedContinuation<Value, any Error>)
        case completed(Result<Value, any Error>)
    }

    private let state = Mutex(State.pending)

    /// Whether there is a result already, cancellation included.
    var isCompleted: Bool {
        state.withLock { if case .completed = $0 { true } else { false } }
    }

    /// Completes it. Later calls do nothing.
    func complete(_ result: Result<Value, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .pending:
                state = .completed(result)
                return nil
            case .awaited(let continuation):
                state = .completed(result)
                return continuation
            case .completed:
                return nil
            }
        }
        continuation?.resume(with: result)
    }

    /// Waits for the result. Call it once.
    func value() async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<Value, any Error>? in
                    switch state {
                    case .pending:
                        state = .awaited(continuation)
                        return nil
                    case .awaited:
                        preconditionFailure("A OneShot is awaited by one task, once.")
                    case .completed(let result):
                        return result
                    }
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            complete(.failure(CancellationError()))
        }
    }
}
