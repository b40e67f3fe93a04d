// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import Pipeline
internal import PubSub
public import RESPCodec
internal import Synchronization
internal import Transport

/// The client of a cluster: sends each command to the node that has its keys, and follows the cluster's changes.
///
/// Any number of tasks may use it at the same time. It works as it is made: the first call asks the seeds for the
/// topology. Redirects are followed, with the patience that a slot migration needs; commands that were certainly not
/// executed are tried again, and those that only read, all within the deadline of the call
/// (`NodeConfiguration.commandTimeout`).
///
/// - Commands with keys go to the primary of their slot. Keys of different slots are refused locally
///   (``ClusterError/crossSlot(command:first:second:)``).
/// - Commands without keys go to one primary after the other, PUBLISH too. Those that concern every shard or every
///   node (DBSIZE, FLUSHALL, SCRIPT LOAD …) are sent to all of them and their answers made one, as the server's
///   own tips for cluster clients say.
public final class ClusterRouter: BatchExecutor, Sendable {
    struct State {
        var directory: NodeDirectory
        var topology: TopologyStateMachine
        /// Calls that wait for the first topology, or for a refresh they asked for.
        var waiters: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var nextWaiter: UInt64 = 0
        /// What befell each node in the refresh that is under way.
        var failures: [ClusterError.NodeFailure] = []
        var refreshTask: Task<Void, Never>?
        var timerTask: Task<Void, Never>?
        /// Nodes that left and whose last calls may still be answered.
        var retired: [ObjectIdentifier: (node: ClusterNode, task: Task<Void, Never>)] = [:]
        /// Made with the first subscription.
        var hub: SubscriptionHub?
        var isClosed = false
    }

    /// Where the cluster is and how its nodes are talked to.
    public let configuration: ClusterConfiguration
    let environment: ClientEnvironment
    let limits: RedirectStateMachine.Limits
    let readsFromReplicas: Bool
    /// When the router was made; calls count their time from here.
    let epoch: ContinuousClock.Instant
    let state: Mutex<State>
    let observation: Observation?

    /// Makes a client; nothing is dialed yet.
    ///
    /// - Throws: ``ClusterError/noSeeds``, ``ClusterError/databaseNotSupported(_:)``.
    public init(
        _ configuration: ClusterConfiguration, environment: ClientEnvironment = .live
    ) throws(ClusterError) {
        guard configuration.node.database == 0 else {
            throw .databaseNotSupported(configuration.node.database)
        }
        let seedsAreValid = configuration.seeds.allSatisfy { !$0.host.isEmpty && (1...65_535).contains($0.port) }
        guard !configuration.seeds.isEmpty, seedsAreValid else { throw .noSeeds }
        self.configuration = configuration
        self.environment = environment
        observation = environment.observer.map { Observation($0, ObservedServer(configuration.firstSeed, database: 0)) }
        var limits = RedirectStateMachine.Limits()
        limits.redirects = configuration.maximumRedirects
        self.limits = limits
        readsFromReplicas = configuration.readPreference == .preferReplica
        epoch = environment.now()
        var refresh = TopologyStateMachine.Configuration()
        refresh.period = configuration.refreshPeriod ?? (readsFromReplicas ? .seconds(60) : nil)
        state = Mutex(
            State(
                directory: NodeDirectory { Self.makeNode($0, configuration, environment) },
                topology: TopologyStateMachine(seeds: configuration.seeds, configuration: refresh)))
    }

    deinit {
        let wasUsed = state.withLock { !$0.isClosed && !$0.directory.all.isEmpty }
        if wasUsed { observation?.tell(.droppedWithoutClose) }
        close()
    }

    private static func makeNode(
        _ address: NodeAddress, _ configuration: ClusterConfiguration, _ environment: ClientEnvironment
    ) -> ClusterNode {
        var node = configuration.node
        let isSeed = configuration.seeds.contains(address)
        let reachable = isSeed ? address : configuration.node.translateAddress?(address) ?? address
        node.endpoint = reachable.endpoint
        node.observedEndpoint = configuration.firstSeed
        // MOVED and ASK are the redirects of clusters.
        node.followsRedirects = false
        // READONLY does no harm on a primary, and a node may become a replica at any time.
        let client = NodeClient(
            node, environment: environment, readsFromReplica: configuration.readPreference == .preferReplica)
        return ClusterNode(address: address, client: client, patience: configuration.nodePatience)
    }

