// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import ValkeyToolkit

/// The server itself: stopped, killed, busy, out of memory, or tired of its clients.
extension Scenario {
    static let servers = [f20, f21, f22, f23, f33]

    static let f20 = Scenario(id: "F20", title: "the server is stopped for a while (SIGSTOP)", isQuick: true) { run in
        let before = run.counts
        run.server.pause()
        await run.pause(run.seconds(5))
        run.server.resume()
        run.markHealed()
        if run.counts.unknown == before.unknown { run.note(.loss, "no call has timed out") }
        run.require(progressWithin: .seconds(1), connectsPerSecond: 5)
    }

    static let f21 = Scenario(
        id: "F21", title: "the server is killed and started again", isQuick: true,
        // What was acknowledged must be there afterwards.
        serverOptions: ["--appendonly", "yes", "--appendfsync", "always"]
    ) { run in
        run.server.kill()
        await run.pause(run.seconds(3))
        try await run.server.restart()
        run.markHealed()
        run.require(progressWithin: .seconds(1), connectsPerSecond: 20)
    }

    static let f22 = Scenario(id: "F22", title: "the server kills its clients once a second") { run in
        let gaps = run.load.state.withLock { $0.messages.gaps }
        let connects = run.proxy.accepted.count
        let rounds = max(1, Int(run.seconds(4) / .seconds(1)))
        for _ in 1...rounds {
            for kind in ["normal", "pubsub"] {
                try await run.server.cli("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
                await run.pause(.milliseconds(500))
            }
        }
        run.markHealed()
        let dials = run.proxy.accepted.count - connects
        if dials < 2 * rounds { run.note(.progress, "only \(dials) connects after \(2 * rounds) kills") }
        let heard = run.load.state.withLock { $0.messages.gaps } - gaps
        if heard < rounds { run.note(.loss, "the subscriber heard of \(heard) gaps, not of \(rounds)") }
        run.require(progressWithin: .seconds(1), connectsPerSecond: 10)
    }

    static let f23 = Scenario(id: "F23", title: "the server is busy for three seconds (DEBUG SLEEP)") { run in
        let before = run.counts
        try await run.server.cli("DEBUG", "SLEEP", "3")
        run.markHealed()
        if run.counts.unknown == before.unknown { run.note(.loss, "no call has timed out") }
        run.require(progressWithin: .seconds(1), connectsPerSecond: 5)
    }

    static let f33 = Scenario(id: "F33", title: "the server has no memory left: it refuses to write") { run in
        let before = run.counts
        let refusedBefore = try await run.refusals()
        try await run.server.cli("CONFIG", "SET", "maxmemory", "1")
        await run.pause(run.seconds(3))
        let during = run.counts
        await run.load.setPaused(true)
        let (after, refused) = (run.counts, try await run.refusals() - refusedBefore)
        try await run.server.cli("CONFIG", "SET", "maxmemory", "0")
        await run.load.setPaused(false)
        run.markHealed()
        let told = after.serverErrors - before.serverErrors
        run.remark("the server refused \(refused) commands, callers were told of \(told)")
        if told == 0 { run.note(.loss, "nobody was told that the server has no memory left") }
        if during.ok == before.ok { run.note(.progress, "reading was not possible either") }
        // A transaction is told once, and two of its commands are refused.
        if refused > 2 * told { run.note(.storm, "\(refused) commands were refused, \(told) callers told") }
        let words = run.load.state.withLock { $0.errors.keys.joined(separator: " ") }
        if !words.contains("OOM") { run.note(.loss, "no error says that there is no memory: \(words)") }
        run.require(progressWithin: .seconds(1), connectsPerSecond: 2)
    }
}

extension ScenarioRun {
    /// How many commands the server has refused for want of memory.
    fileprivate func refusals() async throws -> Int {
        let stats = try await server.cli("INFO", "errorstats").decode(as: String.self)
        let line = stats.split(whereSeparator: \.isNewline).first { $0.hasPrefix("errorstat_OOM:count=") }
        return line.flatMap { Int($0.drop { $0 != "=" }.dropFirst()) } ?? 0
    }
}
