// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import FaultInjection
internal import Pipeline
internal import PubSub
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import Transport
internal import ValkeyToolkit

/// What the command line asks for.
struct RunOptions: Codable, Sendable {
    var server: String
    var resp: Int
    var seed: UInt64
    /// How long things go wrong, where a scenario leaves the choice.
    var seconds: Double?
    /// Whether to be short, as in continuous integration.
    var isBrief = false
    /// Whether a sanitizer watches: its own memory says nothing about the client's.
    var isSanitized = false

    var version: ServerSupport.ServerVersion { ServerSupport.ServerVersion(rawValue: server) ?? .valkey9 }
    var protocolVersion: ProtocolVersion { ProtocolVersion(rawValue: resp) ?? .resp3 }
}

/// One scenario at work: a server, a proxy, a client under load, and what is measured of them.
final class ScenarioRun: Sendable {
    /// The name of the client's connections on the server.
    static let clientName = "faults"

    struct State: Sendable {
        var report: ScenarioReport
        var before: ProcessMeter?
        var connectionsBefore: Int?
        var sleepersBefore = 0
        /// Connects before the load had warmed up don't count.
        var connectsBefore = 0
        var healedAt: ContinuousClock.Instant?
        var progressBound: Duration?
        var connectsPerSecondBound = 50
        var descriptorsBound: Int?
        var memoryAllowance = 0
    }

    let options: RunOptions
    let server: TestServer
    /// Where the proxies lead to.
    let upstream: Endpoint
    let proxy: FaultProxy
    let client: NodeClient
    let subscriptions: SubscriptionHub
    let load: BaseLoad
    let census = SleepCensus()
    private let secrets: [String]
    private let watch: MachineWatch
    let state: Mutex<State>

    init(_ scenario: Scenario, options: RunOptions) async throws {
        self.options = options
        server = try await TestServer.start(options.version, options: scenario.serverOptions, tls: scenario.tls?())
        upstream = scenario.tls == nil ? server.endpoint : server.tlsEndpoint(host: "127.0.0.1")
        secrets = scenario.secrets
        proxy = try FaultProxy(to: upstream, seeking: secrets)
        var configuration = NodeConfiguration(endpoint: proxy.endpoint)
        configuration.protocolVersion = options.protocolVersion
        configuration.clientName = Self.clientName
        configuration.commandTimeout = .seconds(1)
        configuration.connectTimeout = .milliseconds(500)
        scenario.configure(&configuration)
        client = NodeClient(configuration, environment: census.counting(scenario.environment()))
        subscriptions = SubscriptionHub(client)
        let load = BaseLoad(
            client: client, subscriptions: subscriptions, tasks: scenario.tasks, seed: options.seed,
            pause: scenario.rest)
        self.load = load
        watch = MachineWatch { length, end in load.state.withLock { $0.punctuality.machineWasLate(by: length, at: end) }
        }
        state = Mutex(
            State(
                report: ScenarioReport(
                    id: scenario.id, title: scenario.title, dialect: "\(options.server) RESP\(options.resp)")))
    }

    // MARK: For scenarios

    /// How long to let things go wrong: what the command line says, or else the scenario's own time.
    func seconds(_ own: Double) -> Duration { .seconds(options.seconds ?? own) }

    /// Lets time pass.
    func pause(_ duration: Duration) async { await load.rest(duration) }

    /// Lets the proxy do this from now on, on open connections and new ones.
    func inject(_ plan: FaultPlan) {
        var plan = plan
        plan.seed &+= options.seed
        proxy.setPlan(plan)
    }

    /// Everything is right again from here on: progress is measured from now.
    func heal() {
        proxy.heal()
        markHealed()
    }

    /// Whatever the scenario itself has broken is right again.
    func markHealed() {
        load.setMark()
        state.withLock { $0.healedAt = .now }
    }

