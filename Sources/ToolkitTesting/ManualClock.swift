// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Time that passes only when a test says so.
///
/// It is a `Clock`; hand ``now`` and ``sleep(until:)`` to what takes closures. The test waits until the code under test
/// sleeps, then advances:
///
/// ```swift
/// try await clock.waitForSleeper(until: clock.now + .seconds(30))
/// clock.advance(by: .seconds(30))
/// ```
///
/// Sleepers wake in the order of their deadlines, each seeing its own deadline as the present or later. Where the test is
/// not about time, ``runFreely(inStepsUpTo:)`` lets it pass by itself.
public final class ManualClock: Clock {
    private struct Sleeper {
        var id: Int
        var deadline: ContinuousClock.Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    /// What a test waits for.
    private enum Condition {
        case sleepers(Int)
        case sleeperUntil(ContinuousClock.Instant)
        case sleeperWithin(Duration)
    }

    private struct Watcher {
        var id: Int
        var condition: Condition
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: ContinuousClock.Instant
        var lastID = 0
        /// By deadline, then in the order of arrival.
        var sleepers: [Sleeper] = []
        var watchers: [Watcher] = []
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// Starts at an instant; by default at the epoch of the system's continuous clock, so that every run is the same.
    public init(now: ContinuousClock.Instant = ContinuousClock().systemEpoch) {
        state = Mutex(State(now: now))
    }

    /// The present instant.
    public var now: ContinuousClock.Instant { state.withLock { $0.now } }

    /// A nanosecond, as of the real clock; nothing is rounded.
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleepers that have not been woken.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// When the next sleeper wants to wake; `nil` if nobody sleeps.
    public var nextDeadline: ContinuousClock.Instant? { state.withLock { $0.sleepers.first?.deadline } }

    /// Suspends until the clock has been advanced to an instant; returns at once if it is there already.
    ///
    /// - Throws: `CancellationError`, at once when the task is cancelled.
    public func sleep(until deadline: ContinuousClock.Instant) async throws {
        try await sleep(until: deadline, tolerance: nil)
    }

    /// The same. Sleepers wake exactly at their deadlines: there is nothing to tolerate.
    public func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try await suspend { state, id, continuation in
            if deadline <= state.now { return [continuation] }
            let place = state.sleepers.firstIndex { $0.deadline > deadline } ?? state.sleepers.endIndex
            state.sleepers.insert(Sleeper(id: id, deadline: deadline, continuation: continuation), at: place)
            return Self.takeSatisfiedWatchers(&state)
        } cancel: { state, id in
            guard let place = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
            return state.sleepers.remove(at: place).continuation
        }
    }

    /// Suspends for a time.
    ///
    /// - Throws: `CancellationError`, at once when the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: now.advanced(by: duration))
    }

    /// Suspends until at least so many sleepers wait: the way to know, without really waiting, that the code under test
    /// has come to its timer.
    ///
    /// - Throws: `CancellationError`, at once when the task is cancelled.
    public func waitForSleepers(_ count: Int) async throws {
        try await wait(for: .sleepers(count))
    }

    /// Suspends until somebody sleeps until exactly this instant: where several timers run, the way to wait for one.
    ///
    /// - Throws: `CancellationError`, at once when the task is cancelled.
    public func waitForSleeper(until deadline: ContinuousClock.Instant) async throws {
        try await wait(for: .sleeperUntil(deadline))
    }

    private func wait(for condition: Condition) async throws {
        try await suspend { state, id, continuation in
            state.watchers.append(Watcher(id: id, condition: condition, continuation: continuation))
            return Self.takeSatisfiedWatchers(&state)
        } cancel: { state, id in
            guard let place = state.watchers.firstIndex(where: { $0.id == id }) else { return nil }
            return state.watchers.remove(at: place).continuation
        }
    }

    /// Lets time pass and wakes whose deadline has come.
    ///
    /// Woken tasks run by themselves, not inside this call. Those that sleep again until an instant
    /// inside the span wake at once.
    public func advance(by duration: Duration) {
        advance(to: now.advanced(by: duration))
    }

    /// Lets time pass up to an instant; the clock never goes back.
    public func advance(to instant: ContinuousClock.Instant) {
        while let continuation = wakeFirst(until: instant) { continuation.resume() }
        // What is left may be near enough now for who waits for that.
        for continuation in state.withLock({ Self.takeSatisfiedWatchers(&$0) }) { continuation.resume() }
    }

    /// Lets time pass up to the earliest deadline.
    ///
    /// - Returns: whether anybody slept.
    @discardableResult
    public func advanceToNextDeadline() -> Bool {
        guard let deadline = nextDeadline else { return false }
        advance(to: deadline)
        return true
    }

    /// Advances to the next deadline whenever somebody sleeps, until the task that runs it is cancelled: time that takes
    /// no time.
    ///
    /// The clock can't know whether the code under test is busy. Say what is to pass by itself, such as the longest delay of
    /// a ``FaultPlan``: deadlines farther ahead, such as timeouts, then wait until they have come that near. Without a limit
    /// every timeout comes at once, before what it bounds had its chance.
    ///
    /// - Parameter step: how far ahead a deadline may be at most.
    /// - Throws: `CancellationError`.
    public func runFreely(inStepsUpTo step: Duration = .seconds(Int64.max)) async throws {
        while true {
            try await wait(for: .sleeperWithin(step))
            advanceToNextDeadline()
        }
    }

    // MARK: Suspensions

    private func wakeFirst(until instant: ContinuousClock.Instant) -> CheckedContinuation<Void, any Error>? {
        state.withLock { state in
            guard let first = state.sleepers.first, first.deadline <= instant else {
                state.now = max(state.now, instant)
                return nil
            }
            state.now = max(state.now, first.deadline)
            return state.sleepers.removeFirst().continuation
        }
    }

    private static func takeSatisfiedWatchers(_ state: inout State) -> [CheckedContinuation<Void, any Error>] {
        let (now, sleepers) = (state.now, state.sleepers)
        func isSatisfied(_ watcher: Watcher) -> Bool {
            switch watcher.condition {
            case .sleepers(let count): sleepers.count >= count
            case .sleeperUntil(let deadline): sleepers.contains { $0.deadline == deadline }
            case .sleeperWithin(let step): sleepers.first.map { now.duration(to: $0.deadline) <= step } ?? false
            }
        }
        let satisfied = state.watchers.filter(isSatisfied)
        if !satisfied.isEmpty { state.watchers.removeAll(where: isSatisfied) }
        return satisfied.map(\.continuation)
    }

    /// Suspends the task by `start`, which keeps the continuation and says whom to resume; `cancel` gives it back.
    private func suspend(
        start: (inout State, Int, CheckedContinuation<Void, any Error>) -> [CheckedContinuation<Void, any Error>],
        cancel: @escaping @Sendable (inout State, Int) -> CheckedContinuation<Void, any Error>?
    ) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let resumed: [CheckedContinuation<Void, any Error>]? = state.withLock { state in
                    // Cancelled before it could suspend.
                    if state.cancelled.remove(id) != nil { return nil }
                    return start(&state, id, continuation)
                }
                guard let resumed else { return continuation.resume(throwing: CancellationError()) }
                for continuation in resumed { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let continuation = cancel(&state, id)
                if continuation == nil { state.cancelled.insert(id) }
                return continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
    }
}
