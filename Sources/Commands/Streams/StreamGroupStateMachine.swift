// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Decides in which order a consumer of a group reads: first what it had got before and never acknowledged, then what
/// others have left lying, then what is new. Pure.
///
/// Asked with ``next(at:)`` what to do; told what came of it.
struct StreamGroupStateMachine {
    enum Action: Equatable {
        /// Make the group, whose readers begin here, and the stream if there is none.
        case create(from: StreamStart)
        /// Read what this consumer has got and not acknowledged, behind this entry.
        case readPending(after: StreamID)
        /// Ask how often the entries that were read have been delivered; those that aren't this consumer's any more are dropped.
        case count
        /// Take over what others have not acknowledged for long.
        case claim(from: StreamID)
        /// Read what nobody has got yet, and wait so long for something.
        case readNew(waiting: Duration)
    }

    enum Failure: Equatable {
        case noGroup
        case noReply(CallOutlook)
        /// An error that the user has to see.
        case other
    }

    private enum Phase {
        case creating
        case readingPending
        case claiming(from: StreamID)
        case readingNew
    }

    /// How long a read waits, at most: a connection that died unnoticed is found out after this and the call's timeout.
    static let longestWait = Duration.seconds(10)

    private let start: StreamStart?
    private let idle: Duration?
    private var phase = Phase.readingPending
    private var isCounting = false
    /// The last entry that came, claimed ones aside: what a lost reply held lies behind it.
    private var last = StreamID.zero
    private var hasRead = false
    private var claimDue: ContinuousClock.Instant?
    private var patience = CallPatience()

    /// - Parameters:
    ///   - start: where the group begins if it has to be made; nil if it must be there.
    ///   - idle: after how long entries of others are taken over; nil is never.
    init(creatingFrom start: StreamStart?, claimingAfter idle: Duration?) {
        self.start = start
        self.idle = idle.map { max($0, .milliseconds(1)) }
    }

    mutating func next(at now: ContinuousClock.Instant) -> Action {
        if isCounting { return .count }
        switch phase {
        case .creating:
            return .create(from: hasRead ? .after(Self.before(last)) : start ?? .after(last))
        case .readingPending: return .readPending(after: last)
        case .claiming(let cursor): return .claim(from: cursor)
        case .readingNew: break
        }
        guard idle != nil else { return .readNew(waiting: Self.longestWait) }
        let wait = claimDue.map { now.duration(to: $0) } ?? .zero
        if wait <= .zero {
            phase = .claiming(from: .zero)
            return .claim(from: .zero)
        }
        return .readNew(waiting: min(wait, Self.longestWait))
    }

    /// The group is there.
    mutating func created() { phase = .readingNew }

    /// - Parameters:
    ///   - last: of the entries that came; nil if there was none, and so is none behind.
    ///   - needsCount: whether some of them still exist.
    mutating func readPending(last: StreamID?, needsCount: Bool) {
        patience.succeeded()
        guard let last else {
            phase = .readingNew
            return
        }
        self.last = last
        hasRead = true
        isCounting = needsCount
    }

    mutating func counted() {
        patience.succeeded()
        isCounting = false
    }

    /// - Parameter next: where to go on; zero if everything was looked at.
    mutating func claimed(next: StreamID, needsCount: Bool, at now: ContinuousClock.Instant) {
        patience.succeeded()
        isCounting = needsCount
        guard next == .zero, let idle else {
            phase = .claiming(from: next)
            return
        }
        phase = .readingNew
        // Whatever somebody leaves lying is found when it has lain for half as long again, at the latest.
        claimDue = now + idle / 2
    }

    /// - Parameter last: of the entries that came; nil if the wait was in vain.
    mutating func readNew(last: StreamID?) {
        patience.succeeded()
        guard let last else { return }
        self.last = last
        hasRead = true
    }

    /// - Returns: whether to go on; otherwise the user gets the error, and may go on.
    mutating func failed(_ failure: Failure) -> Bool {
        switch failure {
        case .noGroup:
            // What was pending in it is gone with it.
            isCounting = false
            patience.answered()
            guard start != nil, patience.lasts(.retry) else { return false }
            phase = .creating
            return true
        case .noReply(let outlook):
            rereadWhatMayHaveCome()
            return patience.lasts(outlook)
        case .other:
            rereadWhatMayHaveCome()
            return false
        }
    }

    /// Where a group that is made again goes on: before the millisecond of what this consumer got last, since a stream that
    /// was made again may have used the same identifier for another entry.
    private static func before(_ id: StreamID) -> StreamID {
        id.milliseconds > 0 ? StreamID(id.milliseconds - 1, .max) : .zero
    }

    /// A lost reply may have had entries: they are pending now, and this consumer's.
    private mutating func rereadWhatMayHaveCome() {
        if case .readingNew = phase { phase = .readingPending }
    }
}
