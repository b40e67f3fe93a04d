// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization

/// Runs tasks on the thread that asks for it, so that their time and allocations are that thread's.
final class QueueExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs a task and all that come of it, until none of them has anything to do.
    func runToEnd(_ body: @escaping @Sendable () async throws -> Void) {
        Task(executorPreference: self) { try await body() }
        var next: [UnownedJob] = []
        while true {
            jobs.withLock { swap(&$0, &next) }
            if next.isEmpty { return }
            for job in next { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
            next.removeAll(keepingCapacity: true)
        }
    }
}
