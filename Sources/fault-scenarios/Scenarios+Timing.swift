// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import ServerSupport
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
        run.heal()
        try await run.checkLinearity()
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

    /// Processor time per read must not grow with the size of the value that it is a piece of.
    ///
    /// Values of two sizes are read, so often that the numbers of bytes and of reads are the same, and with them the errors of
    /// measurement. Linear time gives the same figure twice. If a read cost anything in proportion to what came before, be it
    /// a copy at the speed of memory, the larger value's would be several times the smaller one's: 16 MiB arrive in 65536
    /// reads, 8 MiB or 32768 reads behind the beginning on average, and copying 8 MiB takes a hundred times what a read does.
    fileprivate func checkLinearity() async throws {
        let (total, small, piece) = (16 << 20, 64 << 10, 256)
        let connector = PieceConnector(size: piece)
        let client = makeClient(environment: ClientEnvironment(connector: connector)) {
            $0.endpoint = server.endpoint
            $0.clientName = "faults-pieces"
            // Quadratic time is to be seen as such, not as a timeout.
            $0.commandTimeout = nil
        }
        defer { client.close() }
        for size in [small, total] {
            try await server.cli("SETRANGE", "faults:\(size)", "\(size - 1)", "x")
        }
        // The value and the chunks that it has grown out of, which the allocator keeps for each of the threads that had them.
        state.withLock { $0.memoryAllowance = 4 * total }
        await load.setPaused(true)
        var costs: (small: [Int], large: [Int]) = ([], [])
        for _ in 1...3 {
            costs.small.append(try await cpuPerRead(of: piece, ofValuesOf: small, times: total / small, client))
            costs.large.append(try await cpuPerRead(of: piece, ofValuesOf: total, times: 1, client))
        }
        await load.setPaused(false)
        if connector.reads < 6 * total / piece {
            note(.progress, "only \(connector.reads) reads: pieces came together")
        }
        // Whatever else goes on can only add to a figure: the smallest is the nearest to the truth.
        let (least, most) = (costs.small.min() ?? 0, costs.large.min() ?? 0)
        remark("CPU per read of 256 bytes: \(least) ns in values of 64 KiB, \(most) ns in one of 16 MiB")
        if most > 2 * least { note(.progress, "CPU time is not linear in bytes: \(costs) ns per read") }
    }

    /// Nanoseconds of this process's time.
    private func cpuPerRead(
        of piece: Int, ofValuesOf size: Int, times: Int, _ client: NodeClient
    ) async throws -> Int {
        let start = ProcessMeter.now().cpu
        for _ in 0..<times {
            let value = try await client.get("faults:\(size)")
            if value?.count != size { note(.misdelivery, "a value of \(size) bytes came back with another size") }
        }
        return Int((ProcessMeter.now().cpu - start) / .nanoseconds(times * size / piece))
    }
}
