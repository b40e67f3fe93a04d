// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Cluster
import Commands
import Pipeline
import RESPCodec
import Synchronization
import ToolkitTesting
import Transport

/// A cluster of scripted nodes in memory. Handshakes and topology questions are answered by themselves; everything
/// else is up to the script.
final class FakeCluster: Sendable {
    /// A command as a node got it.
    struct Request: Sendable, Equatable {
        var node: NodeAddress
        /// Counts the connections of the whole cluster from 1.
        var connection: Int
        var words: [String]
    }

    /// What a node does about a command.
    enum Response: Sendable {
        /// These bytes.
        case reply(String)
        /// Close the connection.
        case hangUp
        /// Never answer.
        case silence
    }

    typealias Script = @Sendable (Request) async -> Response

    private struct State {
        var topology: ClusterTopology
        var down: Set<NodeAddress> = []
        var streams: [(node: NodeAddress, stream: TransportStream)] = []
        var log: [Request] = []
        var connections = 0
    }

    let time = FlowingTime()
    private let state: Mutex<State>
    private let script: Script

    init(_ topology: ClusterTopology = .threeShards, script: @escaping Script = { _ in .reply("+OK\r\n") }) {
        state = Mutex(State(topology: topology))
        self.script = script
    }

    /// What CLUSTER SHARDS says from now on.
    func setTopology(_ topology: ClusterTopology) { state.withLock { $0.topology = topology } }

    /// From now on nobody can connect to this node, and its connections end.
    func kill(_ node: NodeAddress) {
        let streams = state.withLock { state in
            state.down.insert(node)
            return state.streams.filter { $0.node == node }.map(\.stream)
        }
        for stream in streams { stream.close() }
    }

    /// All commands besides handshakes and topology questions, in the order in which they arrived.
    var requests: [Request] {
        state.withLock { $0.log }.filter { !Self.isHousekeeping($0.words) }
    }

    /// How often a node was asked for the topology.
    var topologyQuestions: [NodeAddress] {
        state.withLock { $0.log }.filter { $0.words == ["CLUSTER", "SHARDS"] }.map(\.node)
    }

    /// What arrived on each connection, everything included.
    var byConnection: [Int: [[String]]] {
        Dictionary(grouping: state.withLock { $0.log }, by: \.connection).mapValues { $0.map(\.words) }
    }

    private static func isHousekeeping(_ words: [String]) -> Bool {
        ["HELLO", "CLIENT", "READONLY", "CLUSTER"].contains(words.first)
    }

    // MARK: The client's side

    func environment() -> ClientEnvironment {
        ClientEnvironment(
            connector: InMemoryConnector { [self] endpoint, transport in
                guard case .tcp(let host, let port) = endpoint else { return transport.close() }
                let node = NodeAddress(host: host, port: port)
                let stream = TransportStream(transport)
                let connection = try state.withLock { state in
                    if state.down.contains(node) { throw TransportError.connectFailed(endpoint, errno: 111) }
                    state.connections += 1
                    state.streams.append((node, stream))
                    return state.connections
                }
                Task { await self.serve(stream, node, connection) }
            },
            now: { [time] in time.now }, sleep: { [time] in try await time.sleep(until: $0) },
            random: { ($0.lowerBound + $0.upperBound) / 2 })
    }

    func router(
        seeds: [NodeAddress] = [node(1)], observer: (any ClientObserver)? = nil,
        _ change: (inout ClusterConfiguration) -> Void = { _ in }
    ) throws -> ClusterRouter {
        var configuration = ClusterConfiguration(seeds: seeds)
        configuration.node.commandTimeout = .seconds(60)
        change(&configuration)
        var environment = environment()
        environment.observer = observer
        return try ClusterRouter(configuration, environment: environment)
    }

    // MARK: The nodes' side

    private func serve(_ stream: TransportStream, _ node: NodeAddress, _ connection: Int) async {
        var decoder = RESPDecoder()
        while let bytes = try? await stream.read(), !bytes.isEmpty {
            decoder.append(bytes.span)
            while let frame = try? decoder.next(), let words = try? frame.decode(as: [String].self) {
                let request = Request(node: node, connection: connection, words: words)
                state.withLock { $0.log.append(request) }
                switch await respond(to: request) {
                case .reply(let text): try? await stream.write(text)
                case .hangUp: return stream.close()
                case .silence: break
                }
            }
        }
        stream.close()
    }

    private func respond(to request: Request) async -> Response {
        switch request.words.first {
        case "HELLO": .reply("%2\r\n$6\r\nserver\r\n$6\r\nvalkey\r\n$5\r\nproto\r\n:3\r\n")
        case "CLIENT", "READONLY", "ASKING": .reply("+OK\r\n")
        case "CLUSTER" where request.words.last == "SHARDS": .reply(state.withLock { $0.topology }.shardsReply)
        case "CLUSTER": .reply("-ERR scripted nodes know CLUSTER SHARDS only\r\n")
        default: await script(request)
        }
    }
}

extension ClusterTopology {
    /// The reply to CLUSTER SHARDS that tells this topology, in RESP3.
    fileprivate var shardsReply: String {
        func text(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }
        func listed(_ node: NodeAddress, _ role: String) -> String {
            "%4\r\n" + text("endpoint") + text(node.host) + text("port") + ":\(node.port)\r\n"
                + text("role") + text(role) + text("health") + text("online")
        }
        var reply = "*\(shards.count)\r\n"
        for shard in shards {
            reply += "%2\r\n" + text("slots") + "*\(shard.slots.count * 2)\r\n"
            for range in shard.slots { reply += ":\(range.lowerBound)\r\n:\(range.upperBound)\r\n" }
            reply += text("nodes") + "*\(1 + shard.replicas.count)\r\n" + listed(shard.primary, "master")
            for replica in shard.replicas { reply += listed(replica, "replica") }
        }
        return reply
    }
}

/// Virtual time that passes when somebody sleeps for less than a second: such a sleeper wakes once others had their
/// turns, more of them the longer it sleeps, and time has passed. Longer sleepers wait until time has come to them.
final class FlowingTime: Sendable {
    private let clock = ManualClock()
    private let pauses = Mutex<[Duration]>([])

    var now: ContinuousClock.Instant { clock.now }

    /// The short sleeps so far.
    var shortSleeps: [Duration] { pauses.withLock { $0 } }

    func advance(by duration: Duration) { clock.advance(by: duration) }

    /// Lets time pass whenever nothing happens, as long as the next sleeper wants to wake within two seconds (a dial has
    /// three); ends with its task. For tests in which everybody waits for a dead node.
    func flow() async {
        while !Task.isCancelled {
            for _ in 0..<4000 { await Task.yield() }
            if let next = clock.nextDeadline, next - clock.now <= .seconds(2) { clock.advance(to: next) }
        }
    }

    func sleep(until deadline: ContinuousClock.Instant) async throws {
        let pause = deadline - clock.now
        guard pause < .seconds(1) else { return try await clock.sleep(until: deadline) }
        try Task.checkCancellation()
        pauses.withLock { $0.append(pause) }
        // As `flow` has it. A pool that dials a dead node again and again would else carry time away from the others.
        for _ in 0..<Int(max(1, pause / .milliseconds(1) * 2)) { await Task.yield() }
        try Task.checkCancellation()
        clock.advance(to: deadline)
    }
}
