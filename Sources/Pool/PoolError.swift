// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Why a pool handed out no connection.
///
/// None of these means that a command was sent. A failed dial that ends waiting at once (the
/// first one ever, or a permanent cause) is thrown as it is, not wrapped in this type.
@nonexhaustive
public enum PoolError: Error, Sendable {
    /// The pool was closed, or is about to be.
    case closed
    /// The deadline passed after the caller had waited for `waited`.
    ///
    /// `lastFailure` is why the last dial failed, or why the connection that it brought ended at once; `nil` if dialing
    /// was not the problem: all connections were in use.
    case waitTimedOut(waited: Duration, lastFailure: (any Error)?)
    /// There are already `limit` callers waiting.
    case tooManyWaiters(limit: Int)
}

extension PoolError: CustomStringConvertible {
    /// One sentence that says what happened.
    public var description: String {
        switch self {
        case .closed:
            "the connection pool is closed"
        case .waitTimedOut(let waited, let lastFailure?):
            "no connection within \(waited); the last dial failed: \(lastFailure)"
        case .waitTimedOut(let waited, nil):
            "no connection became free within \(waited)"
        case .tooManyWaiters(let limit):
            "already \(limit) callers wait for a connection"
        }
    }
}
