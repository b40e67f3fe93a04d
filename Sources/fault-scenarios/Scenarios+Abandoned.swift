// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import FaultInjection
internal import Synchronization
internal import ToolkitTesting

/// Calls whose callers have gone before the reply comes.
extension Scenario {
    static let abandoned = [f04, f05, f11]

    static let f04 = Scenario(
        id: "F04", title: "10,000 calls cancelled at a random moment, with a latency of 100 ± 100 ms", isQuick: true,
        tasks: 200, rest: .milliseconds(40)
    ) { run in
        run.inject(.both([.delay(.zero ... .milliseconds(100))]))
        run.setManner(CallManner(cancelled: 1, cancelledAfter: .zero ... .milliseconds(250)))
        let cancelled = { run.load.state.withLock { $0.cancelledCalls } }
        let isEnough = await run.until(run.seconds(60)) { cancelled() >= 10_000 }
        if !isEnough, run.options.seconds == nil { run.note(.progress, "only \(cancelled()) calls were cancelled") }
        run.heal()
        run.setManner(CallManner())
        run.remark("\(cancelled()) calls were cancelled")
        run.require(progressWithin: .seconds(1), connectsPerSecond: 2)
    }

    static let f05 = Scenario(
        id: "F05", title: "replies come 100 ms late, and nobody waits longer than 50", isQuick: true
    ) { run in
        run.inject(FaultPlan(receiving: [.delay(.milliseconds(100) ... .milliseconds(100))]))
        run.setManner(CallManner(timeout: .milliseconds(50) ... .milliseconds(50)))
        // Whatever was under way before has ended by then.
        await run.pause(.seconds(1.2))
        let before = run.counts
        await run.pause(run.seconds(5))
        let after = run.counts
        if after.ok > before.ok { run.note(.misdelivery, "\(after.ok - before.ok) calls got a reply before their own") }
        if after.unknown == before.unknown { run.note(.loss, "no call has timed out") }
        run.heal()
        run.setManner(CallManner())
        run.require(progressWithin: .seconds(1), connectsPerSecond: 2)
    }

    static let f11 = Scenario(id: "F11", title: "replies stall behind three bytes, and come late") { run in
        let connects = run.proxy.accepted.count
        for _ in 1...3 {
            let unknown = run.counts.unknown
            run.inject(FaultPlan(receiving: [.stall(.after(3))]))
            await run.pause(run.seconds(1.5))
            if run.counts.unknown == unknown { run.note(.loss, "no call has timed out") }
            run.proxy.heal()
            await run.pause(.milliseconds(300))
        }
        // What comes late must answer nobody, so that nothing is wrong with the connection.
        if run.proxy.accepted.count > connects { run.note(.progress, "connections were replaced") }
        run.heal()
        run.require(progressWithin: .seconds(1), connectsPerSecond: 2)
    }
}
