// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import Pool
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import ValkeyToolkit

/// Connections on which nothing comes, or hardly anything.
extension Scenario {
    static let silences = [f10, f14, f17, f19]

    /// How long the clients of these scenarios take silence for life.
    private static let silenceLimit = Duration.seconds(2)

    static let f10 = Scenario(
        id: "F10", title: "a black hole both ways, then clear",
        configure: { $0.connection.silenceLimit = silenceLimit }
    ) { run in
        let connects = run.proxy.accepted.count
        run.inject(.both([.blackHole(.now)]))
        await run.pause(run.seconds(8))
        run.heal()
        run.require(progressWithin: silenceLimit + .seconds(2), connectsPerSecond: 20)
        await run.waitForProgress(silenceLimit + .seconds(2))
        if run.proxy.accepted.count < connects + 2 { run.note(.progress, "the connections were not replaced") }
    }

    static let f14 = Scenario(id: "F14", title: "10 MB values at 100 kB/s, beside small commands") { run in
        let size = 10_000_000
        try await run.server.cli("SET", "faults:large", String(repeating: "0123456789", count: size / 10))
        let slow = try FaultProxy(to: run.server.endpoint)
        defer { slow.close() }
        let client = run.makeClient {
            $0.endpoint = slow.endpoint
            $0.clientName = "faults-slow"
            $0.commandTimeout = nil
        }
        defer { client.close() }
        try await client.connect()
        slow.setPlan(.both([.throttle(bytesPerSecond: 100_000)]))
        // The value, the chunk that it is received into, and what the proxy and the sockets hold.
        run.state.withLock { $0.memoryAllowance = 4 * size }
        let failures = run.counts.all - run.counts.ok
        let reading = Task { try await client.get("faults:large") }
        await run.pause(run.seconds(5))
        if run.counts.all - run.counts.ok > failures { run.note(.loss, "commands on other connections failed") }
        slow.heal()
        let value = try await reading.value
        let isWhole = value?.withSpan { bytes in
            bytes.count == size && bytes.indices.allSatisfy { bytes[$0] == UInt8(48 + $0 % 10) }
        }
        if isWhole != true { run.note(.misdelivery, "the large value is not whole") }
        run.markHealed()
        run.require(progressWithin: .seconds(1))
    }

    static let f17 = Scenario(
        id: "F17", title: "half of the new connections are accepted and never answered", isQuick: true,
        configure: { $0.maximumConnections = 8 }
    ) { run in
        run.proxy.setPlans(includingOpen: false) { FaultPlan(connecting: $0 % 2 == 1 ? .hang : nil) }
        let end = ContinuousClock.now + run.seconds(5)
        // Callers that need connections of their own, so that many are dialed.
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    while ContinuousClock.now < end {
                        _ = try? await run.client.blpop("faults:empty:\(caller)", timeout: .milliseconds(100))
                    }
                }
            }
            while ContinuousClock.now < end {
                run.proxy.resetAll()
                await run.pause(.seconds(1))
            }
        }
        run.heal()
        run.require(progressWithin: .seconds(1))
        let idle = await run.until(.seconds(2)) {
            let status = run.client.pool.status
            return status.leased == 0 && status.dialing == 0 && status.resetting == 0
        }
        if !idle { run.note(.resources, "slots of the pool leak: \(run.client.pool.status)") }
    }

    static let f19 = Scenario(
        id: "F19", title: "handshake replies later than the connect timeout", isQuick: true,
        configure: { $0.connectTimeout = .milliseconds(300) }
    ) { run in
        run.inject(FaultPlan(receiving: [.delay(.milliseconds(600)...(.milliseconds(700)))]))
        run.proxy.resetAll()
        await run.pause(run.seconds(3))
        let words = run.load.state.withLock { $0.errors.keys.joined(separator: " ") }
        if !words.contains("no connection") {
            run.note(.progress, "no call said that there was no connection: \(words)")
        }
        run.heal()
        run.require(progressWithin: .seconds(1), connectsPerSecond: 20)
    }
}
