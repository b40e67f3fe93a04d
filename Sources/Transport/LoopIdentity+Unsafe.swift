// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// As whom a loop's thread runs jobs: the runtime compares this with what a task prefers, and goes on in place if they
/// agree. Doesn't hold the loop. Every task that prefers it does, so it is there whenever a job is.
@safe
struct LoopIdentity: Sendable {
    private let executor: UnownedTaskExecutor

    init(_ loop: EventLoop) { unsafe executor = loop.asUnownedTaskExecutor() }

    func run(_ job: UnownedJob) { unsafe job.runSynchronously(on: executor) }
}
