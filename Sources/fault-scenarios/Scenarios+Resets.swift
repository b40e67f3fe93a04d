// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import ValkeyToolkit

/// Connections that are reset, at a moment that matters or again and again.
extension Scenario {
    static let resets = [f08, f15, f16]

    static let f08 = Scenario(
        id: "F08", title: "reset in front of EXEC, behind it, in front of its reply, and before it was sent",
        isQuick: true
    ) { run in
        let (request, reply) = (FaultPlan(sending: [.reset(.now)]), FaultPlan(receiving: [.reset(.now)]))
        for round in 1...10 {
            await run.loseTransaction(
                "in front of EXEC, \(round)", by: FaultTrigger("EXEC\r\n", .sending, before: true, then: request),
                effects: 0...0)
            await run.loseTransaction(
                "behind EXEC, \(round)", by: FaultTrigger("EXEC\r\n", .sending, then: request), effects: 0...1)
            await run.loseTransaction(
                "in front of its reply, \(round)", by: FaultTrigger("*2\r\n:", .receiving, before: true, then: reply),
                effects: 1...1)
        }
        for round in 1...2 { try await run.loseUnsentTransaction(round) }
        run.heal()
        run.require(progressWithin: .seconds(1))
    }

    static let f15 = Scenario(id: "F15", title: "all connections are reset every 200 ms") { run in
        let before = run.counts
        let end = ContinuousClock.now + run.seconds(10)
        while ContinuousClock.now < end {
            run.proxy.resetAll()
            await run.pause(.milliseconds(200))
        }
        let after = run.counts
        let share = Double(after.ok - before.ok) / Double(max(1, after.all - before.all))
        run.remark("\(Int(share * 100)) % of the operations succeeded")
        if share < 0.5 { run.note(.progress, "less than half of the operations succeeded") }
        run.heal()
        run.require(progressWithin: .seconds(1), connectsPerSecond: 50)
    }

    static let f16 = Scenario(id: "F16", title: "resets at random, some per second", isQuick: true) { run in
        let connects = run.proxy.accepted.count
        // A segment of the load has some hundred bytes, and one of a hundred is a reset.
        run.inject(.both([.reset(.probability(0.00002))]))
        await run.pause(run.seconds(5))
        run.heal()
        let dials = run.proxy.accepted.count - connects
        run.remark("\(dials) connects")
        if dials < 4 { run.note(.progress, "hardly anything was reset: \(dials) connects") }
        run.require(progressWithin: .seconds(1))
    }
}

extension ScenarioRun {
    /// A transaction of a client of its own, whose connection is reset. It must be told as unknown, unless its reply was faster
    /// than the reset, and have had as many effects as there can be.
    fileprivate func loseTransaction(_ what: String, by trigger: FaultTrigger, effects: ClosedRange<Int>) async {
        let key = "faults:cut:\(what)"
        guard let proxy = try? makeProxy(to: upstream) else { return note(.progress, "no proxy \(what)") }
        defer { proxy.close() }
        proxy.setTrigger(trigger)
        let client = makeClient {
            $0.endpoint = proxy.endpoint
            $0.clientName = "faults-cut"
        }
        defer { client.close() }
        let batch = client.pipeline()
        batch.incr("\(key):count")
        batch.rpush(key, "entry")
        let (_, outcome) = await load.call("a transaction cut \(what)") { try await batch.run(atomic: true) }
        load.state.withLock { $0.ledger.ended(outcome) }
        let mayBeAnswered = effects.count > 1
        if outcome != .unknown, outcome != .ok || !mayBeAnswered {
            note(.loss, "a transaction cut \(what) ended \(outcome)")
        }
        await checkEffects(of: key, outcome == .ok ? 1...1 : effects, what)
    }

    /// A transaction whose EXEC is still on this side: it can't have run, and says so.
    fileprivate func loseUnsentTransaction(_ round: Int) async throws {
        let key = "faults:unsent:\(round)"
        let proxy = try makeProxy(to: upstream)
        defer { proxy.close() }
        let client = makeClient {
            $0.endpoint = proxy.endpoint
            $0.clientName = "faults-unsent"
        }
        defer { client.close() }
        try await client.connect()
        proxy.setPlan(FaultPlan(sending: [.stall(.now)]))
        await pause(.milliseconds(50))
        let batch = client.with(retrying: .nothing).pipeline()
        batch.incr("\(key):count")
        // More than sockets and proxy take.
        batch.set("\(key):large", String(repeating: "x", count: 15_000_000))
        batch.rpush(key, "entry")
        // The value, the batch, the connection's bytes, each in memory that grows by doubling, which the allocator keeps. A
        // dozen rounds take no more than three.
        state.withLock { $0.memoryAllowance = 8 * 15_000_000 }
        async let reset: Void = {
            await pause(.milliseconds(200))
            proxy.resetAll()
        }()
        let (_, outcome) = await load.call("a transaction cut before it was sent") { try await batch.run(atomic: true) }
        await reset
        load.state.withLock { $0.ledger.ended(outcome) }
        if outcome != .notExecuted { note(.loss, "a transaction cut before it was sent ended \(outcome)") }
        await checkEffects(of: key, 0...0, "before it was sent")
    }

    private func checkEffects(of key: String, _ effects: ClosedRange<Int>, _ what: String) async {
        // What was sent may still be on its way to the server, and runs before what is asked now.
        await pause(.milliseconds(20))
        let count = try? await server.cli("GET", "\(key):count").decode(as: Int?.self) ?? 0
        let entries = try? await server.cli("LLEN", key).decode(as: Int.self)
        guard let count, let entries else { return note(.progress, "\(what): the server doesn't say what it has") }
        if count != entries { note(.loss, "a transaction cut \(what) was half done: \(count) and \(entries)") }
        if !effects.contains(count) { note(.loss, "a transaction cut \(what) had \(count) effects, not \(effects)") }
    }
}