    /// Sets the bounds of P and N.
    func require(progressWithin bound: Duration? = nil, connectsPerSecond: Int? = nil) {
        state.withLock { state in
            if let bound { state.progressBound = bound }
            if let connectsPerSecond { state.connectsPerSecondBound = connectsPerSecond }
        }
    }

    /// Takes note of something that must not be.
    func note(_ criterion: Criterion, _ text: String) {
        state.withLock { $0.report.violations.append(Violation(criterion: criterion, text: text)) }
    }

    /// Says something that a reader of the report wants to know.
    func remark(_ text: String) { state.withLock { $0.report.remarks.append(text) } }

    /// How the load makes its calls from now on.
    func setManner(_ manner: CallManner) { load.state.withLock { $0.manner = manner } }

    /// How the operations have ended so far.
    var counts: OutcomeCounts { load.state.withLock { $0.ledger.counts } }

    /// Waits until something holds. Says whether it did within the time.
    func until(_ limit: Duration, _ condition: () async throws -> Bool) async rethrows -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if try await condition() { return true }
            await pause(.milliseconds(5))
        }
        return try await condition()
    }

    /// Waits for a reply that came after `markHealed`, and says after how long.
    @discardableResult
    func waitForProgress(_ limit: Duration) async -> Duration? {
        _ = await until(limit) { load.state.withLock { $0.firstOKAfterMark } != nil }
        return load.state.withLock { state in
            state.firstOKAfterMark.flatMap { first in state.mark.map { $0.duration(to: first) } }
        }
    }

    /// The client's connections that the server has.
    func serverConnections() async throws -> Int {
        let list = try await server.cli("CLIENT", "LIST").decode(as: String.self)
        return list.split(separator: "\n").count { $0.contains(" name=\(Self.clientName) ") }
    }

    /// Another proxy, which looks for the same secrets.
    func makeProxy(to upstream: Endpoint) throws -> FaultProxy { try FaultProxy(to: upstream, seeking: secrets) }

    /// Takes note of secrets that a proxy has seen.
    func checkSecrets(of proxy: FaultProxy, _ what: String) {
        let sightings = proxy.sightings
        if !sightings.isEmpty { note(.misdelivery, "\(what): a secret crossed in the clear, \(sightings.count) times") }
    }

    // MARK: For the runner

    /// Starts the load and lets it settle; what is in use then is the level to come back to.
    func begin() async throws {
        try await load.start()
        await pause(.seconds(1))
        let connections = try await serverConnections()
        let (meter, connects, sleepers) = (ProcessMeter.now(), proxy.accepted.count, census.sleepers)
        state.withLock { state in
            (state.before, state.connectionsBefore, state.connectsBefore) = (meter, connections, connects)
            state.sleepersBefore = sleepers
        }
    }

    /// Ends the load, looks at everything, and closes everything.
    func finish() async throws -> ScenarioReport {
        try await checkRecovery()
        let hung = await load.stop()
        if hung > 0 { note(.loss, "\(hung) tasks hang in their calls") }
        watch.stop()
        try await checkTheServersSide()
        checkConnects()
        checkSecrets(of: proxy, "the load")
        subscriptions.close()
        client.close()
        let isOver = await until(.seconds(2)) { census.sleepers == 0 }
        if !isOver { note(.resources, "\(census.sleepers) tasks of the closed client sleep on") }
        proxy.close()
        server.kill()
        return makeReport()
    }

    private func makeReport() -> ScenarioReport {
        let (ledger, messages, punctuality) = load.state.withLock { ($0.ledger, $0.messages, $0.punctuality) }
        return state.withLock { state in
            state.report.counts = ledger.counts
            (state.report.messages, state.report.gaps) = (messages.heardCount, messages.gaps)
            (state.report.slowest, state.report.machineDelay) = (punctuality.slowest, punctuality.machineDelay)
            state.report.violations += ledger.violations + messages.violations + punctuality.violations
            return state.report
        }
    }
}
