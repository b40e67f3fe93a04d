// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import AllocationCounter
import Synchronization
import ToolkitTesting

/// Runs tasks, and the work of in-memory transports, on the thread of the test and nowhere else, so that what they
/// allocate can be counted whatever other tests do meanwhile.
final class OneThread: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    let transports = ManualScheduler()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs `body` to its end; when nothing is to be run, `whenIdle` must change that.
    ///
    /// - Returns: how many bytes were allocated.
    func allocatedBytes(whenIdle: () -> Void, _ body: @escaping @Sendable () async throws -> Void) throws -> Int {
        let result = Mutex<Result<Void, any Error>?>(nil)
        let before = allocation_counter_thread_bytes()
        Task(executorPreference: self) {
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            result.withLock { $0 = outcome }
        }
        while true {
            if let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            } else if let result = result.withLock({ $0 }) {
                try result.get()
                return Int(allocation_counter_thread_bytes() - before)
            } else if !transports.runNext() {
                whenIdle()
            }
        }
    }
}
