// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Pipeline

@Suite struct RoleStateMachineTests {
    @Test func `the caller of an idle connection leads and nobody else does meanwhile`() {
        var roles = RoleStateMachine()
        #expect(roles.lead(inFlight: 0))
        #expect(roles.lead(inFlight: 0) == false)
        roles.writeFinished()
        #expect(roles.lead(inFlight: 1) == false)
        #expect(roles.leaderDone(inFlight: 0, hasBytes: false) == .init(flush: false, wakePump: false))
        #expect(roles.reader == .nobody)
        #expect(roles.lead(inFlight: 0))
    }

    @Test func `who appends while a leader writes leaves the writing to the leader`() {
        var roles = RoleStateMachine()
        #expect(roles.lead(inFlight: 0))
        #expect(roles.append(inFlight: 2) == .init(flush: .notNeeded, wakePump: false))
    }

    @Test func `who appends while a leader waits has the flusher write`() {
        var roles = RoleStateMachine()
        #expect(roles.lead(inFlight: 0))
        roles.writeFinished()
        #expect(roles.append(inFlight: 2) == .init(flush: .byFlusher, wakePump: false))
        #expect(roles.append(inFlight: 3) == .init(flush: .notNeeded, wakePump: false))
        #expect(roles.beginPromisedFlush(hasBytes: true))
        roles.writeFinished()
        #expect(roles.beginPromisedFlush(hasBytes: false) == false)
    }

    @Test func `a leader that leaves others behind hands the reading to the pump`() {
        var roles = RoleStateMachine()
        #expect(roles.lead(inFlight: 0))
        roles.writeFinished()
        #expect(roles.leaderDone(inFlight: 2, hasBytes: true) == .init(flush: true, wakePump: true))
        #expect(roles.reader == .pump)
        #expect(roles.writer == .flushing)
    }

    @Test func `a leader whose reply is late parks and the transport wakes the pump once`() {
        var roles = RoleStateMachine()
        #expect(roles.lead(inFlight: 0))
        roles.writeFinished()
        roles.leaderLate()
        #expect(roles.reader == .parked)
        #expect(roles.becameReadable())
        #expect(roles.becameReadable() == false)
        #expect(roles.reader == .pump)
    }

    @Test func `who appends where nobody reads wakes the pump and writes at once`() {
        var roles = RoleStateMachine()
        #expect(roles.append(inFlight: 1) == .init(flush: .now, wakePump: true))
        #expect(roles.append(inFlight: 2) == .init(flush: .notNeeded, wakePump: false))
        roles.writeFinished()
        #expect(roles.append(inFlight: 3) == .init(flush: .byFlusher, wakePump: false))
    }

    @Test func `the pump flushes behind everyone whom it has resumed`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeFinished()
        #expect(roles.pumpDelivered(inFlight: 0, resumed: 2) == .flushAfterYield)
        #expect(roles.append(inFlight: 1) == .init(flush: .notNeeded, wakePump: false))
        #expect(roles.turnEnded(inFlight: 1, hasBytes: true) == .init(flush: true, keepReading: true))
    }

    @Test func `after the last reply to a single caller the connection is idle and the next caller leads`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeFinished()
        #expect(roles.pumpDelivered(inFlight: 0, resumed: 1) == .idle)
        #expect(roles.lead(inFlight: 0))
    }

    @Test func `a connection that always listens never becomes idle`() {
        var roles = RoleStateMachine(alwaysListens: true)
        #expect(roles.listen())
        #expect(roles.listen() == false)
        #expect(roles.lead(inFlight: 0) == false)
        #expect(roles.becameReadable())
        #expect(roles.pumpDelivered(inFlight: 0, resumed: 0) == .flushAfterYield)
        #expect(roles.turnEnded(inFlight: 0, hasBytes: false) == .init(flush: false, keepReading: true))
        roles.parkPump()
        #expect(roles.reader == .parked)
    }

    @Test func `a full transport takes the writing over until it is writable`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeBlocked()
        #expect(roles.append(inFlight: 2).flush == .notNeeded)
        #expect(roles.beginPromisedFlush(hasBytes: true) == false)
        #expect(roles.becameWritable())
        #expect(roles.becameWritable() == false)
        #expect(roles.writer == .flushing)
    }

    @Test func `waiting inline is given up after many late replies and tried again later`() {
        var roles = RoleStateMachine()
        for _ in 0..<RoleStateMachine.patience {
            #expect(roles.lead(inFlight: 0))
            roles.writeFinished()
            roles.leaderLate()
            #expect(roles.becameReadable())
            #expect(roles.pumpDelivered(inFlight: 0, resumed: 1) == .idle)
        }
        var refused = 0
        while !roles.lead(inFlight: 0) { refused += 1 }
        #expect(refused == RoleStateMachine.pause - 1)
        roles.writeFinished()
        #expect(roles.leaderDone(inFlight: 0, hasBytes: false) == .init())
        #expect(roles.lead(inFlight: 0))
    }

    @Test func `nobody gets a role after the end`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeFinished()
        roles.close()
        #expect(roles.lead(inFlight: 0) == false)
        #expect(roles.becameReadable() == false)
        #expect(roles.turnEnded(inFlight: 0, hasBytes: true) == .init(flush: false, keepReading: false))
    }

    /// Random events against a model of what must hold: never two readers, never two writers, no byte forgotten.
    @Test(arguments: 1...20) func `whatever happens, somebody reads for those in flight and somebody writes what is there`(
        seed: UInt64
    ) {
        var world = World(seed: seed)
        for _ in 0..<5000 { world.step() }
        #expect(world.failures == [])
    }
}

