// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Pipeline

@Suite struct RoleStateMachineTests {
    @Test func `an idle connection may be looked at where waiting inline doesn't pay`() {
        var roles = RoleStateMachine()
        for _ in 0..<InlineWaitGauge.patience { roles.leaderWaits.ended(after: .max) }
        let leads = roles.lead(inFlight: 0)
        #expect(!leads)
        let looks = roles.probe(inFlight: 0)
        #expect(looks)
        let again = roles.probe(inFlight: 0)
        #expect(!again, "somebody looks already")
    }

    @Test func `the caller of an idle connection leads and nobody else does meanwhile`() {
        var roles = RoleStateMachine()
        let answer = roles.lead(inFlight: 0)
        #expect(answer)
        let answer2 = roles.lead(inFlight: 0)
        #expect(answer2 == false)
        roles.writeFinished()
        let answer3 = roles.lead(inFlight: 1)
        #expect(answer3 == false)
        let answer4 = roles.leaderDone(inFlight: 0, hasBytes: false)
        #expect(answer4 == .init(flush: false, wakePump: false))
        #expect(roles.reader == .nobody)
        let answer5 = roles.lead(inFlight: 0)
        #expect(answer5)
    }

    @Test func `who appends while a leader writes leaves the writing to the leader`() {
        var roles = RoleStateMachine()
        let answer = roles.lead(inFlight: 0)
        #expect(answer)
        let answer2 = roles.append(inFlight: 2)
        #expect(answer2 == .init(flush: .notNeeded, wakePump: false))
    }

    @Test func `who appends while a leader waits has the flusher write`() {
        var roles = RoleStateMachine()
        let answer = roles.lead(inFlight: 0)
        #expect(answer)
        roles.writeFinished()
        let answer2 = roles.append(inFlight: 2)
        #expect(answer2 == .init(flush: .byFlusher, wakePump: false))
        let answer3 = roles.append(inFlight: 3)
        #expect(answer3 == .init(flush: .notNeeded, wakePump: false))
        let answer4 = roles.beginPromisedFlush(hasBytes: true)
        #expect(answer4)
        roles.writeFinished()
        let answer5 = roles.beginPromisedFlush(hasBytes: false)
        #expect(answer5 == false)
    }

    @Test func `a leader that leaves others behind hands the reading to the pump`() {
        var roles = RoleStateMachine()
        let answer = roles.lead(inFlight: 0)
        #expect(answer)
        roles.writeFinished()
        let answer2 = roles.leaderDone(inFlight: 2, hasBytes: true)
        #expect(answer2 == .init(flush: true, wakePump: true))
        #expect(roles.reader == .pump)
        #expect(roles.writer == .flushing)
    }

    @Test func `a leader whose reply is late parks and the transport wakes the pump once`() {
        var roles = RoleStateMachine()
        let answer = roles.lead(inFlight: 0)
        #expect(answer)
        roles.writeFinished()
        roles.leaderLate()
        #expect(roles.reader == .parked)
        let answer2 = roles.becameReadable(inFlight: 1, onLoop: false)
        #expect(answer2 == .pump)
        let answer3 = roles.becameReadable(inFlight: 1, onLoop: false)
        #expect(answer3 == .nobody)
        #expect(roles.reader == .pump)
    }

    @Test func `who appends where nobody reads wakes the pump and writes at once`() {
        var roles = RoleStateMachine()
        let answer = roles.append(inFlight: 1)
        #expect(answer == .init(flush: .now, wakePump: true))
        let answer2 = roles.append(inFlight: 2)
        #expect(answer2 == .init(flush: .notNeeded, wakePump: false))
        roles.writeFinished()
        let answer3 = roles.append(inFlight: 3)
        #expect(answer3 == .init(flush: .byFlusher, wakePump: false))
    }

