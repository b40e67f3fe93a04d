// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting

@Suite(.timeLimit(.minutes(1))) struct ManualClockTests {
    @Test func `time stands still until it is advanced`() {
        let clock = ManualClock()
        let start = clock.now
        #expect(clock.now == start)
        clock.advance(by: .milliseconds(1500))
        #expect(clock.now == start.advanced(by: .seconds(1.5)))
        clock.advance(to: start)
        #expect(clock.now == start.advanced(by: .seconds(1.5)), "it never goes back")
        #expect(ManualClock().now == start, "every run begins at the same instant")
    }

    @Test func `a sleep until now or before returns at once`() async throws {
        let clock = ManualClock()
        try await clock.sleep(until: clock.now)
        try await clock.sleep(for: .seconds(-1))
        #expect(clock.sleeperCount == 0)
    }

    @Test func `sleepers wake in the order of their deadlines, each at its own`() async throws {
        let clock = ManualClock()
        let start = clock.now
        let (woken, continuation) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup { group in
            for (index, seconds) in [3, 1, 2].enumerated() {
                group.addTask {
                    try await clock.sleep(until: start.advanced(by: .seconds(seconds)))
                    #expect(clock.now >= start.advanced(by: .seconds(seconds)))
                    continuation.yield(seconds)
                }
                try await clock.waitForSleepers(index + 1)
            }
            #expect(clock.sleeperCount == 3)
            var iterator = woken.makeAsyncIterator()
            for seconds in 1...3 {
                #expect(clock.nextDeadline == start.advanced(by: .seconds(seconds)))
                #expect(clock.advanceToNextDeadline())
                #expect(clock.now == start.advanced(by: .seconds(seconds)))
                #expect(await iterator.next() == seconds)
            }
            #expect(!clock.advanceToNextDeadline())
            try await group.waitForAll()
        }
    }

    @Test func `an advance past several deadlines wakes them all`() async throws {
        let clock = ManualClock()
        try await withThrowingTaskGroup { group in
            for seconds in 1...20 {
                group.addTask { try await clock.sleep(for: .seconds(seconds)) }
            }
            try await clock.waitForSleepers(20)
            clock.advance(by: .seconds(10))
            #expect(clock.sleeperCount == 10)
            clock.advance(by: .seconds(10))
            try await group.waitForAll()
        }
        #expect(clock.nextDeadline == nil)
    }

    @Test func `cancelling wakes a sleeper at once and leaves the others asleep`() async throws {
        let clock = ManualClock()
        let staying = Task { try await clock.sleep(for: .seconds(1)) }
        try await clock.waitForSleepers(1)
        let cancelled = Task { try await clock.sleep(for: .seconds(1)) }
        try await clock.waitForSleepers(2)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .seconds(1))
        try await staying.value
    }

    @Test func `a task that is cancelled already doesn't sleep`() async {
        let clock = ManualClock()
        let task = Task {
            // Ends when the task is cancelled.
            for await _ in AsyncStream<Never>.makeStream().stream {}
            try await clock.sleep(for: .seconds(1))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.sleeperCount == 0)
    }

    @Test func `waiting for sleepers can be cancelled`() async {
        let clock = ManualClock()
        let task = Task { try await clock.waitForSleepers(1) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `one of several timers is waited for by its instant`() async throws {
        let clock = ManualClock()
        let late = clock.now + .seconds(9)
        async let first: Void = clock.sleep(for: .seconds(1))
        try await clock.waitForSleepers(1)
        async let waiting: Void = clock.waitForSleeper(until: late)
        async let second: Void = clock.sleep(until: late)
        try await waiting
        #expect(clock.sleeperCount == 2)
        try await clock.waitForSleeper(until: late)
        clock.advance(to: late)
        _ = try await (first, second)
    }

    @Test func `running freely, time takes no time`() async throws {
        let clock = ManualClock()
        let start = clock.now
        let running = Task { try await clock.runFreely() }
        for _ in 0..<1000 { try await clock.sleep(for: .seconds(3600)) }
        #expect(clock.now == start + .seconds(3_600_000))
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test func `running freely in small steps, a timeout waits for its time`() async throws {
        let clock = ManualClock()
        let timeout = clock.now + .seconds(10)
        let timer = Task { try await clock.sleep(until: timeout) }
        try await clock.waitForSleepers(1)
        let running = Task { try await clock.runFreely(inStepsUpTo: .seconds(1)) }
        for second in 1...8 {
            try await clock.sleep(for: .seconds(1))
            #expect(clock.now == timeout - .seconds(10 - second))
        }
        try await clock.sleep(for: .seconds(1))
        // Now the timeout is as near as a step, and nobody sleeps until before.
        try await timer.value
        #expect(clock.now == timeout)
        running.cancel()
    }

    @Test func `it is a clock for whatever takes one`() async throws {
        let clock = ManualClock()
        func pause(by clock: any Clock<Duration>) async throws { try await clock.sleep(for: .seconds(5)) }
        let sleeping = Task { try await pause(by: clock) }
        try await clock.waitForSleeper(until: clock.now + .seconds(5))
        clock.advance(by: .seconds(5))
        try await sleeping.value
        #expect(clock.measure { clock.advance(by: .seconds(2)) } == .seconds(2))
    }
}
