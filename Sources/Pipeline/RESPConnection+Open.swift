// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
package import RESPCodec
internal import Synchronization
internal import Transport

extension RESPConnection {
    /// Connects, secures, restores the connection's state on the server, and returns it ready for use.
    ///
    /// - Parameters:
    ///   - configuration: where to and as whom.
    ///   - environment: time, randomness and transports.
    /// - Throws: `TransportError` if nobody answers or the connection can't be secured, ``ConnectionError`` for a refused handshake or a deadline that
    ///   passed (`connectTimeout`), `CancellationError`. The half-made connection is closed then: a handshake reply
    ///   that comes late answers nobody.
    public static func open(
        _ configuration: NodeConfiguration, environment: ClientEnvironment = .live
    ) async throws -> RESPConnection {
        let connection = try await open(configuration, environment: environment, mode: .commands)
        connection.keepAlive()
        return connection
    }

    package static func open(
        _ configuration: NodeConfiguration, environment: ClientEnvironment, mode: ConnectionMode,
        readsFromReplica: Bool = false, credentials source: CredentialsSource? = nil,
        server: ServerRecord = ServerRecord(),
        onPush: (@Sendable (RESPFrame) -> Void)? = nil, onClose: (@Sendable (CloseReason) -> Void)? = nil
    ) async throws -> RESPConnection {
        let now = environment.now()
        let observation = configuration.observation(environment)
        observation?.tell(.connecting)
        do {
            return try await dial(
                configuration, environment, mode, readsFromReplica: readsFromReplica, source, server, onPush, onClose,
                observation, now: now)
        } catch {
            observation?.tell(.connectFailed(ObservedFailure(error), after: now.duration(to: environment.now())))
            throw error
        }
    }

    private static func dial(
        _ configuration: NodeConfiguration, _ environment: ClientEnvironment, _ mode: ConnectionMode,
        readsFromReplica: Bool, _ source: CredentialsSource?, _ server: ServerRecord,
        _ onPush: (@Sendable (RESPFrame) -> Void)?, _ onClose: (@Sendable (CloseReason) -> Void)?,
        _ observation: Observation?, now: ContinuousClock.Instant
    ) async throws -> RESPConnection {
        let deadline = now + configuration.connectTimeout
        var configuration = configuration
        // First of all: without them a connection is of no use.
        let source =
            source
            ?? configuration.credentialsProvider.map {
                CredentialsSource($0, environment: environment, observation)
            }
        var credentials: CredentialsSource.Current?
        if let source { credentials = try await withDeadline(deadline, environment) { try await source.current() } }
        if let credentials { configuration.credentials = credentials.credentials }
        let transport = try await transport(configuration, environment, deadline)
        if let observation { observation.tell(.connected(after: now.duration(to: environment.now()))) }
        let connection = RESPConnection(
            transport: transport, to: configuration.endpoint, settings: configuration.connection,
            environment: environment, mode: mode, onPush: onPush, onClose: onClose, observation: observation)
        connection.listen()
        do {
            let options = CallOptions(now: now, deadline: deadline, mayWaitInline: false)
            let (version, identity) = try await connection.shakeHands(
                configuration, readsFromReplica: readsFromReplica, options)
            if let identity { server.note(identity) }
            let end = environment.now()
            connection.handshakeDone(at: Moment(end))
            observation?.tell(.ready(version, after: now.duration(to: end)))
            if let credentials { source?.adopt(connection, version: credentials.version) }
            return connection
        } catch {
            connection.close()
            // In TLS 1.3 a server looks at the client's certificate after the client has finished: its verdict is read here.
            if case ConnectionError.closed(.transport(.security(let failure)), _, _) = error {
                throw TransportError.security(failure)
            }
            if case ConnectionError.timedOut = error { throw ConnectionError.connectTimedOut(cause: error) }
            // Whatever became of the handshake, nobody's command was sent.
            if case ConnectionError.closed(let reason, _, let record) = error {
                throw ConnectionError.handshakeBroken(reason, record)
            }
            throw error
        }
    }

    /// Takes back whatever was bound to the connection, and restores what a new one has; `false` if that can't be done.
    func restore(
        _ configuration: NodeConfiguration, readsFromReplica: Bool, credentials source: CredentialsSource?
    ) async -> Bool {
        guard inFlight == 0, closeReason == nil else { return false }
        let now = environment.now()
        let deadline = now + configuration.connectTimeout
        var options = CallOptions(now: now, deadline: deadline, mayWaitInline: false)
        // Until it is who it was again, the server may not answer an ECHO.
        options.mayBeProven = false
        var configuration = configuration
        do {
            let credentials = try await withDeadline(deadline, environment) { try await source?.current() }
            if let credentials { configuration.credentials = credentials.credentials }
            // Since Redis 6.2; an older server refuses it, and such a connection is closed.
            let reply = try await roundTrip(options) { $0.literal("*1\r\n$5\r\nRESET\r\n") }
            guard try reply.decode(as: String.self) == "RESET" else { return false }
            try await shakeHands(configuration, readsFromReplica: readsFromReplica, options)
            if let credentials { source?.adopt(self, version: credentials.version) }
            return true
        } catch {
            return false
        }
    }

