// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation

/// Work that blocks, kept off the threads that Swift's tasks share.
enum BlockingWork {
    /// Runs `body` on a thread of its own and returns what it returns.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Asks `condition` every few milliseconds until it returns a value: for what another process does in its own time.
    ///
    /// - Throws: `TestServerError.timedOut` after `limit`, or what `condition` throws.
    @discardableResult
    static func poll<Value>(
        _ what: String, limit: Duration = .seconds(30), until condition: () throws -> Value?
    ) throws -> Value {
        let clock = ContinuousClock()
        let end = clock.now + limit
        let pause = DispatchSemaphore(value: 0)
        while clock.now < end {
            if let value = try condition() { return value }
            _ = pause.wait(timeout: .now() + .milliseconds(5))
        }
        throw TestServerError.timedOut(waitingFor: what)
    }
}
