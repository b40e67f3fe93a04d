// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Decides when which of a host's addresses is tried, and who wins (RFC 8305, section 5, "Happy Eyeballs").
///
/// Attempts start one after the other in the order of the addresses: each when the one before has failed, or has not
/// succeeded within the attempt delay. Those under way go on meanwhile, and the first success ends it all. Pure: it
/// names addresses by their place in the list, and time by the delay that has passed.
struct ConnectionRaceStateMachine {
    /// What the driver is to do after an event.
    struct Step: Equatable {
        /// Begin the attempt of this number.
        var start: Int?
        /// Report `delayPassed(after:)` with the started attempt's number once the attempt delay has passed.
        var setsTimer = false
        /// End the race: all other attempts are to be given up.
        var outcome: Outcome?
    }

    enum Outcome: Equatable {
        case won(by: Int)
        case failed(ConnectFailure)
    }

    /// Terminal: whatever comes now comes too late.
    private var isDecided = false
    private let count: Int
    private var started = 0
    private var running: Set<Int> = []
    /// The most telling failure so far; the first of its kind.
    private var failure: ConnectFailure?

    /// - Parameter attempts: how many addresses there are, at least one.
    init(attempts: Int) {
        precondition(attempts > 0, "A race needs an address.")
        count = attempts
    }

    /// The race begins.
    mutating func begin() -> Step {
        startNext()
    }

    /// The attempt delay has passed since an attempt began.
    mutating func delayPassed(after attempt: Int) -> Step {
        // Timers of earlier attempts mean nothing: a failure has started the next one before its time.
        guard !isDecided, attempt == started - 1 else { return Step() }
        return startNext()
    }

    /// An attempt has failed.
    mutating func failed(_ attempt: Int, _ reason: ConnectFailure) -> Step {
        guard !isDecided, running.remove(attempt) != nil else { return Step() }
        if failure.map({ $0.weight < reason.weight }) ?? true { failure = reason }
        if started < count { return startNext() }
        guard running.isEmpty, let failure else { return Step() }
        isDecided = true
        return Step(outcome: .failed(failure))
    }

    /// An attempt has made a connection.
    mutating func succeeded(_ attempt: Int) -> Step {
        guard !isDecided, running.remove(attempt) != nil else { return Step() }
        isDecided = true
        return Step(outcome: .won(by: attempt))
    }

    private mutating func startNext() -> Step {
        guard started < count else { return Step() }
        defer {
            running.insert(started)
            started += 1
        }
        return Step(start: started, setsTimer: started + 1 < count)
    }
}

/// Why one address was not connected to; others may do.
enum ConnectFailure: Error, Equatable {
    /// There is no way to it from here.
    case unreachable(errno: Int32)
    /// The host, or the network on the way, said no.
    case refused(errno: Int32)
    /// This side could not even try: no descriptors left, say.
    case unable(TransportError)

    /// How much it tells of why the whole endpoint could not be connected to.
    var weight: Int {
        switch self {
        case .unreachable: 0
        case .refused: 1
        case .unable: 2
        }
    }
}
