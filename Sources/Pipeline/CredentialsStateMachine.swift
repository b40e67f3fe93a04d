// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool

/// Decides when a provider is asked for credentials. Pure: time and randomness are arguments.
struct CredentialsStateMachine {
    /// What somebody who needs credentials does.
    enum Need: Equatable {
        /// Those at hand are good.
        case use
        /// Waits for the request that is under way, or, with `ask`, for the one that it starts.
        case wait(ask: Bool)
    }

    /// How often credentials have come; tells which ones a connection has.
    private(set) var version = 0
    /// When `timerFired` is to be called; `nil` for never.
    private(set) var wakesAt: Moment?
    private var isAsking = false
    private var expiresAt: Moment?
    private var failures = 0

    private static let backoff = Backoff(initial: .seconds(1), maximum: .seconds(30))
    /// However short a time credentials are given for, they are not asked for more often than this by themselves.
    private static let shortest = Duration.seconds(1).wholeNanoseconds

    mutating func need(now: Moment) -> Need {
        if version > 0, expiresAt.map({ now < $0 }) ?? true { return .use }
        defer { isAsking = true }
        return .wait(ask: !isAsking)
    }

    /// Credentials came. They are renewed after three quarters of their time, or a little later, by `random` in `0...1`:
    /// servers with many clients are not asked by all at once.
    mutating func received(validFor: Duration?, now: Moment, random: Double) {
        isAsking = false
        failures = 0
        version += 1
        guard let validFor else {
            (expiresAt, wakesAt) = (nil, nil)
            return
        }
        let time = max(0, validFor.wholeNanoseconds)
        expiresAt = now + time
        wakesAt = now + max(Self.shortest, Int64(Double(time) * (0.75 + 0.1 * max(0, min(random, 1)))))
    }

    /// The provider failed, or a server refused what it gave. Asked again after a while, if it has ever answered; until
    /// then the next one in need asks.
    mutating func failed(now: Moment, random: Double) {
        isAsking = false
        failures += 1
        guard version > 0 else { return }
        wakesAt = now + Self.backoff.delay(afterFailures: failures, random: random).wholeNanoseconds
    }

    /// Time has passed. True: ask now.
    mutating func timerFired(now: Moment) -> Bool {
        guard let due = wakesAt, due <= now else { return false }
        wakesAt = nil
        guard !isAsking else { return false }
        isAsking = true
        return true
    }
}