    @discardableResult
    private func shakeHands(
        _ configuration: NodeConfiguration, readsFromReplica: Bool, _ options: CallOptions
    ) async throws -> (ProtocolVersion, ServerIdentity?) {
        var machine = HandshakeStateMachine(
            configuration, readsFromReplica: readsFromReplica, identifies: mode == .commands)
        var action = machine.start()
        while case .send(let steps) = action { action = try await take(steps, with: &machine, options) }
        return (machine.version, machine.server)
    }

    /// Connects and secures. A deadline that passes says what it was that took so long.
    private static func transport(
        _ configuration: NodeConfiguration, _ environment: ClientEnvironment, _ deadline: ContinuousClock.Instant
    ) async throws -> any ReadinessTransport {
        let plain = try await withDeadline(deadline, environment) {
            try await environment.connector.connect(to: configuration.endpoint)
        }
        guard let security = configuration.security else { return plain }
        do {
            return try await withDeadline(deadline, environment) {
                try await security.secure(plain, to: configuration.endpoint)
            }
        } catch ConnectionError.connectTimedOut {
            throw ConnectionError.connectTimedOut(cause: TransportError.security(.handshakeUnanswered))
        }
    }

    private func handshakeDone(at moment: Moment) {
        core.withLock { core in
            core.recorder.advance(to: moment)
            core.recorder.note(.opened)
            core.isReady = true
            // A subscriber's replies aren't in line with its requests.
            if mode == .commands { core.integrity.start() }
        }
    }

    /// Sends the steps of a handshake and has their replies judged.
    private func take(
        _ steps: [HandshakeStep], with machine: inout HandshakeStateMachine, _ options: CallOptions
    ) async throws -> HandshakeStateMachine.Action {
        let collector = ReplyCollector(expecting: steps.count)
        do {
            let replies = try await roundTrips(options, replies: steps.count, into: collector) { encoder in
                machine.encode(steps, into: &encoder)
            }
            return try machine.received(replies, to: steps)
        } catch ConnectionError.closed(let reason, let certainty, let record) {
            // A server that has no room for a client says so and hangs up: its words tell more than the end.
            let early = collector.takeFrames()
            _ = try machine.received(early, to: Array(steps.prefix(early.count)))
            if let last = early.last, let refusal = ServerError(last), steps[early.count - 1].isOptional {
                throw ConnectionError.handshakeRefused(step: steps[early.count - 1], refusal)
            }
            throw ConnectionError.closed(reason, certainty, record)
        }
    }

    /// After this, every line that MONITOR sends goes to the push handler.
    package func startMonitor(_ options: CallOptions) async throws {
        receiving.withLock { $0.mode = .monitor }
        let reply = try await roundTrip(options) { $0.literal("*1\r\n$7\r\nMONITOR\r\n") }
        if let error = ServerError(reply) { throw error }
    }
}

/// Runs `body`, and cancels it when the deadline passes: then ``ConnectionError/connectTimedOut(cause:)`` is thrown.
private func withDeadline<R: Sendable>(
    _ deadline: ContinuousClock.Instant, _ environment: ClientEnvironment,
    _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await environment.sleep(deadline)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            throw ConnectionError.connectTimedOut(cause: nil)
        }
        return result
    }
}

extension ConnectionMode {
    /// Whether a frame is news rather than the reply to a command.
    func isPush(_ frame: RESPFrame) -> Bool {
        if frame.isPush { return true }
        switch self {
        case .commands: return false
        case .subscriber: return frame.kind == .array && Self.isMessage(frame)
        case .monitor: return frame.kind == .simpleString && Self.isMonitorLine(frame)
        }
    }

    /// In RESP2 a message is an array whose first element is its kind; the one other array that a subscriber can get
    /// answers its PING (https://valkey.io/topics/pubsub, "Format of pushed messages").
    private static func isMessage(_ frame: RESPFrame) -> Bool {
        let kind = try? frame.withReader { reader throws(RESPTypeMismatch) -> String? in
            guard try reader.readArrayHeader() > 0 else { return nil }
            return try reader.readString()
        }
        return kind != nil && kind != "pong"
    }

    /// MONITOR's own "+OK" begins with a letter, its lines with the time in digits.
    private static func isMonitorLine(_ frame: RESPFrame) -> Bool {
        frame.withSpan { $0.count > 1 && (0x30...0x39).contains($0[1]) }
    }
}
