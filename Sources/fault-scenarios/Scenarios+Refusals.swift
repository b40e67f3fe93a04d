// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import Transport
internal import ValkeyToolkit

/// Nobody there, or nobody who takes another client.
extension Scenario {
    static let refusals = [f18, f24, f32]

    static let f18 = Scenario(id: "F18", title: "nobody listens, then again", isQuick: true) { run in
        try run.proxy.setListening(false)
        run.proxy.resetAll()
        await run.pause(run.seconds(5))
        let counts = run.counts
        try run.proxy.setListening(true)
        run.markHealed()
        run.remark("\(counts.notExecuted) operations were not executed meanwhile")
        if counts.notExecuted == 0 { run.note(.loss, "no call said that it was not executed") }
        run.require(progressWithin: .seconds(1), connectsPerSecond: 20)
    }

    static let f24 = Scenario(id: "F24", title: "the server is a replica for a while, on the same port", isQuick: true)
    {
        run in
        _ = try await run.server.cli("REPLICAOF", "127.0.0.1", "1")
        run.proxy.resetAll()
        let connects = run.proxy.accepted.count
        let time = run.seconds(4)
        await run.pause(time)
        let dials = run.proxy.accepted.count - connects
        _ = try await run.server.cli("REPLICAOF", "NO", "ONE")
        run.markHealed()
        let words = run.load.state.withLock { $0.errors.keys.joined(separator: " ") }
        // A server that clients have asked to send them on names the primary instead.
        if !words.contains("READONLY"), !words.contains("REDIRECT") {
            run.note(.progress, "no write was told that it had reached a replica: \(words)")
        }
        run.remark("\(dials) dials in \(time)")
        run.require(progressWithin: .seconds(1), connectsPerSecond: 20)
    }

    static let f32 = Scenario(id: "F32", title: "the server has no room for another client", isQuick: true) { run in
        // One connection to make room again, and some that take it.
        var configuration = NodeConfiguration(endpoint: run.server.endpoint)
        configuration.clientName = "faults-admin"
        let admin = NodeClient(configuration)
        defer { admin.close() }
        _ = try await admin.ping()
        var hogs: [SocketTransport] = []
        for _ in 0..<5 { hogs.append(try await SocketConnector().open(run.server.endpoint)) }
        defer { for hog in hogs { hog.close() } }
        await run.pause(.milliseconds(100))
        let connects = run.proxy.accepted.count
        _ = try await admin.execute(RawCommand("CONFIG", "SET", "maxclients", "5", as: String.self))
        run.proxy.resetAll()
        let time = run.seconds(5)
        await run.pause(time)
        let dials = run.proxy.accepted.count - connects
        _ = try await admin.execute(RawCommand("CONFIG", "SET", "maxclients", "10000", as: String.self))
        run.markHealed()
        let words = run.load.state.withLock { $0.errors.keys.joined(separator: " ") }
        if !words.contains("max number of clients") {
            run.note(.progress, "the server's words reached nobody: \(words)")
        }
        run.remark("\(dials) dials in \(time)")
        run.require(progressWithin: .seconds(1), connectsPerSecond: 20)
    }
}
