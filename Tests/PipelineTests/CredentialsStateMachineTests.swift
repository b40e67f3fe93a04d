// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Pipeline

@Suite struct CredentialsStateMachineTests {
    private func at(_ seconds: Double) -> Moment { Moment(nanoseconds: Int64(seconds * 1e9)) }

    private func need(_ machine: inout CredentialsStateMachine, _ now: Moment) -> CredentialsStateMachine.Need {
        machine.need(now: now)
    }

    @Test func `one request serves everybody who needs credentials`() {
        var machine = CredentialsStateMachine()
        #expect(need(&machine, at(0)) == .wait(ask: true))
        #expect(need(&machine, at(0)) == .wait(ask: false))
        machine.received(validFor: nil, now: at(1), random: 0)
        #expect(need(&machine, at(1e9)) == .use)
        #expect(machine.wakesAt == nil)
    }

    @Test(arguments: [(0.0, 75.0), (1.0, 85.0), (-3.0, 75.0), (.nan, 75.0)])
    func `they are renewed well before they run out`(random: Double, due: Double) {
        var machine = CredentialsStateMachine()
        _ = machine.need(now: at(0))
        machine.received(validFor: .seconds(100), now: at(0), random: random)
        #expect(machine.wakesAt == at(due))
        let (early, onTime) = (machine.timerFired(now: at(due - 1)), machine.timerFired(now: at(due)))
        #expect(!early && onTime)
        // The old ones stay in use until their end.
        #expect(need(&machine, at(99)) == .use)
        #expect(need(&machine, at(100)) == .wait(ask: false))
        machine.received(validFor: .seconds(100), now: at(101), random: 0)
        #expect(machine.version == 2)
        #expect(machine.wakesAt == at(176))
    }

    @Test func `after a failure the old ones stay in use, and the provider is asked again after growing delays`() {
        var machine = CredentialsStateMachine()
        _ = machine.need(now: at(0))
        machine.received(validFor: .seconds(100), now: at(0), random: 0)
        for (start, delay) in [(75.0, 1.0), (76.0, 2.0), (78.0, 4.0), (82.0, 8.0)] {
            let isDue = machine.timerFired(now: at(start))
            #expect(isDue)
            machine.failed(now: at(start), random: 1)
            #expect(machine.wakesAt == at(start + delay))
        }
        #expect(need(&machine, at(99)) == .use)
        #expect(need(&machine, at(100)) == .wait(ask: true))
        machine.received(validFor: .seconds(100), now: at(100), random: 0)
        #expect(machine.wakesAt == at(175))
    }

    @Test func `without any credentials nobody asks but those in need`() {
        var machine = CredentialsStateMachine()
        #expect(need(&machine, at(0)) == .wait(ask: true))
        machine.failed(now: at(0), random: 1)
        #expect(machine.wakesAt == nil)
        #expect(need(&machine, at(0)) == .wait(ask: true))
    }

    @Test(arguments: [Duration.zero, .seconds(-5), .milliseconds(1)])
    func `credentials without time to live don't make it spin`(time: Duration) {
        var machine = CredentialsStateMachine()
        _ = machine.need(now: at(0))
        machine.received(validFor: time, now: at(0), random: 0)
        #expect(machine.wakesAt == at(1))
    }
}
