// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
package import Pool
public import RESPCodec
internal import Synchronization
internal import Transport

/// The client of one server: one shared connection for everybody, exclusive ones for what needs them.
///
/// Any number of tasks may call it at the same time; their commands share a connection and leave together. It works
/// as it is made: the first call connects. After a lost connection the next call dials anew; commands that were surely
/// not executed, and those that only read, are sent again by themselves, within the deadline of their call.
public final class NodeClient: BatchExecutor, Sendable {
    /// Where to and as whom.
    public let configuration: NodeConfiguration
    package let environment: ClientEnvironment
    private let readsFromReplica: Bool
    /// `configuration.commandTimeout` in nanoseconds.
    let commandTimeout: Int64?
    package let pool: ConnectionPool<RESPConnection>
    private let credentials: CredentialsSource?
    /// Where connections go.
    let endpoints: any EndpointSource
    let tracker = ClientStateTracker()
    package let server = ServerRecord()
    package let observation: Observation?

    /// Makes a client; nothing is dialed yet.
    public convenience init(_ configuration: NodeConfiguration, environment: ClientEnvironment = .live) {
        self.init(configuration, environment: environment, readsFromReplica: false)
    }

    package init(
        _ configuration: NodeConfiguration, environment: ClientEnvironment, readsFromReplica: Bool,
        endpoints: (any EndpointSource)? = nil
    ) {
        let endpoints = endpoints ?? RedirectedEndpoint(configuration)
        self.endpoints = endpoints
        self.configuration = configuration
        self.environment = environment
        self.readsFromReplica = readsFromReplica
        commandTimeout = configuration.commandTimeout?.wholeNanoseconds
        let observation = configuration.observation(environment)
        self.observation = observation
        let credentials = configuration.credentialsProvider.map {
            CredentialsSource($0, environment: environment, observation)
        }
        self.credentials = credentials
        pool = Self.makePool(
            configuration, environment, readsFromReplica: readsFromReplica, endpoints: endpoints,
            credentials: credentials, tracker: tracker, server: server)
    }

    // Connections are closed by whoever has them.
    deinit {
        guard let observation, pool.counters.opened > 0 else { return }
        if case .closed = tracker.current { return }
        observation.tell(.droppedWithoutClose)
    }

    /// Ends the client and leaves calls that are under way so long to finish; new ones are refused at once.
    ///
    /// Then, or when the task is cancelled, the rest is ended as ``close()`` does.
    ///
    /// - Returns: whether everybody had finished.
    @discardableResult
    public func shutdown(within limit: Duration) async -> Bool {
        let deadline = environment.moment + limit.wholeNanoseconds
        defer { credentials?.close() }
        tracker.change { $0.closed() }
        return await pool.shutdown(deadline: deadline.instant)
    }

    /// Ends the client: all connections close, those on loan included, and calls that wait get an error that says
    /// whether they may have run.
    public func close() {
        tracker.change { $0.closed() }
        pool.close()
        credentials?.close()
    }

    /// Connects now, so that the first command need not wait and a wrong address or password shows.
    ///
    /// - Throws: what a command's call would throw.
    public func connect() async throws {
        _ = try await sharedConnection(callOptions())
    }

    // MARK: Commands

    /// Sends one command and returns its decoded reply.
    ///
    /// - Throws: `ServerError` for an error reply; ``ConnectionError``, `TransportError` or `PoolError` when there is
    ///   none; `RESPTypeMismatch` for one of an unexpected type; `CommandMisuse`; `CancellationError`. After each of
    ///   these the client is as usable as before.
    @inlinable
    public func execute<C: Command>(_ command: C) async throws -> C.Reply {
        let frame = try await roundTrip(command.callMetadata, .standard) { encoder in command.encode(into: &encoder) }
        return try frame.decode(as: C.Reply.self)
    }

