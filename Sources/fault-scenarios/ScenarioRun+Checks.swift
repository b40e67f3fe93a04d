// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import Pool
internal import RESPCodec
internal import ServerSupport
internal import Synchronization

/// What is checked of every scenario.
extension ScenarioRun {
    /// Descriptors, memory and connections may be a tenth above the level before, and memory by this in any case: the
    /// allocator takes it in pieces of that size.
    private static var memoryTolerance: Int { 8 << 20 }
    /// How long after healing resources may be in use that were not before.
    private static var settlingTime: Duration { .seconds(5) }
    /// How long after healing the subscriber may hear nothing.
    private static var subscriptionBound: Duration { .seconds(5) }

    /// P, and R.
    func checkRecovery() async throws {
        let (healedAt, bound) = state.withLock { ($0.healedAt, $0.progressBound) }
        if healedAt != nil, let bound {
            let recovery = await waitForProgress(bound + .seconds(3))
            state.withLock { $0.report.recovery = recovery }
            if recovery.map({ $0 > bound }) ?? true {
                let found = recovery.map { "after \($0)" } ?? "not at all"
                note(.progress, "the first reply came \(found), the bound is \(bound)")
            }
            let heard = await until(Self.subscriptionBound) {
                load.state.withLock { $0.firstMessageAfterMark } != nil
            }
            if !heard { note(.progress, "the subscriber heard nothing within \(Self.subscriptionBound)") }
        }
        let end = (healedAt ?? .now) + Self.settlingTime
        var excess = try await resourceExcess()
        while !excess.isEmpty, ContinuousClock.now < end {
            await pause(.milliseconds(100))
            excess = try await resourceExcess()
        }
        for text in excess { note(.resources, text) }
    }

    /// What is above the level before.
    private func resourceExcess() async throws -> [String] {
        let (before, connectionsBefore, allowance, sleepersBefore) = state.withLock {
            ($0.before, $0.connectionsBefore, $0.memoryAllowance, $0.sleepersBefore)
        }
        guard let before, let connectionsBefore else { return [] }
        let now = ProcessMeter.now()
        let connections = try await serverConnections()
        let pool = client.pool.status
        var excess: [String] = []
        // Unused connections that the pool keeps are its right; each has three descriptors here, two of them the proxy's.
        if connections - pool.idle > connectionsBefore + connectionsBefore / 10 {
            excess.append("the server has \(connections) connections, before it had \(connectionsBefore)")
        }
        if let now = now.descriptors, let before = before.descriptors,
            now - 3 * pool.idle > before + before / 10
        {
            excess.append("\(now) descriptors are open, before there were \(before)")
        }
        if !options.isSanitized, let now = now.residentBytes, let before = before.residentBytes,
            now > before + max(before / 10, Self.memoryTolerance) + allowance
        {
            excess.append("\(now >> 20) MB of memory are in use, before there were \(before >> 20)")
        }
        // A few: calls that rest between two attempts come and go.
        if census.sleepers > sleepersBefore + sleepersBefore / 10 + 4 {
            excess.append("\(census.sleepers) of the client's tasks sleep, before there were \(sleepersBefore)")
        }
        if pool.leased + pool.resetting > 0 { excess.append("slots of the pool are in use: \(pool)") }
        state.withLock { state in
            (state.report.residentBefore, state.report.residentAfter) = (before.residentBytes, now.residentBytes)
        }
        return excess
    }

    /// L: what the server has in the end.
    func checkTheServersSide() async throws {
        let counter = try await server.cli("GET", Key.counter).decode(as: Int?.self) ?? 0
        var finals: [Ledger.Final] = []
        for task in 0..<load.tasks {
            finals.append(
                Ledger.Final(
                    value: try await server.cli("GET", Key.value(task)).decode(as: Int?.self) ?? 0,
                    entries: try await server.cli("LRANGE", Key.log(task), "0", "-1").decode(as: [Int].self),
                    pairedCounter: try await server.cli("GET", Key.pairedCounter(task)).decode(as: Int?.self) ?? 0,
                    paired: try await server.cli("LRANGE", Key.pairedLog(task), "0", "-1").decode(as: [Int].self)))
        }
        let all = finals
        load.state.withLock { $0.ledger.finish(counter: counter, tasks: all) }
        if load.state.withLock({ $0.ledger.counts.ok }) == 0 { note(.progress, "no operation has succeeded") }
    }

    /// N.
    func checkConnects() {
        let (before, bound) = state.withLock { ($0.connectsBefore, $0.connectsPerSecondBound) }
        let rate = ConnectRate(instants: Array(proxy.accepted.dropFirst(before)))
        state.withLock { state in
            state.report.connects = rate.instants.count
            state.report.mostConnectsPerSecond = rate.mostPerSecond
        }
        if rate.mostPerSecond > bound {
            note(.storm, "\(rate.mostPerSecond) connects within a second, at most \(bound)")
        }
    }
}
