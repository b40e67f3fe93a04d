// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Decides when the one timer of a connection must run. Pure.
///
/// Most calls of a client have the same timeout, so a later call has a later deadline and the timer that runs already
/// is early enough. It is not moved when calls finish: at most one expiry per timeout finds nothing to do.
struct DeadlineTimer: Equatable, Sendable {
    /// When the running timer fires; `nil` when none runs.
    private(set) var wakesAt: Moment?
    /// Which timer is the current one; an older one that fires is ignored.
    private(set) var generation = 0

    /// A request with this deadline was added. True: start a timer for it, in place of one that runs.
    mutating func add(_ deadline: Moment) -> Bool {
        if let wakesAt, wakesAt <= deadline { return false }
        wakesAt = deadline
        generation += 1
        return true
    }

    /// A timer fired. False: it was replaced, nothing is due.
    mutating func fired(generation: Int) -> Bool {
        guard generation == self.generation else { return false }
        wakesAt = nil
        return true
    }
}
