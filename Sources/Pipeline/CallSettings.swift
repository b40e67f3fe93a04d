// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Commands

/// What holds for one call, or some, and not for all calls of a client. See ``NodeClient/with(timeout:)``.
@usableFromInline
package struct CallSettings: Hashable, Sendable {
    /// Until when a call may wait.
    @usableFromInline
    enum Limit: Hashable, Sendable {
        /// As the configuration says; the time that a command blocks by its own wish comes on top.
        case standard
        /// So many nanoseconds from the call, blocking included.
        case timeout(Int64)
        /// Until a moment, blocking included.
        case deadline(Moment)
        /// For as long as it takes.
        case none
    }

    @usableFromInline var limit = Limit.standard
    /// What is sent again; `nil` is as the configuration says.
    @usableFromInline var retries: RetryPolicy.Scope?
    /// Whether the reply is to come over a connection of its own.
    @usableFromInline package var expectsLargeReply = false

    @usableFromInline init() {}

    /// The same with another time limit; `nil` is none.
    package func with(timeout: Duration?) -> CallSettings {
        var settings = self
        settings.limit = timeout.map { .timeout($0.wholeNanoseconds) } ?? .none
        return settings
    }

    /// The same with a deadline; `nil` is none.
    package func with(deadline: ContinuousClock.Instant?) -> CallSettings {
        var settings = self
        settings.limit = deadline.map { .deadline(Moment($0)) } ?? .none
        return settings
    }

    /// The same with another answer to what is sent again.
    package func with(retrying scope: RetryPolicy.Scope) -> CallSettings {
        var settings = self
        settings.retries = scope
        return settings
    }

    /// The same for calls with large replies, or without.
    package func with(largeReply: Bool) -> CallSettings {
        var settings = self
        settings.expectsLargeReply = largeReply
        return settings
    }

    /// What the configuration says.
    @inlinable package static var standard: CallSettings { CallSettings() }

    /// One attempt: for routers, which decide themselves what becomes of a refusal.
    package static let once = CallSettings().with(retrying: .nothing)

    /// When a call that begins `now` stops waiting, given the configuration's timeout in nanoseconds.
    func deadline(from now: Moment, standard: Int64?) -> Moment? {
        switch limit {
        case .standard: standard.map { now + $0 }
        case .timeout(let nanoseconds): now + nanoseconds
        case .deadline(let deadline): deadline
        case .none: nil
        }
    }

    /// The same for a command that waits on the server for up to `time`. Its own time comes on top of the
    /// configuration's, which then is the slack for everything else; a command that waits without end has no deadline,
    /// unless the call was given one.
    func deadline(from now: Moment, standard: Int64?, blocking time: BlockingTime) -> Moment? {
        guard limit == .standard else { return deadline(from: now, standard: standard) }
        guard case .limited(let own) = time else { return nil }
        return standard.map { now + own.wholeNanoseconds + $0 }
    }
}

/// For routers, which count in instants and do their own retries.
extension CallSettings {
    /// When a call that began at `start` stops waiting.
    package func deadline(from start: ContinuousClock.Instant, standard: Duration?) -> ContinuousClock.Instant? {
        switch limit {
        case .standard: standard.map { start + $0 }
        case .timeout(let nanoseconds): start + .nanoseconds(nanoseconds)
        case .deadline(let deadline): deadline.instant
        case .none: nil
        }
    }

    /// The same for a command, given as its bytes, that waits on the server for as long as its arguments say.
    package func deadline(
        from start: ContinuousClock.Instant, standard: Duration?, blocking command: Span<UInt8>
    ) -> ContinuousClock.Instant? {
        deadline(
            from: Moment(start), standard: standard?.wholeNanoseconds, blocking: BlockingTime(ofCommand: command)
        )?.instant
    }

    /// What is sent again, given what the configuration says.
    package func scope(_ policy: RetryPolicy) -> RetryPolicy.Scope { retries ?? policy.scope }
}

extension RetryPolicy.Scope {
    /// Whether a command is sent again of which nobody knows whether it ran.
    package func mayRepeat(_ metadata: CommandMetadata) -> Bool {
        switch self {
        case .nothing: false
        case .harmless: metadata.isReadOnly
        case .idempotentWrites: metadata.isReadOnly || metadata.idempotency != .accumulating
        }
    }
}
