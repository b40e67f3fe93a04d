// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a client sends again by itself, and when. No retry begins after the deadline of its call.
///
/// Calls that are under way together have no order among themselves, whether one of them is sent again or not; a call
/// that begins after another has returned runs after it, except after a write that was sent twice, see
/// ``Scope/idempotentWrites``.
public struct RetryPolicy: Hashable, Sendable {
    /// Which commands are sent again.
    @frozen public enum Scope: Hashable, Sendable {
        /// None: every call is one attempt.
        case nothing
        /// What surely did not run (it was not sent, or the server refused it before it ran), and what only reads.
        case harmless
        /// These, and writes that leave the data as one execution would (`SET`, `DEL`, `HSET`; see
        /// `CommandMetadata.Idempotency`), after an unknown outcome.
        ///
        /// By choice only: what was sent on the lost connection may still lie before the server, and run after the retry
        /// and after later writes to the same key. The reply may be that of the second execution.
        case idempotentWrites
    }

    /// Which commands are sent again.
    public var scope = Scope.harmless
    /// The most attempts for one call, the first included; for calls without a deadline the only bound.
    public var maximumAttempts = 32
    /// The most attempts of which nobody knows whether they ran. A command that always costs its connection ends so.
    public var maximumUnknownOutcomes = 4
    /// The ceiling of the first delay; it doubles with every further attempt. The delay is drawn evenly between zero and
    /// the ceiling ("full jitter"). A lost connection is replaced without delay the first time.
    public var initialDelay = Duration.milliseconds(10)
    /// The ceiling that is never exceeded.
    public var maximumDelay = Duration.seconds(1)

    /// The policy with the defaults.
    public init(scope: Scope = .harmless) { self.scope = scope }
}
