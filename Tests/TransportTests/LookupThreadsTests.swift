// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(1))) struct LookupThreadsTests {
    @Test func `no more lookups run at once than allowed, and all run in the end`() async throws {
        let threads = LookupThreads(limit: 3)
        let counts = Mutex((running: 0, most: 0, done: 0))
        let (ended, continuation) = AsyncStream<Void>.makeStream()
        for _ in 0..<50 {
            try threads.run {
                counts.withLock {
                    $0.running += 1
                    $0.most = max($0.most, $0.running)
                }
                // As a lookup does: takes its time in the system.
                _ = lookUp(host: "127.0.0.1", port: 1, numericOnly: true)
                let isLast = counts.withLock {
                    $0.running -= 1
                    $0.done += 1
                    return $0.done == 50
                }
                if isLast { continuation.finish() }
            }
        }
        for await _ in ended {}
        let (running, most, done) = counts.withLock { $0 }
        #expect(running == 0 && done == 50)
        #expect((1...3).contains(most))
    }

    @Test func `on one thread lookups run in the order of their coming`() async throws {
        let threads = LookupThreads(limit: 1)
        let (order, continuation) = AsyncStream<Int>.makeStream()
        for number in 0..<100 {
            try threads.run {
                continuation.yield(number)
                if number == 99 { continuation.finish() }
            }
        }
        var seen: [Int] = []
        for await number in order { seen.append(number) }
        #expect(seen == Array(0..<100))
    }
}
