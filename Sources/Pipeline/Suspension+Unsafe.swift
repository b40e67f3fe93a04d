// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A task that sleeps until somebody hands it a value. Must be resumed exactly once: whoever takes it out of the place
/// where it is kept resumes it. Neither sleeping nor waking allocates here, as a checked continuation would.
@safe
struct Suspension<Value: Sendable, Failure: Error>: Sendable {
    private let continuation: UnsafeContinuation<Value, Failure>

    func resume(_ result: Result<Value, Failure>) { unsafe continuation.resume(with: result) }
}

extension Suspension where Failure == any Error {
    /// Suspends; `register` gets the suspension, synchronously.
    @inline(__always)
    static func wait(_ register: (Suspension) -> Void) async throws -> Value {
        try await unsafe withUnsafeThrowingContinuation { unsafe register(Suspension(continuation: $0)) }
    }

    /// The same; `cancel` is called once when the task is cancelled meanwhile, or at once if it is already.
    @inline(__always)
    static func wait(
        _ register: (Suspension) -> Void, onCancel cancel: @Sendable () -> Void
    ) async throws -> Value {
        #if compiler(<6.4)
            // The same function as it was before it had a parameter for the isolation: it stays where the caller is, and
            // doesn't ask, under the task's lock, which executor the task prefers: a twentieth of a call on an event loop.
            try await _unsafeInheritExecutor_withTaskCancellationHandler(
                operation: { try await wait(register) }, onCancel: cancel)
        #else
            try await withTaskCancellationHandler(operation: { try await wait(register) }, onCancel: cancel)
        #endif
    }
}

extension Suspension where Failure == Never {
    /// Suspends; `register` gets the suspension, synchronously.
    @inline(__always)
    static func wait(_ register: (Suspension) -> Void) async -> Value {
        await unsafe withUnsafeContinuation { unsafe register(Suspension(continuation: $0)) }
    }
}
