// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Pipeline

@Suite struct InlineWaitGaugeTests {
    @Test func `waits pay until too many in a row were long`() {
        var gauge = InlineWaitGauge(limit: 100)
        for _ in 1..<InlineWaitGauge.patience { gauge.ended(after: 101) }
        #expect(gauge.pays)
        #expect(gauge.isInDoubt)
        gauge.ended(after: 101)
        #expect(!gauge.pays)
    }

    @Test func `a short wait makes up for all the long ones`() {
        var gauge = InlineWaitGauge(limit: 100)
        for _ in 0..<InlineWaitGauge.patience { gauge.ended(after: 101) }
        gauge.ended(after: 100)
        #expect(gauge.pays)
        #expect(!gauge.isInDoubt)
    }

    @Test func `a wait that ended with nothing counts more than a long one`() {
        var gauge = InlineWaitGauge(limit: 100)
        for _ in 0..<(InlineWaitGauge.patience / InlineWaitGauge.strikesForLate) {
            #expect(gauge.pays)
            gauge.endedLate()
        }
        #expect(!gauge.pays)
    }

    @Test func `a single wait is tried again after a pause, and one more long one suffices for the next pause`() {
        var gauge = InlineWaitGauge(limit: 100)
        for _ in 0..<InlineWaitGauge.patience { gauge.ended(after: 101) }
        for _ in 0..<3 {
            var refused = 0
            while !gauge.mayWait() { refused += 1 }
            #expect(refused == InlineWaitGauge.pause - 1)
            #expect(gauge.isInDoubt, "the one that is tried must be timed")
            gauge.ended(after: 101)
            #expect(!gauge.pays)
        }
    }

    @Test func `with a limit of zero no wait is ever tried`() {
        var gauge = InlineWaitGauge(limit: 0)
        for _ in 0..<(2 * InlineWaitGauge.pause) {
            let waits = gauge.mayWait()
            #expect(!waits)
        }
        gauge.ended(after: 0)
        #expect(!gauge.pays)
    }
}
