// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Transport

@Suite struct LoopInboxTests {
    @Test func `a job that comes while the thread works needs no wake-up`() {
        var inbox = LoopInbox<Int>()
        let answers = [inbox.append(1), inbox.append(2)]
        #expect(answers == [.queued, .queued])
        let jobs = inbox.taken()
        #expect(jobs == [1, 2])
    }

    @Test func `of the jobs that come while the thread sleeps one wakes it`() {
        var inbox = LoopInbox<Int>()
        let sleeps = inbox.mayFallAsleep()
        #expect(sleeps)
        let answers = [inbox.append(1), inbox.append(2)]
        #expect(answers == [.wake, .queued])
        inbox.wokeUp()
        let later = inbox.append(3)
        #expect(later == .queued)
        let jobs = inbox.taken()
        #expect(jobs == [1, 2, 3])
    }

    @Test func `a thread that an event woke is awake to jobs`() {
        var inbox = LoopInbox<Int>()
        let sleeps = inbox.mayFallAsleep()
        #expect(sleeps)
        inbox.wokeUp()
        let answer = inbox.append(1)
        #expect(answer == .queued)
    }

    @Test func `the thread neither sleeps nor ends while a job waits`() {
        var inbox = LoopInbox<Int>()
        _ = inbox.append(1)
        let early = [inbox.mayFallAsleep(), inbox.close()]
        #expect(early == [false, false])
        let jobs = inbox.taken()
        #expect(jobs == [1])
        let late = [inbox.mayFallAsleep(), inbox.close()]
        #expect(late == [true, true])
        let refusal = inbox.append(2)
        #expect(refusal == .refused)
        let sleepsAfterwards = inbox.mayFallAsleep()
        #expect(!sleepsAfterwards)
    }
}

extension LoopInbox {
    fileprivate mutating func taken() -> [Job] {
        var jobs: [Job] = []
        takeAll(into: &jobs)
        return jobs
    }
}
