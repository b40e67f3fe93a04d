// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import ValkeyToolkit

/// Connections that end in the middle of something.
extension Scenario {
    static let losses = [f06, f07, f09]

    /// The whole load meets some of the resets; small clients of their own meet every one of them.
    static let f06 = Scenario(id: "F06", title: "reset after N bytes of a reply, N = 1…200", isQuick: true) { run in
        for count in [1, 2, 3, 5, 7, 11, 20, 50, 100, 200] {
            try await run.lose(receiving: .reset(.after(count)), progressWithin: .seconds(1), "\(count)")
        }
        await run.eachOfManyClients(counts: 1...200) { .reset(.after($0)) }
        run.heal()
        run.require(progressWithin: .seconds(1))
    }

    static let f07 = Scenario(id: "F07", title: "end of the stream in the middle of a bulk", isQuick: true) { run in
        for count in [1, 4, 9, 30, 100] {
            try await run.lose(receiving: .finish(.after(count)), progressWithin: .seconds(1), "\(count)")
        }
        await run.eachOfManyClients(counts: 1...200) { .finish(.after($0)) }
        run.heal()
        run.require(progressWithin: .seconds(1))
    }

    static let f09 = Scenario(id: "F09", title: "the server half-closes", isQuick: true) { run in
        for _ in 1...3 {
            try await run.lose(receiving: .finish(.now), progressWithin: .seconds(1), "half-close")
        }
        // A connection that nobody uses: its end must be seen before the next command is written into it.
        let proxy = try FaultProxy(to: run.server.endpoint)
        defer { proxy.close() }
        let idle = run.makeClient {
            $0.endpoint = proxy.endpoint
            $0.clientName = "faults-idle"
        }
        defer { idle.close() }
        for _ in 1...5 {
            try await idle.set("faults:idle", 1)
            // Long enough for the pool to take the connection for a good one.
            await run.pause(.milliseconds(600))
            proxy.finishReplies()
            await run.pause(.milliseconds(300))
            proxy.heal()
            let (_, outcome) = await run.load.call("SET behind a half-close") { try await idle.set("faults:idle", 2) }
            if outcome != .ok { run.note(.loss, "a command behind a half-close: \(outcome)") }
        }
        run.heal()
        run.require(progressWithin: .seconds(1))
    }
}

extension ScenarioRun {
    /// A client through the proxy, set up like the load's.
    func makeClient(
        environment: ClientEnvironment = .live, _ change: (inout NodeConfiguration) -> Void = { _ in }
    ) -> NodeClient {
        var configuration = client.configuration
        change(&configuration)
        return NodeClient(configuration, environment: environment)
    }

    /// Lets every open connection meet a fault in its replies, and waits until calls succeed again.
    func lose(receiving fault: Fault, progressWithin bound: Duration, _ what: String) async throws {
        let before = proxy.accepted.count
        // Those that are open now are to be lost; new ones are whole.
        let existing = before
        proxy.setPlans { connection in connection < existing ? FaultPlan(receiving: [fault]) : FaultPlan() }
        guard await until(.seconds(2), { self.proxy.accepted.count > before }) else {
            return note(.progress, "\(what): no connection was opened in place of those that were lost")
        }
        load.setMark()
        let progress = await waitForProgress(bound + .seconds(1))
        if progress.map({ $0 > bound }) ?? true {
            note(.progress, "\(what): the first reply came \(progress.map { "after \($0)" } ?? "not at all")")
        }
        // Long enough for the pool to take the new connection for a good one.
        await pause(.milliseconds(600))
    }

    /// For each count a client whose first connection meets a fault there, and that must go on behind it.
    func eachOfManyClients(
        counts: some Collection<Int>, valueSize: Int = 300, _ fault: @escaping @Sendable (Int) -> Fault
    ) async {
        let value = String((0..<valueSize).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
        _ = try? await client.set("faults:bulk", value)
        await withTaskGroup(of: Void.self) { group in
            for (running, count) in counts.enumerated() {
                if running >= 8 { await group.next() }
                group.addTask { await self.loseOne(fault(count), value: value, "after \(count) bytes") }
            }
        }
    }

    /// Only read-only commands are called, which must succeed on a second connection within their deadline, and echo
    /// and value must be whole.
    private func loseOne(_ fault: Fault, value: String, _ what: String) async {
        guard let proxy = try? makeProxy(to: upstream) else { return note(.progress, "no proxy \(what)") }
        defer { proxy.close() }
        let client = makeClient {
            $0.endpoint = proxy.endpoint
            $0.clientName = "faults-one"
            // On a busy machine a handshake of TLS can take longer than the load's clients wait, and would be begun anew.
            $0.connectTimeout = .seconds(5)
        }
        defer { client.close() }
        // Nothing is wrong yet but a machine that may be busy.
        let isConnected = await until(.seconds(5)) { (try? await client.ping()) != nil }
        if !isConnected { note(.progress, "\(what): no call on a good connection succeeds") }
        let existing = proxy.accepted.count
        proxy.setPlans { $0 < existing ? FaultPlan(receiving: [fault]) : FaultPlan() }
        for round in 0..<6 {
            let (found, outcome) = await load.call("GET \(what)") {
                try await client.get("faults:bulk", as: String.self)
            }
            load.state.withLock { $0.ledger.ended(outcome) }
            if outcome != .ok { note(.loss, "GET \(what) was not repeated: \(outcome)") }
            if outcome == .ok, (found ?? nil) != value {
                note(.misdelivery, "GET \(what) gave \((found ?? nil) ?? "nothing")")
            }
            let nonce = "\(what)-\(round)"
            let (reply, echoed) = await load.call("ECHO \(what)") { try await client.echo(nonce, as: String.self) }
            load.state.withLock { $0.ledger.echoed(reply, to: nonce, echoed) }
        }
        checkSecrets(of: proxy, what)
        let connects = proxy.accepted.count - existing
        if connects != 1 { note(.storm, "\(what): \(connects) connects instead of 1") }
    }
}
