// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import ServerSupport
internal import Synchronization
internal import Transport
internal import ValkeyToolkit

#if TLS
    internal import TransportTLS
#endif

/// What is wrong from the beginning: the first caller must hear of it at once, and why.
extension Scenario {
    static let firstErrors = [e01]

    static let e01 = Scenario(
        id: "E01", title: "wrong password, port, host, protocol, permissions: the first call says so", isQuick: true
    ) { run in
        try await run.server.cli("ACL", "SETUSER", "someone", "on", ">right", "~*", "+@all")
        try await run.server.cli("ACL", "SETUSER", "noselect", "on", ">right", "~*", "+@all", "-select")
        let password = Credentials(username: "someone", password: "wrong")
        await run.meetAtFirst("a wrong password", ["WRONGPASS"]) { $0.credentials = password }
        await run.meetAtFirst("an unknown user", ["WRONGPASS"]) {
            $0.credentials = Credentials(username: "nobody", password: "right")
        }
        await run.meetAtFirst("SELECT without permission", ["SELECT", "NOPERM"]) {
            $0.credentials = Credentials(username: "noselect", password: "right")
            $0.database = 1
        }
        await run.meetAtFirst("a database that there isn't", ["SELECT", "out of range"]) { $0.database = 1_000_000 }
        let refused = try run.makeProxy(to: run.server.endpoint)
        refused.close()
        await run.meetAtFirst("a refused port", ["could not connect"]) { $0.endpoint = refused.endpoint }
        await run.meetAtFirst("an unknown host", ["could not resolve"]) {
            $0.endpoint = .tcp(host: "no-such-host.invalid", port: 6379)
        }
        #if TLS
            await run.meetAtFirst("a port without TLS", ["doesn't speak TLS on this port"]) {
                $0.security = try? TLSProvider(TLSConfiguration())
            }
        #else
            run.remark("A port without TLS is left out: this was built without the trait TLS.")
        #endif
        try await run.meetRefusedHello()
        run.markHealed()
        run.requireNoFailures()
    }
}

extension ScenarioRun {
    private static let limit = Duration.seconds(1)

    /// A new client's first call, with the configuration's own time limits: it must say these words within a second, and that nothing
    /// was executed.
    fileprivate func meetAtFirst(
        _ what: String, _ words: [String], _ change: (inout NodeConfiguration) -> Void
    ) async {
        var configuration = NodeConfiguration(endpoint: server.endpoint)
        configuration.protocolVersion = options.protocolVersion
        change(&configuration)
        let client = NodeClient(configuration)
        defer { client.close() }
        let start = ContinuousClock.now
        var text = "no error"
        do {
            _ = try await client.get("faults:first")
        } catch {
            text = "\(error)"
            if ExecutionCertainty(of: error)?.mayHaveExecuted != false { note(.loss, "\(what) is unknown: \(text)") }
        }
        let time = start.duration(to: .now)
        remark("\(what): \(text), after \(time)")
        for word in words where !text.contains(word) { note(.progress, "\(what): no \"\(word)\" in: \(text)") }
        // A busy machine is no excuse for the rest of a second.
        if time > Self.limit { note(.progress, "\(what) was told after \(time)") }
    }

    /// Who doesn't say who they are is told so; a server that doesn't know HELLO is spoken to in RESP2.
    fileprivate func meetRefusedHello() async throws {
        let closed = try await TestServer.start(options.version, options: ["--requirepass", "right"])
        defer { closed.kill() }
        await meetAtFirst("no password", ["NOAUTH"]) { $0.endpoint = closed.endpoint }
        let old = try await TestServer.start(options.version, options: ["--rename-command", "HELLO", ""])
        defer { old.kill() }
        var configuration = NodeConfiguration(endpoint: old.endpoint)
        configuration.protocolVersion = options.protocolVersion
        let client = NodeClient(configuration)
        defer { client.close() }
        let start = ContinuousClock.now
        let reply = try await client.echo("hello", as: String.self)
        let time = start.duration(to: .now)
        if reply != "hello" { note(.misdelivery, "a server without HELLO answered \(reply)") }
        if time > Self.limit { note(.progress, "a server without HELLO answered after \(time)") }
    }
}
