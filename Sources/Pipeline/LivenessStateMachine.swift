// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Decides when silence means that a connection is dead. Pure.
///
/// A peer that has vanished is noticed by TCP after minutes, and one whose bytes get lost on the way never: replies
/// would be owed for ever. While replies are owed, this looks four times per limit whether anything was received since
/// the last look, so that receiving itself costs no reading of the clock. A PING would tell no more: it would be answered
/// behind the replies that are owed. (Subscribers, to whom nothing is owed, ping: see `SubscriptionStateMachine`.)
struct LivenessStateMachine: Equatable, Sendable {
    enum Action: Equatable {
        /// Nothing is owed any more; `expect` begins anew.
        case stop
        /// Look again then.
        case look(at: Moment)
        /// The connection is dead.
        case giveUp
    }

    /// In nanoseconds; `nil` never looks.
    private let limit: Int64?
    private var isWatching = false
    private var received = 0
    /// The look since which nothing has come; `nil` before the first one.
    private var silentSince: Moment?

    /// - Parameter limit: of silence, in nanoseconds; `nil` takes any for life, and so does zero.
    init(limit: Int64?) {
        self.limit = limit.flatMap { $0 > 0 ? $0 : nil }
    }

    private func pause(_ limit: Int64) -> Int64 { max(1, limit / 4) }

    /// A reply is owed from now on. Returns when to look first, `nil` if that is known already.
    ///
    /// `now` may be a while ago, for a caller had to wait for its connection: only looks measure.
    ///
    /// - Parameter received: a number that grows with each read that brings something.
    mutating func expect(received: Int, at now: Moment) -> Moment? {
        guard !isWatching, let limit else { return nil }
        isWatching = true
        self.received = received
        silentSince = nil
        return now + pause(limit)
    }

    /// What is in flight now may take as long as it likes; for connections that one caller has to itself.
    mutating func expectSilence() { isWatching = false }

    /// It is time to look.
    ///
    /// - Parameters:
    ///   - received: as for `expect`.
    ///   - inFlight: requests whose replies are owed.
    mutating func look(received: Int, inFlight: Int, at now: Moment) -> Action {
        guard let limit, isWatching else { return .stop }
        let since = received == self.received ? silentSince ?? now : now
        (self.received, silentSince) = (received, since)
        guard inFlight > 0 else {
            isWatching = false
            return .stop
        }
        if now >= since + (limit + pause(limit)) {
            // One pause more than the limit: what is in flight may have been sent right before the second look.
            isWatching = false
            return .giveUp
        }
        return .look(at: now + pause(limit))
    }
}
