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
}

extension Suspension where Failure == Never {
    /// Suspends; `register` gets the suspension, synchronously.
    @inline(__always)
    static func wait(_ register: (Suspension) -> Void) async -> Value {
        await unsafe withUnsafeContinuation { unsafe register(Suspension(continuation: $0)) }
    }
}
