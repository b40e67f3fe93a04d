// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The jobs that wait for a loop's thread, and whether somebody must wake it for them. Pure.
struct LoopInbox<Job> {
    /// Jobs that run before the loop looks at its sockets again.
    static var turnLimit: Int { 1024 }

    private enum State: Equatable {
        /// The thread works, or looks once more before it sleeps. Goes to `asleep`, `closed`.
        case awake
        /// The thread sleeps, and nobody has woken it yet. Goes to `awake`.
        case asleep
        /// Terminal: nobody runs jobs any more.
        case closed
    }

    enum AppendAction: Equatable {
        /// The thread will see the job by itself.
        case queued
        /// The caller must wake the thread: one of those who append while it sleeps.
        case wake
        /// The job was not taken.
        case refused
    }

    private var state = State.awake
    private var jobs: [Job] = []

    mutating func append(_ job: Job) -> AppendAction {
        switch state {
        case .closed: return .refused
        case .awake:
            jobs.append(job)
            return .queued
        case .asleep:
            jobs.append(job)
            state = .awake
            return .wake
        }
    }

    /// Moves all waiting jobs out, in their order, into an array without elements whose memory is used for the next.
    mutating func takeAll(into taken: inout [Job]) { swap(&taken, &jobs) }

    /// Whether the thread may sleep now: not while a job waits.
    mutating func mayFallAsleep() -> Bool {
        guard jobs.isEmpty, state == .awake else { return false }
        state = .asleep
        return true
    }

    /// The thread is back from its sleep, whoever woke it.
    mutating func wokeUp() { if state == .asleep { state = .awake } }

    /// The thread ends: jobs are refused from now on. False: one waits, which must run first.
    mutating func close() -> Bool {
        guard jobs.isEmpty else { return false }
        state = .closed
        return true
    }
}
