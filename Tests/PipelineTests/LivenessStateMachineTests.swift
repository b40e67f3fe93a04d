// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Pipeline

/// Instants are in seconds; the limit is four of them, so that a look is due every second.
@Suite struct LivenessStateMachineTests {
    private func second(_ number: Double) -> Moment { Moment(nanoseconds: Int64(number * 1_000_000_000)) }

    private func machine() -> LivenessStateMachine { LivenessStateMachine(limit: 4_000_000_000) }

    @Test func `a connection on which nothing comes is given up, never before the limit`() {
        var machine = machine()
        let first = machine.expect(received: 7, at: second(0))
        #expect(first == second(1))
        let again = machine.expect(received: 7, at: second(0.5))
        #expect(again == nil, "it is looked at already")
        for number in 1...5 {
            let action = machine.look(received: 7, inFlight: 3, at: second(Double(number)))
            #expect(action == .look(at: second(Double(number + 1))))
        }
        let last = machine.look(received: 7, inFlight: 3, at: second(6))
        #expect(last == .giveUp)
        let after = machine.look(received: 7, inFlight: 3, at: second(7))
        #expect(after == .stop)
    }

    @Test func `whatever is received begins the time anew`() {
        var machine = machine()
        _ = machine.expect(received: 0, at: second(0))
        for number in 1...100 {
            // A piece of one large reply every third second.
            let action = machine.look(received: number / 3, inFlight: 1, at: second(Double(number)))
            #expect(action == .look(at: second(Double(number + 1))))
        }
    }

    @Test func `when nothing is owed any more the looking stops, and begins anew with the next request`() {
        var machine = machine()
        _ = machine.expect(received: 0, at: second(0))
        let idle = machine.look(received: 1, inFlight: 0, at: second(1))
        #expect(idle == .stop)
        let next = machine.expect(received: 1, at: second(1000))
        #expect(next == second(1001))
        let look = machine.look(received: 1, inFlight: 1, at: second(1001))
        #expect(look == .look(at: second(1002)), "the idle time before is nobody's silence")
    }

    @Test func `a request that waited for its connection doesn't count that time as silence`() {
        var machine = machine()
        _ = machine.expect(received: 0, at: second(0))
        let look = machine.look(received: 0, inFlight: 1, at: second(60))
        #expect(look == .look(at: second(61)))
    }

    @Test func `a silence that is expected ends the looking until the next request`() {
        var machine = machine()
        _ = machine.expect(received: 0, at: second(0))
        machine.expectSilence()
        let look = machine.look(received: 0, inFlight: 1, at: second(100))
        #expect(look == .stop)
        let next = machine.expect(received: 0, at: second(200))
        #expect(next == second(201))
    }

    @Test(arguments: [nil, 0, -1] as [Int64?])
    func `without a limit nothing is looked at`(limit: Int64?) {
        var machine = LivenessStateMachine(limit: limit)
        let first = machine.expect(received: 0, at: second(0))
        #expect(first == nil)
        let look = machine.look(received: 0, inFlight: 1, at: second(1000))
        #expect(look == .stop)
    }
}
