// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Decides when silence means that a connection is dead, and when to ask for a sign of life. Pure.
///
/// A peer that has vanished is noticed by TCP after minutes, and one whose bytes get lost on the way never: replies
/// would be owed for ever. While replies are owed, this looks four times per limit whether anything was received since
/// the last look, so that receiving itself costs no reading of the clock. A PING would tell no more: it would be answered
/// behind the replies that are owed. Replies that come too late for their callers are no sign of life while more are owed, or
/// a connection that is out of step by one lost reply would live for ever.
///
/// A connection that owes nothing is silent by right. One that is to be kept alive is looked at four times per interval;
/// when nothing has come for a whole one a PING is due, whose reply is owed then like any other. (Subscribers
/// ping by themselves: see `SubscriptionStateMachine`.)
struct LivenessStateMachine: Equatable, Sendable {
    enum Action: Equatable {
        /// Nothing is owed any more; `expect` begins anew.
        case stop
        /// Look again then.
        case look(at: Moment)
        /// Send a PING now, and look again then.
        case ping(thenLookAt: Moment)
        /// The connection is dead.
        case giveUp
    }

    private enum Watch: Equatable {
        /// Nobody looks. Goes to `owed`, `idle`.
        case nothing
        /// Replies are owed: silence is suspicious. Goes to all others.
        case owed
        /// What is in flight may take as long as it likes, on a connection that is kept alive. Goes to `owed`, `idle`.
        case patient
        /// Nothing is owed, on a connection that is kept alive. Goes to `owed`, `patient`.
        case idle
    }

    /// In nanoseconds; `nil` never gives up.
    private let limit: Int64?
    /// In nanoseconds; `nil` never pings.
    private let interval: Int64?
    /// The interval, once the connection is to be kept alive.
    private var keepalive: Int64?
    private var watch = Watch.nothing
    private var received = 0
    /// The look since which nothing has come; `nil` before the first one.
    private var silentSince: Moment?

    /// - Parameters:
    ///   - limit: of silence while replies are owed, in nanoseconds; `nil` takes any for life, and so does zero.
    ///   - keepalive: of silence while nothing is owed, after which to ping, once
    ///     `keepAlive` was called; `nil` never does, and neither does zero.
    init(limit: Int64?, keepalive: Int64? = nil) {
        self.limit = limit.flatMap { $0 > 0 ? $0 : nil }
        interval = keepalive.flatMap { $0 > 0 ? $0 : nil }
    }

    private func pause(_ time: Int64) -> Int64 { max(1, time / 4) }

    /// The connection is to be kept alive from now on. Returns when to look first; `nil` if it isn't, or is looked at.
    mutating func keepAlive(received: Int, at now: Moment) -> Moment? {
        keepalive = interval
        guard watch == .nothing, let keepalive else { return nil }
        (watch, self.received, silentSince) = (.idle, received, now)
        return now + pause(keepalive)
    }

    /// A reply is owed from now on. Returns when to look first, `nil` if that is known already.
    ///
    /// `now` may be a while ago, for a caller had to wait for its connection: only looks measure.
    ///
    /// - Parameter received: a number that grows with each read that is a sign of life.
    mutating func expect(received: Int, at now: Moment) -> Moment? {
        guard watch != .owed, let limit else { return nil }
        (watch, self.received, silentSince) = (.owed, received, nil)
        return now + pause(limit)
    }

    /// What is in flight now may take as long as it likes.
    mutating func expectSilence() { watch = keepalive == nil || watch == .nothing ? .nothing : .patient }

    /// It is time to look.
    ///
    /// - Parameters:
    ///   - received: as for `expect`.
    ///   - inFlight: requests whose replies are owed.
    mutating func look(received: Int, inFlight: Int, at now: Moment) -> Action {
        guard watch != .nothing else { return .stop }
        let since = received == self.received ? silentSince ?? now : now
        (self.received, silentSince) = (received, since)
        if inFlight == 0 { return lookIdle(since: since, at: now) }
        guard watch == .owed, let limit else {
            // Somebody who has just called waits on its own thread, or takes its time by right.
            silentSince = nil
            return keepalive.map { .look(at: now + pause($0)) } ?? .stop
        }
        if now >= since + (limit + pause(limit)) {
            // One pause more than the limit: what is in flight may have been sent right before the second look.
            watch = .nothing
            return .giveUp
        }
        return .look(at: now + pause(limit))
    }

    private mutating func lookIdle(since: Moment, at now: Moment) -> Action {
        guard let keepalive else {
            watch = .nothing
            return .stop
        }
        watch = .idle
        guard now >= since + keepalive else { return .look(at: min(now + pause(keepalive), since + keepalive)) }
        silentSince = now
        guard let limit else { return .ping(thenLookAt: now + pause(keepalive)) }
        watch = .owed
        return .ping(thenLookAt: now + pause(limit))
    }
}