    @Test func `the pump flushes behind everyone whom it has resumed`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeFinished()
        let answer = roles.pumpDelivered(inFlight: 0, resumed: 2)
        #expect(answer == .flushAfterYield)
        let answer2 = roles.append(inFlight: 1)
        #expect(answer2 == .init(flush: .notNeeded, wakePump: false))
        let answer3 = roles.turnEnded(inFlight: 1, hasBytes: true)
        #expect(answer3 == .init(flush: true, keepReading: true))
    }

    @Test func `a part of a reply makes nobody wait for a flush`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeFinished()
        let answer = roles.pumpDelivered(inFlight: 1, resumed: 0)
        #expect(answer == .readOn)
        #expect(roles.reader == .pump)
        let answer2 = roles.append(inFlight: 2)
        #expect(answer2 == .init(flush: .byFlusher, wakePump: false))
    }

    @Test func `after the last reply to a single caller the connection is idle and the next caller leads`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeFinished()
        let answer = roles.pumpDelivered(inFlight: 0, resumed: 1)
        #expect(answer == .idle)
        let answer2 = roles.lead(inFlight: 0)
        #expect(answer2)
    }

    @Test func `a connection that always listens never becomes idle`() {
        var roles = RoleStateMachine(alwaysListens: true)
        let answer = roles.listen()
        #expect(answer)
        let answer2 = roles.listen()
        #expect(answer2 == false)
        let answer3 = roles.lead(inFlight: 0)
        #expect(answer3 == false)
        let answer4 = roles.becameReadable(inFlight: 0, onLoop: true)
        #expect(answer4 == .pump)
        let answer5 = roles.pumpDelivered(inFlight: 0, resumed: 0)
        #expect(answer5 == .flushAfterYield)
        let answer6 = roles.turnEnded(inFlight: 0, hasBytes: false)
        #expect(answer6 == .init(flush: false, keepReading: true))
        roles.parkPump()
        #expect(roles.reader == .parked)
    }

    @Test func `a full transport takes the writing over until it is writable`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeBlocked()
        let answer = roles.append(inFlight: 2).flush
        #expect(answer == .notNeeded)
        let answer2 = roles.beginPromisedFlush(hasBytes: true)
        #expect(answer2 == false)
        let answer3 = roles.becameWritable()
        #expect(answer3)
        let answer4 = roles.becameWritable()
        #expect(answer4 == false)
        #expect(roles.writer == .flushing)
    }

    @Test func `a leader without a reply becomes a waiter, and after two in a row nobody leads for a while`() {
        var roles = RoleStateMachine()
        for _ in 0..<(InlineWaitGauge.patience / InlineWaitGauge.strikesForLate) {
            let leads = roles.lead(inFlight: 0)
            #expect(leads)
            roles.writeFinished()
            roles.leaderLate()
            let reader = roles.becameReadable(inFlight: 1, onLoop: false)
            #expect(reader == .pump)
            let delivered = roles.pumpDelivered(inFlight: 0, resumed: 1)
            #expect(delivered == .idle)
        }
        let leads = roles.lead(inFlight: 0)
        #expect(!leads)
    }

    @Test func `a reply time that pays for a leader is too long for the pump, and each learns for itself`() {
        var roles = RoleStateMachine(inlineWait: 200)
        for _ in 0..<InlineWaitGauge.patience {
            roles.leaderWaits.ended(after: 150)
            roles.pumpWaits.ended(after: 150)
        }
        let leads = roles.lead(inFlight: 0)
        #expect(leads)
        let pumpWaits = roles.pumpMayWaitInline(inFlight: 2)
        #expect(!pumpWaits)
        for _ in 0..<InlineWaitGauge.patience {
            roles.leaderWaits.ended(after: 250)
            roles.pumpWaits.ended(after: 50)
        }
        #expect(!roles.leaderWaits.pays)
        let pumpWaitsAgain = roles.pumpMayWaitInline(inFlight: 2)
        #expect(pumpWaitsAgain)
    }

    @Test func `nobody gets a role after the end`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeFinished()
        roles.close()
        let answer = roles.lead(inFlight: 0)
        #expect(answer == false)
        let answer2 = roles.becameReadable(inFlight: 1, onLoop: true)
        #expect(answer2 == .nobody)
        let answer3 = roles.turnEnded(inFlight: 0, hasBytes: true)
        #expect(answer3 == .init(flush: false, keepReading: false))
    }

    @Test func `for a caller on the loop the transport is armed and the end of the turn flushes`() {
        var roles = RoleStateMachine()
        let first = roles.appendOnLoop()
        #expect(first == .init(flush: .atEndOfTurn, wakePump: false, arm: true))
        #expect(roles.reader == .parked)
        let second = roles.appendOnLoop()
        #expect(second == .init(flush: .notNeeded, wakePump: false, arm: false))
        let end = roles.loopTurnEnded(inFlight: 2, hasBytes: true)
        #expect(end == .init(flush: true, keepReading: false))
        roles.writeFinished()
        let again = roles.loopTurnEnded(inFlight: 2, hasBytes: false)
        #expect(again == .init(flush: false, keepReading: false))
    }

    @Test func `what is resumed on the loop appends in the same turn, whose end writes once and listens on`() {
        var roles = RoleStateMachine()
        _ = roles.appendOnLoop()
        _ = roles.loopTurnEnded(inFlight: 1, hasBytes: true)
        roles.writeFinished()
        let reader = roles.becameReadable(inFlight: 2, onLoop: true)
        #expect(reader == .handler)
        let mustEndTurn = roles.loopDelivered()
        #expect(mustEndTurn)
        let next = roles.appendOnLoop()
        #expect(next == .init(flush: .notNeeded, wakePump: false, arm: false))
        let end = roles.loopTurnEnded(inFlight: 1, hasBytes: true)
        #expect(end == .init(flush: true, keepReading: true))
        roles.parkPump()
        #expect(roles.reader == .parked)
    }

    @Test func `a flusher that keeps the loop's promise takes nothing of its turn`() {
        var roles = RoleStateMachine()
        _ = roles.append(inFlight: 1)
        roles.writeFinished()
        let byFlusher = roles.append(inFlight: 2)
        #expect(byFlusher.flush == .byFlusher)
        roles.parkPump()
        _ = roles.becameReadable(inFlight: 1, onLoop: true)
        _ = roles.loopDelivered()
        _ = roles.beginPromisedFlush(hasBytes: false)
        let next = roles.appendOnLoop()
        #expect(next == .init(flush: .notNeeded, wakePump: false, arm: false))
        let end = roles.loopTurnEnded(inFlight: 2, hasBytes: true)
        #expect(end == .init(flush: true, keepReading: true))
    }

    @Test func `a loop that has answered everybody leaves the connection to who comes next`() {
        var roles = RoleStateMachine()
        _ = roles.appendOnLoop()
        _ = roles.loopTurnEnded(inFlight: 1, hasBytes: true)
        roles.writeFinished()
        _ = roles.becameReadable(inFlight: 1, onLoop: true)
        _ = roles.loopDelivered()
        let end = roles.loopTurnEnded(inFlight: 0, hasBytes: false)
        #expect(end == .init(flush: false, keepReading: false))
        let leads = roles.lead(inFlight: 0)
        #expect(leads)
    }

    @Test(arguments: [false, true])
    func `the last caller's place decides whether the loop or the pump reads`(onLoopAgain: Bool) {
        var roles = RoleStateMachine()
        _ = roles.appendOnLoop()
        let other = roles.append(inFlight: 2)
        #expect(other == .init(flush: .notNeeded, wakePump: false))
        if onLoopAgain { _ = roles.appendOnLoop() }
        let reader = roles.becameReadable(inFlight: 3, onLoop: true)
        #expect(reader == (onLoopAgain ? .handler : .pump))
    }

    @Test func `a lone caller for whom waiting doesn't pay is served by the handler and nobody else is woken`() {
        var roles = RoleStateMachine(inlineWait: 0)
        for _ in 0..<3 {
            let leads = roles.lead(inFlight: 0)
            #expect(!leads)
            let first = roles.append(inFlight: 1)
            #expect(first == .init(flush: .now, wakePump: false, arm: true))
            roles.writeFinished()
            let reader = roles.becameReadable(inFlight: 1, onLoop: true)
            #expect(reader == .handler)
            let mustEndTurn = roles.loopDelivered()
            #expect(mustEndTurn)
            let end = roles.loopTurnEnded(inFlight: 0, hasBytes: false)
            #expect(end == .init(flush: false, keepReading: false))
        }
    }

    @Test func `where waiting doesn't pay the pump reads for several callers, and for one if no loop can`() {
        var roles = RoleStateMachine()
        for _ in 0..<InlineWaitGauge.patience { roles.pumpWaits.ended(after: .max) }
        let first = roles.append(inFlight: 1)
        #expect(first == .init(flush: .now, wakePump: false, arm: true))
        let second = roles.append(inFlight: 2)
        #expect(second == .init(flush: .notNeeded, wakePump: false, arm: false))
        let reader = roles.becameReadable(inFlight: 2, onLoop: true)
        #expect(reader == .pump)
        roles.parkPump()
        let elsewhere = roles.becameReadable(inFlight: 1, onLoop: false)
        #expect(elsewhere == .pump)
    }

    @Test func `after the end the loop neither flushes nor listens`() {
        var roles = RoleStateMachine()
        _ = roles.appendOnLoop()
        _ = roles.becameReadable(inFlight: 1, onLoop: true)
        _ = roles.loopDelivered()
        roles.close()
        let end = roles.loopTurnEnded(inFlight: 0, hasBytes: true)
        #expect(end == .init(flush: false, keepReading: false))
        let mustEndTurn = roles.loopDelivered()
        #expect(!mustEndTurn)
    }

    /// Random events against a model of what must hold: never two readers, never two writers, no byte forgotten.
    @Test(arguments: 1...20)
    func `whatever happens, somebody reads for those in flight and somebody writes what is there`(
        seed: UInt64
    ) {
        var world = World(seed: seed)
        for _ in 0..<5000 { world.step() }
        #expect(world.failures == [])
    }
}