    /// Sends the command that `encode` appends, on the connection that its metadata asks for, again where that is
    /// surely right. The reply is no error.
    @usableFromInline
    package func roundTrip(
        _ metadata: CommandMetadata, _ settings: CallSettings, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        if let misuse = metadata.misuse { throw misuse }
        if observation != nil, CallTrail.current == nil { return try await observe(metadata, settings, encode) }
        if metadata.isBlocking { return try await roundTripBlocking(metadata, settings, encode) }
        if settings.expectsLargeReply { return try await roundTripApart(metadata, settings, encode) }
        let options = callOptions(settings, isolation: #isolation)
        // Written out here, not by `attempt`: every asynchronous function on this way costs each call a frame.
        do {
            let connection = try await sharedConnection(options)
            let frame = try await roundTrip(on: connection, options, encode)
            if frame.isError { throw ServerError(reply: frame) }
            return frame
        } catch {
            return try await retry(after: error, .init(metadata), options, settings) { try await attempt($0, encode) }
        }
    }

    /// Apart, so that its closure costs the others nothing.
    @inline(never)
    private func observe(
        _ metadata: CommandMetadata, _ settings: CallSettings, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        guard let observation else { return try await roundTrip(metadata, settings, encode) }
        return try await observation.call(metadata.name, environment) {
            try await roundTrip(metadata, settings, encode)
        }
    }

    // Inlined, since each asynchronous function of its own costs a task on an event loop a look at what it prefers.
    @inline(__always)
    private func attempt(
        _ options: CallOptions, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let connection = try await sharedConnection(options)
        let frame = try await roundTrip(on: connection, options, encode)
        if frame.isError { throw ServerError(reply: frame) }
        return frame
    }

    /// Blocking commands have a connection to themselves, and the time that their arguments say.
    private func roundTripBlocking(
        _ metadata: CommandMetadata, _ settings: CallSettings, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        var encoder = CommandEncoder(capacity: 128)
        encode(&encoder)
        let command = encoder.span
        let options = blockingOptions(settings, command)
        // What does not block, such as waiting for a connection, is limited as for any other call.
        let leaseDeadline = settings.deadline(from: options.now, standard: commandTimeout)
        do {
            return try await attemptBlocking(options, leaseDeadline: leaseDeadline, command)
        } catch {
            return try await retry(after: error, .init(metadata), options, settings) {
                try await attemptBlocking($0, leaseDeadline: leaseDeadline, command)
            }
        }
    }

    /// What a call brings that waits on the server for as long as `command`, its bytes, say.
    func blockingOptions(_ settings: CallSettings, _ command: Span<UInt8>) -> CallOptions {
        var options = callOptions(settings, isolation: nil)
        options.mayWaitInline = false
        options.expectsReplySoon = false
        options.deadline = settings.deadline(
            from: options.now, standard: commandTimeout, blocking: BlockingTime(ofCommand: command))
        return options
    }

    private func attemptBlocking(
        _ options: CallOptions, leaseDeadline: Moment?, _ command: Span<UInt8>
    ) async throws -> RESPFrame {
        let lease = try await lease(leaseDeadline)
        let frame: RESPFrame
        do {
            frame = try await lease.connection.roundTrip(options) { $0.raw(command) }
        } catch {
            // The server may still be waiting on this connection: nobody else may get it.
            lease.dispose()
            throw error
        }
        guard frame.isError else {
            lease.release(clean: true)
            return frame
        }
        let error = ServerError(reply: frame)
        if error.isFromReplica { lease.dispose() } else { lease.release(clean: true) }
        throw error
    }

    @inline(__always)
    func sharedConnection(_ options: CallOptions) async throws -> RESPConnection {
        if let open = pool.sharedIfOpen() { return open }
        return try await dialedConnection(options)
    }

    /// Not inlined, for the instant's sake; see `ClientEnvironment.moment`.
    @inline(never)
    private func dialedConnection(_ options: CallOptions) async throws -> RESPConnection {
        try await pool.shared(deadline: options.deadline?.instant)
    }

    /// An exclusive connection to where new ones would go.
    func lease(_ deadline: Moment?) async throws -> PoolLease<RESPConnection> {
        while true {
            let lease = try await pool.lease(deadline: deadline?.instant)
            guard let endpoint = lease.connection.endpoint, !endpoints.isCurrent(endpoint) else { return lease }
            lease.dispose()
        }
    }

    /// What a call that begins now brings; `isolation` is the caller's.
    func callOptions(_ settings: CallSettings = .standard, isolation: (any Actor)? = #isolation) -> CallOptions {
        let now = environment.moment
        return CallOptions(
            now: now, deadline: settings.deadline(from: now, standard: commandTimeout),
            mayWaitInline: CallOptions.mayWaitInline(on: isolation))
    }

    /// A connection besides the pool's, for subscriptions and MONITOR.
    package func openConnection(
        mode: ConnectionMode, onPush: (@Sendable (RESPFrame) -> Void)?, onClose: (@Sendable (CloseReason) -> Void)?
    ) async throws -> RESPConnection {
        var configuration = configuration
        configuration.endpoint = try await endpoints.endpoint()
        return try await RESPConnection.open(
            configuration, environment: environment, mode: mode, readsFromReplica: readsFromReplica,
            credentials: credentials, server: server, onPush: onPush, onClose: onClose)
    }
}

extension ServerError {
    /// The error of a reply that is known to be one.
    @inlinable
    package init(reply: RESPFrame) {
        self = ServerError(reply) ?? ServerError(message: "ERR")
    }
}
