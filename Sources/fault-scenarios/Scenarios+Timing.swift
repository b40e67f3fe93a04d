// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Synchronization
internal import ToolkitTesting
internal import ValkeyToolkit

/// Bytes that come late, or in other pieces: nothing is broken, and nothing may break.
extension Scenario {
    static let timing = [f01, f02, f03]

    static let f01 = Scenario(id: "F01", title: "latency of 100 ± 100 ms", isQuick: true) { run in
        let before = (run.counts.ok, ContinuousClock.now)
        run.inject(.both([.delay(.zero ... .milliseconds(100))]))
        await run.pause(run.seconds(4))
        let calls = Double(run.counts.ok - before.0)
        let seconds = before.1.duration(to: .now) / .seconds(1)
        run.heal()
        run.requireNoFailures()
        // Fifty tasks, each resting 20 ms after a call that takes 200 ms at most, and on average 26/7 operations a call.
        let expected = Double(run.load.tasks) * seconds / 0.22 * 26 / 7
        let (rate, least) = (Int(calls / seconds), Int(expected / seconds))
        run.remark("\(rate) operations a second; the largest latency alone would allow \(least)")
        if calls < expected * 0.6 { run.note(.progress, "throughput is below what latency and pipelining allow") }
        run.require(progressWithin: .seconds(1))
    }

    static let f02 = Scenario(
        id: "F02", title: "every byte a segment of its own, both ways", isQuick: true,
        configure: { $0.commandTimeout = .seconds(5) }
    ) { run in
        run.inject(.both([.split(into: 1...1)]))
        await run.pause(run.seconds(2))
        // Processor time per byte must not grow with the value's size.
        let (small, large) = (try await run.cpuPerByte(of: 4_000), try await run.cpuPerByte(of: 32_000))
        run.remark("CPU per byte: \(small) ns for 4 kB, \(large) ns for 32 kB (client and proxy)")
        // Eight times as much if it grew with the size. What the load takes beside is taken off, which leaves little of a
        // small value's figure on a busy machine: at least 300 ns are assumed.
        if large > 4 * max(small, 300) { run.note(.progress, "CPU time is not linear in bytes") }
        run.heal()
        run.requireNoFailures()
        run.require(progressWithin: .seconds(1))
    }

    static let f03 = Scenario(id: "F03", title: "replies come together every 20 ms", isQuick: true) { run in
        run.inject(FaultPlan(receiving: [.coalesce(within: .milliseconds(20))]))
        await run.pause(run.seconds(3))
        run.heal()
        run.requireNoFailures()
        run.require(progressWithin: .seconds(1))
    }
}

extension ScenarioRun {
    /// Where nothing breaks every call must succeed.
    func requireNoFailures() {
        let counts = counts
        guard counts.ok < counts.all else { return }
        let errors = load.state.withLock { $0.errors }
        note(.loss, "\(counts.all - counts.ok) operations failed although nothing was broken: \(errors)")
    }

    /// Nanoseconds of processor time for each byte of values that are read, the load's own part taken off.
    fileprivate func cpuPerByte(of size: Int) async throws -> Int {
        try await client.set("faults:large", String(repeating: "x", count: size))
        var times: [Duration] = []
        for repeats in [0, 16] {
            let (start, cpu) = (ContinuousClock.now, ProcessMeter.now().cpu)
            for _ in 0..<repeats {
                let value = try await client.get("faults:large")
                if value?.count != size { note(.misdelivery, "a value of \(size) bytes came back with another size") }
            }
            if repeats == 0 { await pause(.milliseconds(500)) }
            let elapsed = start.duration(to: .now) / .seconds(1)
            times.append((ProcessMeter.now().cpu - cpu) / (repeats == 0 ? elapsed : 1))
            if repeats > 0 { times[1] -= times[0] * elapsed }
        }
        return max(0, Int(times[1] / .nanoseconds(16 * size)))
    }
}