/// Plays the drivers of a connection against the machine.
private struct World {
    var roles = RoleStateMachine()
    var random: SplitMix
    var inFlight = 0
    var unsent = 0
    var pumpAwake = false
    var pumpMustEndTurn = false
    var flusherAwake = false
    var leading = false
    var failures: [String] = []

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func step() {
        switch random.next() % 8 {
        case 0: appendOne()
        case 1: write()
        case 2 where leading: leaderReads()
        case 3 where pumpAwake: pumpReads()
        case 4 where pumpMustEndTurn: endTurn()
        case 5 where flusherAwake:
            flusherAwake = false
            _ = roles.beginPromisedFlush(hasBytes: unsent > 0)
        case 6: if roles.becameReadable() { pumpAwake = true }
        case 7: _ = roles.becameWritable()
        default: break
        }
        check()
    }

    mutating func appendOne() {
        if roles.lead(inFlight: inFlight) {
            if leading || pumpAwake || pumpMustEndTurn { failures.append("two readers") }
            leading = true
            inFlight += 1
            unsent += 1
            return
        }
        inFlight += 1
        unsent += 1
        let action = roles.append(inFlight: inFlight)
        if action.wakePump {
            if leading || pumpAwake || pumpMustEndTurn { failures.append("two readers") }
            pumpAwake = true
        }
        if action.flush == .byFlusher { flusherAwake = true }
    }

    mutating func write() {
        guard roles.writer == .flushing else { return }
        if random.next() % 4 == 0, unsent > 0 { return roles.writeBlocked() }
        unsent = 0
        roles.writeFinished()
    }

    mutating func leaderReads() {
        if random.next() % 3 == 0 {
            leading = false
            return roles.leaderLate()
        }
        guard unsent < inFlight else { return }
        leading = false
        inFlight -= 1
        if roles.leaderDone(inFlight: inFlight, hasBytes: unsent > 0).wakePump { pumpAwake = true }
    }

    mutating func pumpReads() {
        pumpAwake = false
        let sent = inFlight - unsent
        guard sent > 0, random.next() % 3 != 0 else { return roles.parkPump() }
        let resumed = 1 + Int(random.next() % UInt64(sent))
        inFlight -= resumed
        if roles.pumpDelivered(inFlight: inFlight, resumed: resumed) == .flushAfterYield { pumpMustEndTurn = true }
    }

    mutating func endTurn() {
        pumpMustEndTurn = false
        if roles.turnEnded(inFlight: inFlight, hasBytes: unsent > 0).keepReading { pumpAwake = true }
    }

    mutating func check() {
        if inFlight > 0, roles.reader == .nobody { failures.append("\(inFlight) in flight and nobody reads") }
        if unsent > 0, roles.writer == .nobody, !flusherAwake, !pumpMustEndTurn {
            failures.append("\(unsent) unsent and nobody will write")
        }
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
