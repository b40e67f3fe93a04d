// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting

@testable import Pipeline

@Suite struct AdmissionLineTests {
    private typealias Line = AdmissionLine<String>

    /// Ten requests, a hundred bytes, three who wait.
    private func line() -> Line { Line(maximumInFlight: 10, maximumUnsentBytes: 100, maximumWaiting: 3) }
    private func load(_ inFlight: Int, _ unsent: Int) -> Line.Load { .init(inFlight: inFlight, unsent: unsent) }
    private func second(_ number: Int64) -> Moment { Moment(nanoseconds: number * 1_000_000_000) }

    private func enter(_ line: inout Line, _ ticket: UInt64, bytes: Int = 10, deadline: Moment? = nil) -> Bool {
        line.enter("\(ticket)", ticket: ticket, bytes: bytes, deadline: deadline)
    }

    private func everybody(_ line: inout Line, _ load: Line.Load) -> [String] {
        var all: [String] = []
        while let next = line.next(load) { all.append(next.waiter) }
        return all
    }

    @Test(arguments: [
        (0, 0, 10, true), (9, 0, 10, true), (10, 0, 10, false), (11, 0, 10, false),
        (9, 90, 10, true), (9, 91, 10, false), (0, 100, 1, false),
        // One that is larger than the bound goes when nothing else is unsent.
        (9, 0, 1_000, true), (9, 1, 1_000, false), (0, 0, .max, true), (0, 1, .max, false),
    ])
    func `who comes when nobody waits joins if there is room`(inFlight: Int, unsent: Int, bytes: Int, joins: Bool) {
        let admits = line().admits(bytes: bytes, load(inFlight, unsent))
        #expect(admits == joins)
    }

    @Test func `who comes while others wait waits behind them, even if there is room`() {
        var line = line()
        let entered = enter(&line, 1)
        #expect(entered)
        let admits = line.admits(bytes: 1, load(0, 0))
        #expect(!admits)
        #expect(everybody(&line, load(0, 0)) == ["1"])
        #expect(line.isEmpty)
    }

