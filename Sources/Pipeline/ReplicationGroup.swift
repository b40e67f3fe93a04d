// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pool
internal import RESPCodec
internal import Synchronization
internal import Transport

/// Drives `ReplicationStateMachine`: tells the primary's client where to connect to, and has a client per replica.
final class ReplicationGroup: EndpointSource {
    private struct State {
        var machine: ReplicationStateMachine
        var lookUp: Task<NodeAddress, any Error>?
        var clients: [NodeAddress: NodeClient] = [:]
        /// Replicas that are being connected to.
        var dialing: Set<NodeAddress> = []
        var isClosed = false
    }

    private let configuration: ReplicaSetConfiguration
    private let environment: ClientEnvironment
    private let credentials: CredentialsSource?
    private let refreshPeriod: Int64
    private let state: Mutex<State>
    /// Told when a look-up that nobody waits for has found another primary.
    private let onMove = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ configuration: ReplicaSetConfiguration, _ environment: ClientEnvironment) {
        self.configuration = configuration
        self.environment = environment
        credentials = configuration.node.credentialsProvider.map { CredentialsSource($0, environment: environment) }
        refreshPeriod = max(0, configuration.refreshPeriod.wholeNanoseconds)
        state = Mutex(
            State(
                machine: ReplicationStateMachine(seeds: configuration.seeds, maximumLag: configuration.maximumLag)))
    }

    func setOnMove(_ body: @escaping @Sendable () -> Void) { onMove.withLock { $0 = body } }

    func close() {
        let (clients, lookUp) = state.withLock { state in
            state.isClosed = true
            defer {
                state.clients = [:]
                state.lookUp = nil
            }
            return (Array(state.clients.values), state.lookUp)
        }
        lookUp?.cancel()
        for client in clients { client.close() }
        credentials?.close()
    }

    /// The replicas' clients, to be ended gracefully.
    var clients: [NodeClient] { state.withLock { Array($0.clients.values) } }

    var primary: NodeAddress? { state.withLock { $0.machine.primary } }
    var replicas: [NodeAddress] { state.withLock { $0.machine.replicaAddresses } }

    // MARK: The primary

    func endpoint() async throws -> Endpoint {
        let known = state.withLock { $0.machine.isTrusted ? $0.machine.primary : nil }
        if let known { return known.endpoint }
        return try await lookUp().value.endpoint
    }

    func isCurrent(_ endpoint: Endpoint) -> Bool {
        state.withLock { $0.machine.primary?.endpoint == endpoint || !$0.machine.isTrusted }
    }

    func refused(by endpoint: Endpoint?, naming primary: NodeAddress?) {
        state.withLock { $0.machine.doubt(address(of: endpoint), naming: primary.map(translated)) }
    }

    func lost(_ endpoint: Endpoint, duringDial: Bool) {
        state.withLock { $0.machine.doubt(address(of: endpoint)) }
    }

    private func address(of endpoint: Endpoint?) -> NodeAddress? {
        guard case .tcp(let host, let port)? = endpoint else { return nil }
        return NodeAddress(host: host, port: port)
    }

    private func translated(_ address: NodeAddress) -> NodeAddress {
        configuration.node.translateAddress?(address) ?? address
    }

    // MARK: Looking up

    /// The look-up under way, or a new one: whoever asks meanwhile gets the same answer.
    private func lookUp() -> Task<NodeAddress, any Error> {
        state.withLock { state in
            if let task = state.lookUp { return task }
            if state.isClosed { return Task { throw ConnectionError.clientClosed } }
            // It ends within the patience for one server, so it may hold the group.
            let task = Task { try await performLookUp() }
            state.lookUp = task
            return task
        }
    }

    private func performLookUp() async throws -> NodeAddress {
        let addresses = state.withLock { $0.machine.beginLookUp() }
        var causes: [NodeAddress: any Error] = [:]
        await withTaskGroup(of: (NodeAddress, Result<ReplicationRole, any Error>)?.self) { group in
            for address in addresses {
                group.addTask {
                    do { return (address, .success(try await self.role(of: address))) } catch {
                        return (address, .failure(error))
                    }
                }
            }
            var isEnding = false
            collecting: while let event = await group.next() {
                guard let (address, answer) = event else { break }
                if case .failure(let error) = answer { causes[address] = error }
                switch state.withLock({ $0.machine.answered(address, try? answer.get()) }) {
                case .more: break
                case .enough: break collecting
                case .moreForAMoment where isEnding: break
                case .moreForAMoment:
                    isEnding = true
                    let end = environment.now() + configuration.nodePatience / 10
                    group.addTask { [environment] in
                        try? await environment.sleep(end)
                        return nil
                    }
                }
            }
            group.cancelAll()
        }
        let now = environment.moment
        let (primary, hasMoved) = state.withLock { state in
            let before = state.machine.primary
            let isFound = state.machine.settle(at: now)
            state.lookUp = nil
            return (isFound ? state.machine.primary : nil, isFound && before != nil && before != state.machine.primary)
        }
        closeStrangers()
        if hasMoved { onMove.withLock(\.self)?() }
        guard let primary else { throw ConnectionError.primaryNotFound(causes: causes) }
        return primary
    }

    /// Asks one server on a connection for just that.
    private func role(of address: NodeAddress) async throws -> ReplicationRole {
        var node = configuration.node
        node.endpoint = address.endpoint
        node.connectTimeout = min(node.connectTimeout, configuration.nodePatience)
        node.followsRedirects = false
        let start = environment.now()
        let connection = try await RESPConnection.open(
            node, environment: environment, mode: .commands, credentials: credentials)
        defer { connection.close() }
        let options = CallOptions(now: start, deadline: start + configuration.nodePatience, mayWaitInline: false)
        let reply = try await connection.roundTrip(options) { $0.literal("*1\r\n$4\r\nROLE\r\n") }
        if reply.isError { throw ServerError(reply: reply) }
        switch try reply.decode(as: ReplicationRole.self) {
        case .primary(let offset, let replicas):
            return .primary(
                offset: offset,
                replicas: replicas.map { replica in
                    var replica = replica
                    let named = NodeAddress(host: replica.host, port: replica.port, namedBy: address)
                    (replica.host, replica.port) = (translated(named).host, translated(named).port)
                    return replica
                })
        case .replica(let host, let port, let state, let offset):
            let primary = translated(NodeAddress(host: host, port: port, namedBy: address))
            return .replica(primaryHost: primary.host, primaryPort: primary.port, state: state, offset: offset)
        case .sentinel(let groups): return .sentinel(groups: groups)
        }
    }

    /// Ends the clients of those who are replicas no more.
    private func closeStrangers() {
        let strangers = state.withLock { state in
            let present = Set(state.machine.replicaAddresses)
            let strangers = state.clients.filter { !present.contains($0.key) }
            for address in strangers.keys { state.clients[address] = nil }
            return strangers.values
        }
        let limit = configuration.node.commandTimeout ?? .seconds(30)
        for client in strangers { Task { await client.shutdown(within: limit) } }
    }
}

