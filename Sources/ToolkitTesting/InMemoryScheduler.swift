// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Where the in-memory transports call readiness handlers.
public struct InMemoryScheduler: Sendable {
    /// Runs a piece of work later, never inside the call.
    public var schedule: @Sendable (_ work: @escaping @Sendable () -> Void) -> Void

    /// Makes a scheduler of a closure.
    public init(schedule: @escaping @Sendable (_ work: @escaping @Sendable () -> Void) -> Void) {
        self.schedule = schedule
    }

    /// A task for each call, on the default executor. Suits tests that await results.
    public static let tasks = InMemoryScheduler { work in
        Task.detached { work() }
    }
}

/// Keeps scheduled work until the test runs it, one piece after the other in the order of scheduling: with this, what
/// happens in a test depends on nothing but the test.
public final class ManualScheduler: Sendable {
    private let queue = Mutex<[@Sendable () -> Void]>([])

    /// Makes an empty one.
    public init() {}

    /// The face for transports.
    public var scheduler: InMemoryScheduler {
        InMemoryScheduler { [self] work in queue.withLock { $0.append(work) } }
    }

    /// Pieces of work that wait.
    public var count: Int { queue.withLock { $0.count } }

    /// Runs the oldest piece on the calling thread.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func runNext() -> Bool {
        let work = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        work?()
        return work != nil
    }

    /// Runs pieces until none is left, those included that are scheduled meanwhile.
    ///
    /// - Returns: how many ran.
    @discardableResult
    public func runUntilIdle() -> Int {
        var count = 0
        while runNext() { count += 1 }
        return count
    }
}
