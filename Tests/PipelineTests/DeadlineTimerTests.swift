// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Pipeline

@Suite struct DeadlineTimerTests {
    private let start = ContinuousClock.now

    @Test func `the first deadline starts a timer and later ones do not`() {
        var timer = DeadlineTimer()
        #expect(timer.add(start + .seconds(5)))
        #expect(timer.add(start + .seconds(5)) == false)
        #expect(timer.add(start + .seconds(9)) == false)
        #expect(timer.wakesAt == start + .seconds(5))
    }

    @Test func `an earlier deadline replaces the timer, and the replaced one is ignored when it fires`() {
        var timer = DeadlineTimer()
        #expect(timer.add(start + .seconds(5)))
        let replaced = timer.generation
        #expect(timer.add(start + .seconds(1)))
        #expect(timer.fired(generation: replaced) == false)
        #expect(timer.fired(generation: timer.generation))
        #expect(timer.wakesAt == nil)
    }
}
