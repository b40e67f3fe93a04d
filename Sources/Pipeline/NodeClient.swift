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
    private let commandTimeout: Int64?
    package let pool: ConnectionPool<RESPConnection>

    /// Makes a client; nothing is dialed yet.
    public convenience init(_ configuration: NodeConfiguration, environment: ClientEnvironment = .live) {
        self.init(configuration, environment: environment, readsFromReplica: false)
    }

    package init(_ configuration: NodeConfiguration, environment: ClientEnvironment, readsFromReplica: Bool) {
        self.configuration = configuration
        self.environment = environment
        self.readsFromReplica = readsFromReplica
        commandTimeout = configuration.commandTimeout?.wholeNanoseconds
        pool = Self.makePool(configuration, environment, readsFromReplica: readsFromReplica)
    }

    /// Ends the client and leaves calls that are under way so long to finish; new ones are refused at once.
    ///
    /// Then, or when the task is cancelled, the rest is ended as ``close()`` does.
    ///
    /// - Returns: whether everybody had finished.
    @discardableResult
    public func shutdown(within limit: Duration) async -> Bool {
        let deadline = Moment(environment.now()) + limit.wholeNanoseconds
        return await pool.shutdown(deadline: deadline.instant)
    }

    /// Ends the client: all connections close, those on loan included, and calls that wait get an error that says
    /// whether they may have run.
    public func close() {
        pool.close()
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
        let frame = try await roundTrip(command.callMetadata) { encoder in command.encode(into: &encoder) }
        if frame.isError { throw ServerError(reply: frame) }
        return try frame.decode(as: C.Reply.self)
    }

    /// Sends the command that `encode` appends, on the connection that its metadata asks for.
    @usableFromInline
    package func roundTrip(
        _ metadata: CommandMetadata, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        if metadata.bindsConnection { throw CommandMisuse.bindsConnection(name: metadata.name) }
        if metadata.isBlocking { return try await roundTripBlocking(encode) }
        let options = callOptions(isolation: #isolation)
        return try await withRetries(isReadOnly: metadata.isReadOnly, options) { connection in
            try await connection.roundTrip(options, encode)
        }
    }

    /// Blocking commands have a connection to themselves, and the time that their arguments say.
    private func roundTripBlocking(
        _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        var options = callOptions(isolation: nil)
        let lease = try await pool.lease(deadline: options.deadline?.instant)
        options.deadline = nil
        options.mayWaitInline = false
        options.expectsReplySoon = false
        do {
            let frame = try await lease.connection.roundTrip(options, encode)
            lease.release(clean: true)
            return frame
        } catch {
            // The server may still be waiting on this connection: nobody else may get it.
            lease.dispose()
            throw error
        }
    }

    /// Runs `body` on the shared connection, again on a new one where that is surely right.
    func withRetries<R>(
        isReadOnly: Bool, _ options: CallOptions, _ body: (RESPConnection) async throws -> R
    ) async throws -> R {
        var attempts = 0
        while true {
            let connection =
                if let open = pool.sharedIfOpen() { open } else { try await sharedConnection(options) }
            do {
                return try await body(connection)
            } catch let error as ConnectionError {
                attempts += 1
                guard case .closed(let reason, let certainty) = error, attempts < Self.maximumAttempts,
                    Self.mayRetry(reason, certainty, isReadOnly: isReadOnly)
                else { throw error }
            }
        }
    }

    static let maximumAttempts = 4

    /// Sent again is what surely did not run, and what only reads; the latter not to a server that talks nonsense.
    private static func mayRetry(_ reason: CloseReason, _ certainty: ExecutionCertainty, isReadOnly: Bool) -> Bool {
        switch reason {
        case .closedByOwner: false
        case .retired: !certainty.mayHaveExecuted
        case .endOfStream, .transport, .silent: !certainty.mayHaveExecuted || isReadOnly
        case .malformedReply, .unsolicitedReply: !certainty.mayHaveExecuted
        }
    }

    private func sharedConnection(_ options: CallOptions) async throws -> RESPConnection {
        try await pool.shared(deadline: options.deadline?.instant)
    }

    /// What a call that begins now brings; `isolation` is the caller's.
    func callOptions(isolation: (any Actor)? = #isolation) -> CallOptions {
        let now = Moment(environment.now())
        return CallOptions(
            now: now, deadline: commandTimeout.map { now + $0 }, mayWaitInline: CallOptions.mayWaitInline(on: isolation)
        )
    }

    /// A connection besides the pool's, for subscriptions and MONITOR.
    package func openConnection(
        mode: ConnectionMode, onPush: (@Sendable (RESPFrame) -> Void)?, onClose: (@Sendable (CloseReason) -> Void)?
    ) async throws -> RESPConnection {
        try await RESPConnection.open(
            configuration, environment: environment, mode: mode, readsFromReplica: readsFromReplica, onPush: onPush,
            onClose: onClose)
    }
}

extension ServerError {
    /// The error of a reply that is known to be one.
    @inlinable
    package init(reply: RESPFrame) {
        self = ServerError(reply) ?? ServerError(message: "ERR")
    }
}
