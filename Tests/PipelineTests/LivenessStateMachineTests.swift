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

    // MARK: Keepalive: eight seconds, looked at every other

    private func kept(limit: Int64? = 4_000_000_000) -> LivenessStateMachine {
        LivenessStateMachine(limit: limit, keepalive: 8_000_000_000)
    }

    @Test func `an idle connection is pinged after an interval of silence, and given up if that isn't answered`() {
        var machine = kept()
        var actions: [LivenessStateMachine.Action] = []
        let first = machine.keepAlive(received: 1, at: second(0))
        #expect(first == second(2))
        for number in [2, 4, 6, 8] {
            actions.append(machine.look(received: 1, inFlight: 0, at: second(Double(number))))
        }
        // The PING is in flight now; the limit is looked at every second.
        for number in 9...13 { actions.append(machine.look(received: 1, inFlight: 1, at: second(Double(number)))) }
        #expect(
            actions == [
                .look(at: second(4)), .look(at: second(6)), .look(at: second(8)), .ping(thenLookAt: second(9)),
                .look(at: second(10)), .look(at: second(11)), .look(at: second(12)), .look(at: second(13)), .giveUp,
            ])
    }

    @Test func `an answer begins the interval anew, and so does whatever else is received`() {
        var machine = kept()
        _ = machine.keepAlive(received: 0, at: second(0))
        let ping = machine.look(received: 0, inFlight: 0, at: second(8))
        #expect(ping == .ping(thenLookAt: second(9)))
        let answered = machine.look(received: 1, inFlight: 0, at: second(9))
        #expect(answered == .look(at: second(11)))
        for number in stride(from: 11, to: 100, by: 2) {
            let action = machine.look(received: number, inFlight: 0, at: second(Double(number)))
            #expect(action == .look(at: second(Double(number + 2))))
        }
    }

    @Test func `nothing is pinged while replies are owed, or are waited for patiently, or by a leader`() {
        var owed = kept()
        _ = owed.keepAlive(received: 0, at: second(0))
        let first = owed.expect(received: 0, at: second(1))
        #expect(first == second(2), "the limit is looked at more often than the interval")
        let patience = (2...6).map { owed.look(received: 0, inFlight: 1, at: second(Double($0))) }
        #expect(!patience.contains { if case .ping = $0 { true } else { false } })
        var patient = kept()
        _ = patient.keepAlive(received: 0, at: second(0))
        patient.expectSilence()
        let long = patient.look(received: 0, inFlight: 1, at: second(100))
        #expect(long == .look(at: second(102)))
        let over = patient.look(received: 1, inFlight: 0, at: second(102))
        #expect(over == .look(at: second(104)))
        var led = kept()
        _ = led.keepAlive(received: 0, at: second(0))
        let leading = led.look(received: 0, inFlight: 1, at: second(8))
        #expect(leading == .look(at: second(10)))
    }

    @Test func `without a limit of silence it pings on and never gives up`() {
        var machine = kept(limit: nil)
        _ = machine.keepAlive(received: 0, at: second(0))
        let ping = machine.look(received: 0, inFlight: 0, at: second(8))
        #expect(ping == .ping(thenLookAt: second(10)))
        let unanswered = machine.look(received: 0, inFlight: 1, at: second(10_000))
        #expect(unanswered == .look(at: second(10_002)))
    }

    @Test(arguments: [nil, 0, -1] as [Int64?])
    func `without an interval an idle connection is left alone`(keepalive: Int64?) {
        var machine = LivenessStateMachine(limit: 4_000_000_000, keepalive: keepalive)
        let first = machine.keepAlive(received: 0, at: second(0))
        #expect(first == nil)
        machine.expectSilence()
        let look = machine.look(received: 0, inFlight: 0, at: second(1000))
        #expect(look == .stop)
    }

    @Test func `a connection that nobody said to keep alive is left alone`() {
        var machine = kept()
        _ = machine.expect(received: 0, at: second(0))
        let look = machine.look(received: 1, inFlight: 0, at: second(100))
        #expect(look == .stop)
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
