// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import Pool
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(1))) struct ClientObserverTests {
    private let observer = RecordingObserver()
    private let clock = ManualClock()

    private func client(
        _ connector: any TransportConnector, _ change: (inout NodeConfiguration) -> Void = { _ in }
    ) -> NodeClient {
        var configuration = NodeConfiguration(endpoint: .tcp(host: "db.example", port: 7000))
        configuration.connection.keepalive = nil
        change(&configuration)
        var environment = ClientEnvironment(connector, clock)
        environment.observer = observer
        return NodeClient(configuration, environment: environment)
    }

    @Test func `the life of a connection is told from its dial to its end`() async throws {
        let server = ScriptedServer.echo()
        let client = client(server.connector)
        _ = try await client.execute(echo("x"))
        #expect(observer.names == ["connecting", "connected", "ready"])
        server.disconnect(0)
        _ = try await client.execute(RawCommand("GET", "k", as: String.self))
        try await wait(until: { observer.count("ready") == 2 })
        #expect(observer.count("closed") == 1 && observer.count("reconnecting") == 1)
        client.close()
        try await wait(until: { observer.count("closed") == 2 })
        #expect(observer.count("reconnecting") == 1, "nobody reconnects what was closed")
        guard case .closed(.closedByOwner, let record)? = observer.events.last?.kind else {
            Issue.record("got \(observer.events)")
            return
        }
        #expect(record.requests == 2)
    }

    @Test func `a dial that fails is told with its cause`() async throws {
        let client = client(InMemoryConnector { endpoint, _ in throw TransportError.connectionRefused(endpoint) })
        await #expect(throws: TransportError.self) { try await client.get("k") }
        #expect(observer.names == ["connecting", "connect_failed"])
        #expect(observer.events.last?.attributes.map { "\($0)" }.contains("error.type=transport") == true)
        #expect(observer.calls.first?.failure?.certainty == .notSent)
    }

    @Test func `a call is reported with OpenTelemetry's names`() async throws {
        let server = ScriptedServer { [clock] _ in
            clock.advance(by: .milliseconds(250))
            return .bulk("v")
        }
        let client = client(server.connector) { $0.database = 3 }
        try await client.connect()
        let began = clock.now
        _ = try await client.get("k")
        let call = try #require(observer.calls.first)
        #expect(observer.calls.count == 1)
        #expect(call.began == began && call.duration == .milliseconds(250))
        #expect(call.attempts == 1 && call.failure == nil && call.batchSize == nil)
        #expect(
            call.attributes.map { "\($0)" } == [
                "db.operation.name=GET", "db.system.name=valkey", "db.namespace=3", "server.address=db.example",
                "server.port=7000",
            ])
        #expect("\(call)" == "db.example:7000: GET took 250.0 ms")
    }

    @Test(arguments: [Endpoint.tcp(host: "10.1.2.80", port: 6379), .tcp(host: "::1", port: 1), .unix(path: "/tmp/s")])
    func `a peer that is known by its address is named`(endpoint: Endpoint) async throws {
        let client = client(ScriptedServer.echo().connector) { $0.endpoint = endpoint }
        _ = try await client.execute(echo("x"))
        let names = observer.calls.first?.attributes.map(\.name) ?? []
        #expect(names.contains("network.peer.address"))
        if case .tcp = endpoint { #expect(names.contains("network.peer.port")) }
    }

    @Test func `a call that is made again is one call, and its attempts are told`() async throws {
        let client = client(ScriptedServer(replies: [.close, .error("LOADING"), .bulk("v")]).connector)
        _ = try await client.get("k")
        #expect(observer.calls.map(\.attempts) == [3])
        let reasons = observer.events.compactMap { event -> String? in
            guard case .retrying("GET", let attempt, _, let failure) = event.kind else { return nil }
            return "\(attempt) \(failure.type) \(failure.statusCode ?? "-")"
        }
        #expect(reasons == ["2 connection_closed -", "3 LOADING LOADING"])
    }

    @Test func `failures have the server's code, or a word, and say whether the command may have run`() async throws {
        let client = client(
            ScriptedServer(replies: [.error("WRONGTYPE secret"), .error("oh secret"), .close]).connector)
        for _ in 0..<3 { _ = try? await client.incr("n") }
        #expect(observer.calls.map { $0.failure?.type } == ["WRONGTYPE", "_OTHER", "connection_closed"])
        #expect(observer.calls.map { $0.failure?.statusCode } == ["WRONGTYPE", "_OTHER", nil])
        #expect(observer.calls.last?.failure?.certainty == .outcomeUnknown)
        #expect(observer.calls.last?.failure?.flightRecord?.call?.stage == .sent)
    }

    @Test func `batches have a size and a name`() async throws {
        let client = client(
            ScriptedServer { command in
                switch command.name {
                case "MULTI": .ok
                case "EXEC": .array([.integer(1)])
                case "INCR": .simple("QUEUED")
                default: .bulk("v")
                }
            }.connector)
        let (same, mixed, one, atomic) = (client.pipeline(), client.pipeline(), client.pipeline(), client.pipeline())
        for _ in 0..<3 { same.get("k") }
        mixed.get("k")
        mixed.strlen("k")
        one.get("k")
        atomic.incr("n")
        for batch in [same, mixed, one] { _ = try? await batch.run() }
        _ = try await atomic.run(atomic: true)
        #expect(observer.calls.map(\.operation) == ["PIPELINE GET", "PIPELINE", "GET", "MULTI INCR"])
        #expect(observer.calls.map(\.batchSize) == [3, 2, nil, nil])
        #expect(observer.calls[0].attributes.map { "\($0)" }.contains("db.operation.batch.size=3"))
    }

    @Test func `blocking commands, streams, leased connections and transactions are reported once each`() async throws {
        let client = client(
            ScriptedServer { command in
                switch command.name {
                case "BLPOP": .array([.bulk("q"), .bulk("e")])
                case "MULTI", "WATCH": .ok
                case "EXEC": .array([.integer(1)])
                case "INCR": .simple("QUEUED")
                default: .bulk("v")
                }
            }.connector)
        _ = try await client.blpop("q", timeout: .zero)
        _ = try await client.withStream(of: "k") { pieces in for try await _ in pieces {} }
        _ = try await client.withConnection { try await $0.get("k") }
        _ = try await client.transaction(watching: "n") { watching in
            let multi = watching.multi()
            let count = multi.incr("n")
            return multi.commit(count)
        }
        #expect(observer.calls.map(\.operation) == ["BLPOP", "GET", "GET", "MULTI INCR"])
    }

    @Test func `a client that was used and is dropped without being closed is told of, once`() async throws {
        let server = ScriptedServer.echo()
        do {
            let unused = client(server.connector)
            let closed = client(server.connector)
            try await closed.connect()
            closed.close()
            _ = unused
        }
        #expect(observer.count("dropped_without_close") == 0)
        do {
            let dropped = client(server.connector)
            _ = try await dropped.execute(echo("x"))
        }
        try await wait(until: { server.openConnectionCount == 0 })
        #expect(observer.count("dropped_without_close") == 1)
    }

    @Test func `without an observer nobody looks at the clock for one`() async throws {
        let looks = Mutex(0)
        func client(_ observer: RecordingObserver?) -> NodeClient {
            let clock = clock
            var environment = ClientEnvironment(ScriptedServer.echo().connector, clock)
            environment.now = {
                looks.withLock { $0 += 1 }
                return clock.now
            }
            environment.observer = observer
            var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
            configuration.connection.inlineWait = .zero
            return NodeClient(configuration, environment: environment)
        }
        func looksPerCall(_ client: NodeClient) async throws -> Int {
            try await client.connect()
            looks.withLock { $0 = 0 }
            for _ in 0..<10 { _ = try await client.execute(echo("x")) }
            client.close()
            return looks.withLock { $0 } / 10
        }
        #expect(try await looksPerCall(client(nil)) == 1)
        #expect(try await looksPerCall(client(observer)) == 3)
    }

    @Test func `the pool is measured under OpenTelemetry's names`() async throws {
        let client = client(ScriptedServer { _ in .array([.bulk("q"), .bulk("e")]) }.connector)
        _ = try await client.blpop("q", timeout: .zero)
        try await client.connect()
        let metrics = client.connectionMetrics.map { metric in
            "\(metric.name) \(metric.attributes.dropFirst().map { "\($0) " }.joined())\(metric.value)"
        }
        #expect(
            metrics == [
                "db.client.connection.count db.client.connection.state=idle 1",
                "db.client.connection.count db.client.connection.state=used 1",
                "db.client.connection.idle.min 0", "db.client.connection.max 17",
                "db.client.connection.pending_requests 0", "db.client.connection.timeouts 0",
            ])
    }

    @Test func `nothing that an observer is told holds a key, a value, a password or the server's words`() async throws
    {
        let replies = Mutex<ArraySlice<ScriptedReply>>([
            .bulk("secret"), .error("ERR unknown command 'FOO', with args beginning with: 'secret'"),
            .error("secret: from a script"), .error("LOADING secret"), .bulk("secret"),
            .push([.bulk("news"), .bulk("secret")]).then(.bulk("secret")), .raw("$secret\r\n"), .close,
        ])
        let server = ScriptedServer { _ in replies.withLock { $0.popFirst() } ?? .error("ERR secret") }
        let credentials = Credentials(username: "secret-user", password: "secret-password")
        let client = client(server.connector) {
            $0.credentials = credentials
            $0.clientName = "secret-name"
        }
        for _ in 0..<8 { _ = try? await client.execute(RawCommand("GETEX", "secret-key", "secret", as: String.self)) }
        let refusing = self.client(
            ScriptedServer(answersHandshakes: false) { _ in .error("WRONGPASS secret-password of secret-user") }
                .connector
        ) { $0.credentials = credentials }
        _ = try? await refusing.get("secret-key")
        let batch = client.pipeline()
        for _ in 0..<2 { batch.get("secret-key") }
        _ = try? await batch.run()
        client.close()
        #expect(observer.events.count > 10 && observer.calls.count == 10)
        var shown = ""
        for event in observer.events {
            shown += "\(event) \(event.attributes)"
            dump(event, to: &shown)
        }
        for call in observer.calls {
            shown += "\(call) \(call.attributes)"
            dump(call, to: &shown)
        }
        #expect(!shown.contains("secret"))
    }
}
