// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Commands

/// Decides whether a command that failed is sent again, and when. Pure.
///
/// Made when the first attempt has failed (a call that succeeds never has one), asked once per failure.
package struct RetryStateMachine {
    /// What the policy must know of a command, or of the commands of a batch together.
    package struct Subject: Hashable, Sendable {
        var idempotency: CommandMetadata.Idempotency
        /// A script answers what its author wants, so that no error code proves that it has not written.
        var isScript: Bool

        package init(_ metadata: CommandMetadata) {
            idempotency = metadata.idempotency
            isScript = ["EVAL", "EVALSHA", "FCALL"].contains(metadata.name)
        }

        /// Nothing but reading: what an empty batch is.
        static var reading: Subject { Subject(idempotency: .readOnly, isScript: false) }

        private init(idempotency: CommandMetadata.Idempotency, isScript: Bool) {
            self.idempotency = idempotency
            self.isScript = isScript
        }

        /// Of a batch: as careful as its most delicate command.
        mutating func add(_ other: Subject) {
            if idempotency == .readOnly || other.idempotency == .accumulating { idempotency = other.idempotency }
            isScript = isScript || other.isScript
        }
    }

    private enum Failure {
        /// It can't have run.
        case notSent
        /// It can't have run, and the server says what no server says, or hangs up on who introduces itself: it may do so
        /// on every connection.
        case nonsense
        /// Nobody knows whether it ran.
        case lost
        /// The server refused it before it ran.
        case refused
    }

    private let policy: RetryPolicy
    private let subject: Subject
    private let deadline: Moment?
    private var attempts = 0
    private var unknownOutcomes = 0
    private var nonsense = 0
    /// The error of an attempt that may have run. Later ones can't undo that.
    private var unknown: (any Error)?

    /// The most attempts that meet nonsense: the caller is to hear of it, not to wait for its deadline.
    private static let maximumNonsense = 4

    init(_ policy: RetryPolicy, _ subject: Subject, deadline: Moment?) {
        self.policy = policy
        self.subject = subject
        self.deadline = deadline
    }

    /// An attempt failed.
    ///
    /// - Parameter random: from `0...1`, for a delay.
    /// - Returns: how many nanoseconds to wait before the next attempt, or `nil` to give up with ``verdict(on:)``.
    mutating func delay(after error: any Error, now: Moment, random: Double) -> Int64? {
        attempts += 1
        guard policy.scope != .nothing, attempts < policy.maximumAttempts, let failure = classify(error) else {
            return nil
        }
        if failure == .lost {
            unknownOutcomes += 1
            if subject.idempotency != .readOnly { unknown = unknown ?? error }
            guard unknownOutcomes < policy.maximumUnknownOutcomes else { return nil }
        }
        if failure == .nonsense {
            nonsense += 1
            guard nonsense < Self.maximumNonsense else { return nil }
        }
        // Most lost connections are old ones that nobody had used for a while: the next is dialed at once.
        let delay = failure != .refused && attempts == 1 ? 0 : drawDelay(random)
        if let deadline, now + delay >= deadline { return nil }
        return delay
    }

    /// What the caller gets after the last attempt failed with `error`: an error that says "not executed" must be true
    /// of every attempt.
    func verdict(on error: any Error) -> any Error {
        guard let unknown, let certainty = ExecutionCertainty(of: error), !certainty.mayHaveExecuted else {
            return error
        }
        return unknown
    }

    private func classify(_ error: any Error) -> Failure? {
        switch error {
        case ConnectionError.closed(.closedByOwner, _, _), ConnectionError.handshakeBroken(.closedByOwner, _):
            return nil
        case ConnectionError.closed(.malformedReply, .notSent, _), ConnectionError.handshakeBroken,
            ConnectionError.closed(.unsolicitedReply, .notSent, _), ConnectionError.closed(.outOfStep, .notSent, _):
            return .nonsense
        case ConnectionError.closed(_, .notSent, _): return .notSent
        case ConnectionError.closed(.endOfStream, _, _), ConnectionError.closed(.transport, _, _),
            ConnectionError.closed(.silent, _, _):
            return mayRepeat ? .lost : nil
        case let batch as BatchRefusal: return classify(batch.error)
        case let error as ServerError:
            guard !subject.isScript, let refusal = error.refusal, refusal != .notAllowed else { return nil }
            // Redirects of a cluster are its router's business.
            return error.code == .moved || error.code == .ask ? nil : .refused
        default: return nil
        }
    }

    private var mayRepeat: Bool {
        switch subject.idempotency {
        case .readOnly: true
        case .idempotent: policy.scope == .idempotentWrites
        case .accumulating: false
        }
    }

    private func drawDelay(_ random: Double) -> Int64 {
        let limit = max(0, policy.maximumDelay.wholeNanoseconds)
        var ceiling = min(limit, max(0, policy.initialDelay.wholeNanoseconds))
        for _ in 1..<min(attempts, 40) where ceiling < limit { ceiling = min(limit, ceiling * 2) }
        return Int64(Double(ceiling) * max(0, min(random, 1)))
    }
}
