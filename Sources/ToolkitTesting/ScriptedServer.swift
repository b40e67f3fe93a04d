// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Synchronization
public import Transport

/// A server for tests that answers by a script: real bytes through a real decoder, no socket, no task, no time.
///
/// ```swift
/// let server = ScriptedServer { command in
///     command.name == "GET" ? .bulk("value") : .error("ERR unexpected")
/// }
/// // Hand server.connector to the client under test, then look at server.commands.
/// ```
///
/// It reads what servers read, inline commands included, and answers malformed input as they do: by an error and the end of
/// the connection. It works inside the readiness handlers of its in-memory transports: with a ``ManualScheduler`` in the options, all it
/// does happens when the test says so.
public final class ScriptedServer: Sendable {
    private struct State {
        var connections: [ScriptedConnection] = []
        var commands: [ScriptedCommand] = []
        var handshakes: [ScriptedCommand] = []
        var isRefusing = false
    }

    private let options: InMemoryTransport.Options
    private let answersHandshakes: Bool
    private let script: @Sendable (ScriptedCommand) -> ScriptedReply
    private let state = Mutex(State())
    private let commandCounter = CountGate()
    private let connectionCounter = CountGate()

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - options: of the connections that its connector makes.
    ///   - answersHandshakes: whether the server itself answers HELLO, AUTH, SELECT and CLIENT in a plausible way, so that
    ///     the script only sees what the test is about.
    ///   - script: says what each command is answered, in the order in which a connection's commands arrive. Commands of
    ///     several connections may come at the same time.
    public init(
        options: InMemoryTransport.Options = .init(), answersHandshakes: Bool = true,
        script: @escaping @Sendable (ScriptedCommand) -> ScriptedReply
    ) {
        self.options = options
        self.answersHandshakes = answersHandshakes
        self.script = script
    }

    /// Makes a server that answers the commands by these replies, in this order over all connections, and then nothing.
    public convenience init(
        options: InMemoryTransport.Options = .init(), answersHandshakes: Bool = true, replies: [ScriptedReply]
    ) {
        let left = Mutex(ArraySlice(replies))
        self.init(options: options, answersHandshakes: answersHandshakes) { _ in
            left.withLock { $0.popFirst() } ?? .none
        }
    }

    /// What a client connects by. The endpoint doesn't matter.
    public var connector: InMemoryConnector {
        InMemoryConnector(options: options) { [self] endpoint, transport in
            if state.withLock({ $0.isRefusing }) { throw TransportError.connectionRefused(endpoint) }
            serve(transport)
        }
    }

    /// Serves one more connection. For connectors of your own, such as one that chooses among servers by the endpoint.
    public func serve(_ transport: any ReadinessTransport) {
        let connection = state.withLock { state in
            let connection = ScriptedConnection(transport, number: state.connections.count)
            state.connections.append(connection)
            return connection
        }
        connection.start { [self] arguments in
            answer(ScriptedCommand(connection: connection.number, arguments: arguments))
        }
        connectionCounter.increase()
    }

    // MARK: What happened

    /// The commands that the script has answered, in their order.
    public var commands: [ScriptedCommand] { state.withLock { $0.commands } }

    /// The commands that the server answered by itself.
    public var handshakes: [ScriptedCommand] { state.withLock { $0.handshakes } }

    /// Connections made so far, closed ones included.
    public var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Connections that neither side has closed, as far as the server has noticed.
    public var openConnectionCount: Int { state.withLock { $0.connections }.count(where: \.isOpen) }

    /// Suspends until the script has answered so many commands.
    ///
    /// - Throws: `CancellationError`, at once when the task is cancelled.
    public func waitForCommands(_ count: Int) async throws { try await commandCounter.wait(for: count) }

    /// Suspends until so many connections were made.
    ///
    /// - Throws: `CancellationError`, at once when the task is cancelled.
    public func waitForConnections(_ count: Int) async throws { try await connectionCounter.wait(for: count) }

    // MARK: What the test does

    /// Sends something unasked, or a reply that the script had held back.
    ///
    /// - Parameters:
    ///   - reply: what to send.
    ///   - connection: its number, or `nil` for all that are open.
    public func send(_ reply: ScriptedReply, to connection: Int? = nil) {
        for receiver in selected(connection) { receiver.send(reply) }
    }

    /// Closes a connection, or all.
    public func disconnect(_ connection: Int? = nil) {
        for connection in selected(connection) { connection.send(.close) }
    }

    /// Breaks a connection, or all, as a crashed server does: the client's reads throw `ECONNRESET`.
    public func reset(_ connection: Int? = nil) {
        for connection in selected(connection) { connection.reset() }
    }

    /// Refuses connections from now on, or accepts them again.
    public func refuseConnections(_ isRefusing: Bool = true) {
        state.withLock { $0.isRefusing = isRefusing }
    }

    // MARK: Answering

    private func selected(_ number: Int?) -> [ScriptedConnection] {
        state.withLock { state in
            guard let number else { return state.connections }
            return state.connections.indices.contains(number) ? [state.connections[number]] : []
        }
    }

    private func answer(_ command: ScriptedCommand) -> ScriptedReply {
        if answersHandshakes, let reply = command.handshakeReply {
            state.withLock { $0.handshakes.append(command) }
            return reply
        }
        let reply = script(command)
        state.withLock { $0.commands.append(command) }
        commandCounter.increase()
        return reply
    }
}

extension ScriptedCommand {
    /// What a server without a password says to a client that introduces itself.
    fileprivate var handshakeReply: ScriptedReply? {
        switch name {
        case "HELLO":
            let version = words.dropFirst().first.flatMap(Int.init).flatMap(RESPVersion.init(rawValue:))
            return ScriptedReply(version: version ?? .resp2) { replies in
                replies.mapHeader(7)
                for (field, text) in ["server": "valkey", "version": "9.0.0", "mode": "standalone", "role": "master"]
                    as KeyValuePairs
                {
                    replies.bulkString(field)
                    replies.bulkString(text)
                }
                replies.bulkString("proto")
                replies.integer(replies.version.rawValue)
                replies.bulkString("id")
                replies.integer(connection + 1)
                replies.bulkString("modules")
                replies.arrayHeader(0)
            }
        case "CLIENT":
            return words.dropFirst().first?.uppercased() == "ID" ? .integer(connection + 1) : .ok
        case "AUTH", "SELECT":
            return .ok
        default:
            return nil
        }
    }
}
