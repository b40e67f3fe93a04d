// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import Pool
public import RESPCodec
internal import Transport

/// The client of a primary with replicas, outside of clusters: it finds the primary, follows it when the role moves, and
/// reads from replicas if it is told to.
///
/// Any number of tasks may use it at the same time. It works as it is made: the first call asks the servers that it was
/// given for their roles (`ROLE`), all at once. They are asked again, once for all who wait, when the primary is lost,
/// refuses a write (`READONLY`) or sends the client on (`REDIRECT`); until there is a primary, calls wait within their
/// deadlines, and what was surely not executed goes to the new one.
///
/// What the old primary had acknowledged and not yet passed on is lost with it: that is the servers' way of replication,
/// and `WAIT` behind a write tells how many replicas have it.
///
/// - Commands that only read go where `ReplicaSetConfiguration.readPreference` says. A replica that is not connected to
///   its primary, too far behind, loading, or not to be reached is passed over, and nobody waits for it.
/// - Everything else goes to the primary: writes, what blocks, batches, transactions, leased connections.
public final class ReplicaSetClient: BatchExecutor, Sendable {
    /// Where the servers are and how they are talked to.
    public let configuration: ReplicaSetConfiguration
    /// The client of whichever server is the primary.
    package let primary: NodeClient
    let group: ReplicationGroup
    private let readsFromReplicas: Bool

    /// Makes a client; nothing is dialed yet. Without a seed every call fails with ``ConnectionError/primaryNotFound(causes:)``.
    public init(_ configuration: ReplicaSetConfiguration, environment: ClientEnvironment = .live) {
        self.configuration = configuration
        readsFromReplicas = configuration.readPreference == .preferReplica
        group = ReplicationGroup(configuration, environment)
        var node = configuration.node
        // What observers are told where a server's address is asked for that is not known yet.
        if let first = configuration.seeds.first { node.endpoint = first.endpoint }
        primary = NodeClient(node, environment: environment, readsFromReplica: false, endpoints: group)
        group.setOnMove { [weak primary] in primary?.pool.replaceShared() }
    }

    deinit { close() }

    /// The primary, as far as known; `nil` before the first call.
    public var primaryAddress: NodeAddress? { group.primary }

    /// Its replicas, as far as known.
    public var replicaAddresses: [NodeAddress] { group.replicas }

    /// How the client stands with the primary now.
    public var state: ClientState { primary.state }

    /// The states as they follow each other, beginning with the present one.
    public var states: ClientStates { primary.states }

    /// Finds the primary and connects now, so that the first command need not wait and wrong settings show.
    ///
    /// - Throws: ``ConnectionError/primaryNotFound(causes:)``; what a command's call would throw.
    public func connect() async throws { try await primary.connect() }

    /// Ends the client: all connections close, and calls that wait get an error that says whether they may have run.
    public func close() {
        primary.close()
        group.close()
    }

    /// Ends the client and leaves calls that are under way so long to finish; new ones are refused at once. Then, or when
    /// the task is cancelled, the rest is ended as ``close()`` does.
    ///
    /// - Returns: whether every call had finished.
    @discardableResult
    public func shutdown(within limit: Duration) async -> Bool {
        let clients = [primary] + group.clients
        let hasFinished = await withTaskGroup(of: Bool.self) { tasks in
            for client in clients { tasks.addTask { await client.shutdown(within: limit) } }
            return await tasks.reduce(true) { $0 && $1 }
        }
        close()
        return hasFinished
    }

    /// Sends one command to the primary, or, if it only reads and replicas are preferred, to a replica.
    ///
    /// - Throws: as ``NodeClient/execute(_:)``; ``ConnectionError/primaryNotFound(causes:)``.
    @inlinable
    public func execute<C: Command>(_ command: C) async throws -> C.Reply {
        let frame = try await roundTrip(command.callMetadata, .standard) { encoder in command.encode(into: &encoder) }
        return try frame.decode(as: C.Reply.self)
    }

    /// An empty batch, which goes to the primary; see ``CommandBatch``.
    public func pipeline() -> CommandBatch { primary.pipeline() }

    /// Lends a connection to the primary; see ``NodeClient/withConnection(_:)``.
    public func withConnection<R>(_ body: (borrowing LeasedConnection) async throws -> R) async throws -> R {
        try await primary.withConnection(body)
    }

    @usableFromInline
    func roundTrip(
        _ metadata: CommandMetadata, _ settings: CallSettings, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        guard readsFromReplicas, metadata.isReadOnly, !metadata.isBlocking, !metadata.bindsConnection else {
            return try await primary.roundTrip(metadata, settings, encode)
        }
        if let observation = primary.observation, CallTrail.current == nil {
            return try await observation.call(metadata.name, primary.environment) {
                try await read(metadata, settings, encode)
            }
        }
        return try await read(metadata, settings, encode)
    }

    /// Asks one replica after the other, each once, and then the primary, all within one deadline.
    private func read(
        _ metadata: CommandMetadata, _ settings: CallSettings, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let start = primary.environment.now()
        let deadline = settings.deadline(from: start, standard: configuration.node.commandTimeout)
        let settings = settings.with(deadline: deadline)
        let mayRepeat = settings.scope(configuration.node.retries) != .nothing
        var isFirst = true
        while isFirst || mayRepeat, let replica = group.nextReplica() {
            isFirst = false
            if primary.observation != nil { CallTrail.current?.goes(to: replica.client.configuration.endpoint) }
            do {
                if settings.expectsLargeReply {
                    return try await replica.client.roundTrip(metadata, settings.with(retrying: .nothing), encode)
                }
                let options = replica.client.callOptions(settings)
                let frame = try await replica.connection.roundTrip(options, encode)
                if frame.isError { throw ServerError(reply: frame).explained(by: replica.client.server.identity) }
                return frame
            } catch {
                guard Self.anotherMayAnswer(after: error) else { throw error }
                group.failed(replica.address)
                guard mayRepeat else { throw error }
            }
        }
        return try await primary.roundTrip(metadata, settings, encode)
    }

    /// Whether it is the replica that can't answer, and not the question that can't be answered.
    private static func anotherMayAnswer(after error: any Error) -> Bool {
        switch error {
        case let error as ServerError: error.refusal == .notNow || error.refusal == .notHere
        case ConnectionError.timedOut, ConnectionError.overloaded: false
        case is ConnectionError, is TransportError, is PoolError: true
        default: false
        }
    }
}
