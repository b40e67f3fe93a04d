// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands

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
    @usableFromInline var expectsLargeReply = false

    @usableFromInline init() {}

    /// What the configuration says.
    @inlinable package static var standard: CallSettings { CallSettings() }

    /// One attempt: for routers, which decide themselves what becomes of a refusal.
    package static let once: CallSettings = {
        var settings = CallSettings()
        settings.retries = .nothing
        return settings
    }()

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