    @Test func `turns come in the order of calling, not of getting in line`() {
        var line = line()
        for ticket: UInt64 in [2, 1, 3] { #expect(enter(&line, ticket)) }
        #expect(everybody(&line, load(0, 0)) == ["1", "2", "3"])
    }

    @Test func `one that does not fit holds up those behind it, so that it is not passed over for ever`() {
        var line = line()
        _ = enter(&line, 1, bytes: 60)
        _ = enter(&line, 2, bytes: 1)
        #expect(everybody(&line, load(0, 50)) == [])
        #expect(everybody(&line, load(0, 40)) == ["1"])
    }

    @Test func `room is kept for those whose turn has come until they join or give up`() {
        var line = line()
        for ticket: UInt64 in 1...3 { _ = enter(&line, ticket, bytes: 50) }
        #expect(everybody(&line, load(0, 0)) == ["1", "2"])
        line.turnEnded(bytes: 50)
        #expect(everybody(&line, load(1, 50)) == [])
        line.turnEnded(bytes: 50)
        #expect(everybody(&line, load(1, 50)) == ["3"])
    }

    @Test func `a full line takes nobody, until somebody leaves it`() {
        var line = line()
        for ticket: UInt64 in 1...3 { #expect(enter(&line, ticket)) }
        let fourth = enter(&line, 4)
        #expect(!fourth)
        let gone = line.remove(ticket: 2)
        #expect(gone == "2")
        let fifth = enter(&line, 5)
        #expect(fifth)
        let again = line.remove(ticket: 2)
        #expect(again == nil)
        #expect(everybody(&line, load(0, 0)) == ["1", "3", "5"])
    }

    @Test func `when the first one leaves, those behind it may have room`() {
        var line = line()
        _ = enter(&line, 1, bytes: 99)
        _ = enter(&line, 2, bytes: 5)
        #expect(everybody(&line, load(0, 50)) == [])
        _ = line.remove(ticket: 1)
        #expect(everybody(&line, load(0, 50)) == ["2"])
    }

    @Test func `only those whose deadline has passed expire`() {
        var line = line()
        for (ticket, seconds) in [(1, 3), (2, 9), (3, 1)] as [(UInt64, Int64)] {
            _ = enter(&line, ticket, deadline: second(seconds))
        }
        #expect(line.nextDeadline == second(1))
        var index = 0
        let expired = (0..<3).map { _ in line.expireOne(at: second(3), from: &index)?.waiter }
        #expect(expired == ["1", "3", nil])
        #expect(line.nextDeadline == second(9))
        #expect(everybody(&line, load(0, 0)) == ["2"])
    }

    @Test func `bounds that would let nobody pass let one pass at a time`() {
        let line = Line(maximumInFlight: -1, maximumUnsentBytes: .min, maximumWaiting: .min)
        let answers = [line.admits(bytes: 5, load(0, 0)), line.admits(bytes: 5, load(1, 0))]
        #expect(answers == [true, false])
    }

    @Test(arguments: 0..<40)
    func `on random walks everybody gets one turn in order, bounds hold, and nobody waits where there is room`(
        seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        var walk = Walk()
        for _ in 0..<3_000 { walk.step(&generator) }
        walk.finish()
    }
}

/// A connection that counts, and a line in front of it.
private struct Walk {
    private static let bounds = (inFlight: 8, unsent: 200, waiting: 12)
    private var line = AdmissionLine<UInt64>(
        maximumInFlight: bounds.inFlight, maximumUnsentBytes: bounds.unsent, maximumWaiting: bounds.waiting)
    private var load = AdmissionLine<UInt64>.Load(inFlight: 0, unsent: 0)
    private var ticket: UInt64 = 0
    /// In order, with their bytes.
    private var waiting: [(ticket: UInt64, bytes: Int)] = []
    private var admitted: [(ticket: UInt64, bytes: Int)] = []

    mutating func step(_ generator: inout SeededGenerator) {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1: call(bytes: Int.random(in: 1...(ticket % 50 == 0 ? 400 : 60), using: &generator))
        case 2: load.inFlight -= min(load.inFlight, Int.random(in: 1...4, using: &generator))
        case 3: load.unsent -= min(load.unsent, Int.random(in: 1...150, using: &generator))
        case 4: joinOne(at: Int.random(in: 0...1_000, using: &generator), gaveUp: Bool.random(using: &generator))
        default:
            guard let gone = waiting.randomElement(using: &generator) else { return }
            #expect(line.remove(ticket: gone.ticket) == gone.ticket)
            waiting.removeAll { $0.ticket == gone.ticket }
        }
        giveTurns()
    }

    private mutating func call(bytes: Int) {
        ticket += 1
        if line.admits(bytes: bytes, load) {
            #expect(waiting.isEmpty)
            join(bytes)
        } else if line.enter(ticket, ticket: ticket, bytes: bytes, deadline: nil) {
            waiting.append((ticket, bytes))
        } else {
            #expect(waiting.count == Self.bounds.waiting)
        }
    }

    private mutating func joinOne(at place: Int, gaveUp: Bool) {
        guard !admitted.isEmpty else { return }
        let one = admitted.remove(at: place % admitted.count)
        line.turnEnded(bytes: one.bytes)
        if !gaveUp { join(one.bytes) }
    }

    private mutating func join(_ bytes: Int) {
        load.inFlight += 1
        load.unsent += bytes
    }

    private mutating func giveTurns() {
        while let next = line.next(load) {
            #expect(next.waiter == waiting.first?.ticket)
            #expect(next.bytes == waiting.first?.bytes)
            admitted.append(waiting.removeFirst())
        }
        #expect(line.count == waiting.count)
        let inFlight = load.inFlight + admitted.count
        let unsent = load.unsent + admitted.reduce(0) { $0 + $1.bytes }
        #expect(inFlight <= Self.bounds.inFlight)
        // Above the bound there is one large request alone, or what is left of it.
        #expect(unsent <= max(Self.bounds.unsent, 400))
        if let first = waiting.first {
            let isFull = inFlight == Self.bounds.inFlight
            #expect(isFull || (unsent > 0 && unsent + first.bytes > Self.bounds.unsent))
        }
    }

    /// Everything is sent and answered: nobody is left behind.
    mutating func finish() {
        while !waiting.isEmpty || !admitted.isEmpty {
            load = .init(inFlight: 0, unsent: 0)
            joinOne(at: 0, gaveUp: false)
            load = .init(inFlight: 0, unsent: 0)
            giveTurns()
        }
        #expect(line.isEmpty)
    }
}
