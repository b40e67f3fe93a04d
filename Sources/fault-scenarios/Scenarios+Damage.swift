// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import ValkeyToolkit

/// Bytes that are not those that were sent: flipped, missing, or too many.
///
/// What they say can't be trusted then, which is why clients of their own meet them. The load must not notice.
extension Scenario {
    static let damage = [f12, f13]

    static let f12 = Scenario(
        // Five minutes in the list of scenarios: --seconds 300.
        id: "F12", title: "one byte of a thousand has a flipped bit, both ways"
    ) { run in
        let proxy = try FaultProxy(to: run.server.endpoint)
        defer { proxy.close() }
        let client = run.makeClient {
            $0.endpoint = proxy.endpoint
            $0.clientName = "faults-flipped"
            // A length that grew by a flipped bit has everybody wait: not for long, so that there is more to damage.
            $0.commandTimeout = .milliseconds(300)
            $0.connection.silenceLimit = .milliseconds(300)
        }
        defer { client.close() }
        proxy.setPlan(.both(seed: run.options.seed, [.corrupt(.probability(0.001))]))
        let end = ContinuousClock.now + run.seconds(8)
        let found = await withTaskGroup(of: [String: Int].self) { group in
            for task in 0..<10 { group.addTask { await run.callOnDamagedBytes(client, task, until: end) } }
            return await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        run.remark("\(proxy.accepted.count) connects; calls ended so: \(found)")
        if found["malformedReply"] == nil { run.note(.progress, "no damaged frame was noticed") }
        // Nothing is damaged any more, but a flipped bit can make a reply of five out of one: which replies belong to which
        // calls only a new connection knows.
        proxy.heal()
        proxy.resetAll()
        let isWell = await run.until(.seconds(1)) { (try? await client.echo("well", as: String.self)) == "well" }
        if !isWell { run.note(.progress, "the damaged client doesn't recover") }
        run.markHealed()
        run.requireNoFailures()
        run.require(progressWithin: .seconds(1))
    }

    static let f13 = Scenario(
        id: "F13", title: "one reply too many, one twice, one missing", isQuick: true,
        configure: { $0.connection.silenceLimit = .seconds(2) }
    ) { run in
        for round in 1...10 {
            try await run.answerTooMuch("an extra reply, \(round)") { _ in [.insert(.now, Array("+OK\r\n".utf8))] }
            try await run.answerTooMuch("an extra error, \(round)") { _ in [.insert(.now, Array("-ERR no\r\n".utf8))] }
            try await run.answerTooMuch("a reply twice, \(round)") { [.duplicate(.now, count: $0...$0)] }
        }
        try await run.answerTooLittle()
        run.heal()
        run.requireNoFailures()
        run.require(progressWithin: .seconds(1))
    }
}

extension ScenarioRun {
    /// Calls of which nobody can say what they answer, but that they end. Says how often how.
    fileprivate func callOnDamagedBytes(
        _ client: NodeClient, _ task: Int, until end: ContinuousClock.Instant
    ) async -> [String: Int] {
        var (endings, writes) = ([String: Int](), false)
        while ContinuousClock.now < end {
            writes.toggle()
            let (ending, _) = await load.call("a call on damaged bytes") {
                do {
                    if writes {
                        try await client.set("damaged:\(task)", "value")
                    } else {
                        _ = try await client.get("damaged:\(task)", as: String.self)
                    }
                    return "a reply"
                } catch ConnectionError.closed(.malformedReply, _, _),
                    ConnectionError.handshakeBroken(.malformedReply, _)
                {
                    return "malformedReply"
                } catch {
                    return "\(type(of: error))"
                }
            }
            endings[ending ?? "nothing", default: 0] += 1
            await pause(.milliseconds(10))
        }
        return endings
    }

    /// A client on its own gets a reply too many, behind a call's or while nothing is under way. Nobody may get it.
    ///
    /// - Parameter faults: what becomes of a reply of so many bytes.
    fileprivate func answerTooMuch(
        _ what: String, _ faults: @escaping @Sendable (Int) -> [Fault]
    ) async throws {
        let proxy = try FaultProxy(to: server.endpoint)
        defer { proxy.close() }
        let client = makeClient {
            $0.endpoint = proxy.endpoint
            $0.clientName = "faults-more"
        }
        defer { client.close() }
        let isConnected = await until(.seconds(5)) { (try? await client.ping()) != nil }
        if !isConnected { note(.progress, "\(what): no call on a good connection succeeds") }
        let (connects, length) = (proxy.accepted.count, Self.nonceReplyLength)
        proxy.setPlans { $0 < connects ? FaultPlan(receiving: faults(length)) : FaultPlan() }
        for number in 1...4 {
            // Long enough for the proxy to do what it was told, and for the connection to be looked at before it is used.
            await pause(.milliseconds(20))
            let nonce = Self.nonce(number)
            let (reply, outcome) = await load.call("ECHO beside \(what)") {
                try await client.echo(nonce, as: String.self)
            }
            load.state.withLock { $0.ledger.echoed(reply, to: nonce, outcome) }
            if outcome != .ok { note(.loss, "ECHO beside \(what) ended \(outcome)") }
        }
        let dials = proxy.accepted.count - connects
        if dials != 1 { note(.progress, "\(what): \(dials) new connections instead of 1") }
    }

    /// A reply gets lost. Whoever waits for it is told in time, every later reply is for somebody else then, and the connection
    /// is given up when that has lasted for its silence limit.
    fileprivate func answerTooLittle() async throws {
        let proxy = try FaultProxy(to: server.endpoint)
        defer { proxy.close() }
        let client = makeClient {
            $0.endpoint = proxy.endpoint
            $0.clientName = "faults-less"
            $0.commandTimeout = .milliseconds(300)
        }
        defer { client.close() }
        let isConnected = await until(.seconds(5)) { (try? await client.ping()) != nil }
        if !isConnected { note(.progress, "a missing reply: no call on a good connection succeeds") }
        let (connects, length) = (proxy.accepted.count, Self.nonceReplyLength)
        proxy.setPlans { $0 < connects ? FaultPlan(receiving: [.drop(.now, count: length...length)]) : FaultPlan() }
        await pause(.milliseconds(50))
        let start = ContinuousClock.now
        var timeouts = 0
        while start.duration(to: .now) < .seconds(8) {
            let nonce = Self.nonce(timeouts)
            let (reply, outcome) = await load.call("ECHO behind a missing reply") {
                try await client.echo(nonce, as: String.self)
            }
            if outcome == .ok {
                load.state.withLock { $0.ledger.echoed(reply, to: nonce, outcome) }
                break
            }
            timeouts += 1
        }
        let time = start.duration(to: .now)
        remark("\(timeouts) calls timed out behind a missing reply, after \(time) they succeeded")
        if timeouts == 0 { note(.misdelivery, "no call has missed its reply") }
        // Twice the limit, as it promises, and the last call.
        if time > .seconds(5) { note(.progress, "a missing reply has cost its connection only after \(time)") }
        if proxy.accepted.count != connects + 1 { note(.progress, "the connection was not replaced once") }
    }

    private static func nonce(_ number: Int) -> String { "nonce-\(1000 + number)" }
    /// `$10\r\nnonce-1000\r\n`
    private static var nonceReplyLength: Int { 5 + 10 + 2 }
}
