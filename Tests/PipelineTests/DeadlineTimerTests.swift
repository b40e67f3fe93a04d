// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Pipeline

@Suite struct DeadlineTimerTests {
    private func second(_ number: Int64) -> Moment { Moment(nanoseconds: number * 1_000_000_000) }

    @Test func `the first deadline starts a timer and later ones do not`() {
        var timer = DeadlineTimer()
        let answer = timer.add(second(5))
        #expect(answer)
        let answer2 = timer.add(second(5))
        #expect(answer2 == false)
        let answer3 = timer.add(second(9))
        #expect(answer3 == false)
        #expect(timer.wakesAt == second(5))
    }

    @Test func `an earlier deadline replaces the timer, and the replaced one is ignored when it fires`() {
        var timer = DeadlineTimer()
        let answer = timer.add(second(5))
        #expect(answer)
        let replaced = timer.generation
        let answer2 = timer.add(second(1))
        #expect(answer2)
        let answer3 = timer.fired(generation: replaced)
        #expect(answer3 == false)
        let answer4 = timer.fired(generation: timer.generation)
        #expect(answer4)
        #expect(timer.wakesAt == nil)
    }
}