/// Plays the drivers of a connection against the machine.
private struct World {
    var roles: RoleStateMachine
    var random: SplitMix
    var inFlight = 0
    var unsent = 0
    var pumpAwake = false
    var pumpMustEndTurn = false
    var flusherAwake = false
    var leading = false
    var loopReads = false
    var loopMustEndTurn = false
    var failures: [String] = []

    init(seed: UInt64) {
        roles = RoleStateMachine(inlineWait: seed % 3 == 0 ? 0 : 1_000)
        random = SplitMix(state: seed)
    }

    mutating func step() {
        switch random.next() % 11 {
        case 0: appendOne()
        case 1: write()
        case 2 where leading: leaderReads()
        case 3 where pumpAwake: pumpReads()
        case 4 where pumpMustEndTurn: endTurn()
        case 5 where flusherAwake:
            flusherAwake = false
            _ = roles.beginPromisedFlush(hasBytes: unsent > 0)
        case 6: becomeReadable()
        case 7: _ = roles.becameWritable()
        case 8: appendOnLoop()
        case 9 where loopReads: loopReadsOnce()
        case 10 where loopMustEndTurn: endLoopTurn()
        default: break
        }
        check()
    }

    mutating func becomeReadable() {
        switch roles.becameReadable(inFlight: inFlight, onLoop: random.next() % 4 != 0) {
        case .nobody: break
        case .pump: pumpAwake = true
        case .handler: loopReads = true
        }
    }

