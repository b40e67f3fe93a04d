// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import ServerSupport
internal import ValkeyToolkit

/// Commands that wait on the server: nothing breaks, but they must neither be ended nor hold anybody up.
extension Scenario {
    static let blocking = [b01]

    static let b01 = Scenario(
        id: "B01", title: "BLPOP without a time limit, 100 GETs beside it, cancelled after the client's timeouts",
        isQuick: true, configure: { $0.connection.silenceLimit = .seconds(1) }
    ) { run in
        let client = run.client
        try await client.set("faults:beside", "value")
        let pop = Task { try await client.blpop("faults:nothing", timeout: .zero) }
        // Thrice the client's own timeout, and half again what it takes for silence to be noticed.
        await run.pause(.seconds(3))
        let isWaiting = try await run.hasBlockedConnection()
        if !isWaiting { run.note(.loss, "BLPOP with 0 did not wait for longer than the client's timeouts") }

        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    guard try await client.get("faults:beside") == "value" else {
                        return run.note(.misdelivery, "a GET beside BLPOP got another value")
                    }
                }
            }
            try await group.waitForAll()
        }
        let gets = start.duration(to: .now)
        if gets > .milliseconds(500) { run.note(.progress, "100 GETs beside BLPOP took \(gets)") }

        let cancelled = ContinuousClock.now
        pop.cancel()
        let result = await pop.result
        let end = cancelled.duration(to: .now)
        if case .success = result { run.note(.misdelivery, "a cancelled BLPOP on an empty list returned a value") }
        if end > Punctuality.tolerance { run.note(.loss, "BLPOP ended \(end) after its cancellation") }
        let isGone = try await run.until(.seconds(2)) { try await !run.hasBlockedConnection() }
        if !isGone { run.note(.resources, "the server still waits for a caller who is gone") }
        run.remark("100 GETs beside BLPOP took \(gets), its cancellation \(end)")
        run.markHealed()
        run.requireNoFailures()
    }
}

extension ScenarioRun {
    /// Whether the server waits on behalf of one of the client's connections.
    fileprivate func hasBlockedConnection() async throws -> Bool {
        let list = try await server.cli("CLIENT", "LIST").decode(as: String.self)
        return list.split(separator: "\n").contains { line in
            line.contains(" name=\(Self.clientName) ") && line.contains(" cmd=blpop ")
        }
    }
}