    /// Ends the client and leaves calls that are under way so long to finish; new ones are refused at once.
    ///
    /// A call that is redirected meanwhile, or would be tried again, has ended. At the end, or when the task is cancelled,
    /// the rest is ended as ``close()`` does, subscriptions too.
    ///
    /// - Returns: whether every call had finished.
    @discardableResult
    public func shutdown(within limit: Duration) async -> Bool {
        let nodes = state.withLock { state in
            state.isClosed = true
            return state.directory.all + state.retired.values.map(\.node)
        }
        let hasFinished = await withTaskGroup(of: Bool.self) { tasks in
            for node in nodes { tasks.addTask { await node.client.shutdown(within: limit) } }
            return await tasks.reduce(true) { $0 && $1 }
        }
        close()
        return hasFinished
    }

    /// Ends the client: its connections are closed and calls that wait fail. Calling it again does nothing.
    public func close() {
        let (nodes, tasks, waiters, hub) = state.withLock { state in
            state.isClosed = true
            let nodes = state.directory.removeAll() + state.retired.values.map(\.node)
            let tasks = [state.refreshTask, state.timerTask].compactMap { $0 } + state.retired.values.map(\.task)
            let waiters = Array(state.waiters.values)
            state.retired = [:]
            state.refreshTask = nil
            state.timerTask = nil
            state.waiters = [:]
            return (nodes, tasks, waiters, state.hub)
        }
        hub?.close()
        for task in tasks { task.cancel() }
        for node in nodes { node.client.close() }
        for waiter in waiters { waiter.resume(throwing: ClusterError.closed) }
    }

    // MARK: Commands

    /// Sends one command to where it belongs and returns its decoded reply.
    ///
    /// - Throws: `ServerError` for an error reply that is not a redirect; ``ClusterError``; the errors of
    ///   `NodeClient.execute`. After each of these the client is as usable as before.
    /// - Complexity: finding the node is O(length of the keys) and allocates nothing.
    @inlinable
    public func execute<C: Command>(_ command: C) async throws -> C.Reply {
        let metadata = command.callMetadata
        var keys = KeySlots()
        command.forEachKey { keys.add(HashSlot(ofKey: $0)) }
        let frame = try await roundTrip(metadata, keys, .standard) { encoder in command.encode(into: &encoder) }
        return try frame.decode(as: C.Reply.self)
    }

    /// An empty batch. Its commands are grouped by node and sent in parallel, in the order of issue per node; the
    /// replies come back in the order of issue.
    ///
    /// A batch run with `atomic` must have all its keys in one slot.
    public func pipeline() -> CommandBatch { CommandBatch(runner: self) }

    // MARK: Topology

    /// The present slot map; empty before the first call.
    public var slotMap: SlotMap { state.withLock { $0.directory.map } }

    /// Asks the seeds for the topology now, unless it is known, so that the first command need not wait and a wrong
    /// address or password shows.
    ///
    /// - Throws: ``ClusterError/topologyUnavailable(_:)`` if no seed answers; `CancellationError`.
    public func connect() async throws {
        try await waitForTopology(deadline: callDeadline(from: environment.now()))
    }

    func callDeadline(
        from now: ContinuousClock.Instant, _ settings: CallSettings = .standard
    ) -> ContinuousClock.Instant? {
        settings.deadline(from: now, standard: configuration.node.commandTimeout)
    }

    func jitter() -> Double { environment.random(0...1) }
}

/// The slots of one command's keys, as far as routing needs them.
@usableFromInline
struct KeySlots {
    @usableFromInline var first: HashSlot?
    /// A slot other than the first.
    @usableFromInline var other: HashSlot?

    @inlinable
    init() {}

    @inlinable
    mutating func add(_ slot: HashSlot) {
        if first == nil { first = slot } else if slot != first { other = slot }
    }
}