    mutating func appendOne() {
        if roles.lead(inFlight: inFlight) {
            if hasReader { failures.append("two readers") }
            leading = true
            inFlight += 1
            unsent += 1
            return
        }
        inFlight += 1
        unsent += 1
        let action = roles.append(inFlight: inFlight)
        if action.wakePump {
            if hasReader { failures.append("two readers") }
            pumpAwake = true
        }
        if action.arm, hasReader { failures.append("armed beside a reader") }
        if action.flush == .byFlusher { flusherAwake = true }
    }

    var hasReader: Bool { leading || pumpAwake || pumpMustEndTurn || loopReads }

    /// The loop's thread appends between its turns' ends, never while its handler reads.
    mutating func appendOnLoop() {
        guard !loopReads else { return }
        inFlight += 1
        unsent += 1
        let action = roles.appendOnLoop()
        if action.arm, hasReader { failures.append("armed beside a reader") }
        if action.flush == .atEndOfTurn { loopMustEndTurn = true }
    }

    mutating func loopReadsOnce() {
        loopReads = false
        let sent = inFlight - unsent
        guard sent > 0, random.next() % 3 != 0 else { return roles.parkPump() }
        inFlight -= 1 + Int(random.next() % UInt64(sent))
        if roles.loopDelivered() {
            if loopMustEndTurn { failures.append("the end of a turn is asked for twice") }
            loopMustEndTurn = true
        }
    }

    mutating func endLoopTurn() {
        loopMustEndTurn = false
        if roles.loopTurnEnded(inFlight: inFlight, hasBytes: unsent > 0).keepReading { roles.parkPump() }
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
        let resumed = Int(random.next() % UInt64(sent + 1))
        inFlight -= resumed
        switch roles.pumpDelivered(inFlight: inFlight, resumed: resumed) {
        case .idle: break
        case .flushAfterYield: pumpMustEndTurn = true
        case .readOn: pumpAwake = true
        }
    }

    mutating func endTurn() {
        pumpMustEndTurn = false
        if roles.turnEnded(inFlight: inFlight, hasBytes: unsent > 0).keepReading { pumpAwake = true }
    }

    mutating func check() {
        if inFlight > 0, roles.reader == .nobody { failures.append("\(inFlight) in flight and nobody reads") }
        if roles.reader == .pump, !hasReader, !loopMustEndTurn { failures.append("the reader's role is lost") }
        if unsent > 0, roles.writer == .nobody, !flusherAwake, !pumpMustEndTurn, !loopMustEndTurn {
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