// MARK: - Replicas

extension ReplicationGroup {
    /// A replica that is fit to answer a read, with an open connection to it.
    ///
    /// Nobody waits for a connection: it is made on the side, and others answer meanwhile.
    func nextReplica() -> (address: NodeAddress, client: NodeClient, connection: RESPConnection)? {
        let now = environment.moment
        var ready: (client: NodeClient, connection: RESPConnection)?
        var missing: [(NodeAddress, NodeClient)] = []
        let (address, isStale) = state.withLock { state in
            guard !state.isClosed else { return (NodeAddress?.none, false) }
            let isStale = state.lookUp == nil && state.machine.isStale(at: now, after: refreshPeriod)
            var (clients, dialing) = (state.clients, state.dialing)
            let address = state.machine.nextReplica(at: now) { address in
                let client = clients[address] ?? makeClient(address)
                clients[address] = client
                guard let connection = client.pool.sharedIfOpen() else {
                    if dialing.insert(address).inserted { missing.append((address, client)) }
                    return false
                }
                ready = (client, connection)
                return true
            }
            (state.clients, state.dialing) = (clients, dialing)
            return (address, isStale)
        }
        if isStale { _ = lookUp() }
        for (address, client) in missing { connect(to: address, client) }
        guard let address, let ready else { return nil }
        return (address, ready.client, ready.connection)
    }

    private func makeClient(_ address: NodeAddress) -> NodeClient {
        var node = configuration.node
        node.endpoint = address.endpoint
        // Reads are meant for the replica.
        node.followsRedirects = false
        return NodeClient(node, environment: environment)
    }

    private func connect(to address: NodeAddress, _ client: NodeClient) {
        let end = environment.now() + configuration.nodePatience
        Task { [weak self] in
            do { _ = try await client.pool.shared(deadline: end) } catch { self?.failed(address) }
            self?.state.withLock { _ = $0.dialing.remove(address) }
        }
    }

    /// A replica could not answer.
    func failed(_ address: NodeAddress) {
        let (now, random) = (environment.moment, environment.random(0...1))
        state.withLock { $0.machine.replicaFailed(address, at: now, random: random) }
    }
}
