// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import Pool
public import RESPCodec
internal import Synchronization

/// A connection that nobody else uses, lent for a scope by ``NodeClient/withConnection(_:)``.
///
/// It executes every command, those too that bind state to a connection, and a lost connection is an error: it is never
/// replaced in the middle, and nothing is sent again. The compiler holds it in its scope and in its task: it can't be
/// copied, kept, or shared.
public struct LeasedConnection: BatchExecutor, ~Copyable {
    @usableFromInline let lease: LeaseScope

    init(_ lease: LeaseScope) { self.lease = lease }

    /// Sends one command on this connection and returns its decoded reply.
    ///
    /// Between MULTI and EXEC by hand the reply is `QUEUED`, whatever the command's own would be: ask for it with a
    /// `RawCommand`, or use `pipeline().run(atomic: true)`.
    ///
    /// - Throws: as ``NodeClient/execute(_:)``; `CommandMisuse` for a raw command that would make a feed of the connection,
    ///   such as SUBSCRIBE, and for one whose reply would not come since replies are off.
    @inlinable
    public func execute<C: Command>(_ command: C) async throws -> C.Reply {
        let frame = try await lease.roundTrip(command.callMetadata) { command.encode(into: &$0) }
        return try frame.decode(as: C.Reply.self)
    }

    /// Sends a command that binds state to its connection: `SELECT`, `WATCH`, `MULTI`, `CLIENT TRACKING` ….
    ///
    /// What it changes holds for this scope. Afterwards nobody meets it.
    ///
    /// - Throws: as for other commands; `CommandMisuse` for SUBSCRIBE, MONITOR and others that make a feed of the connection.
    @discardableResult @inlinable
    public func execute<C: ConnectionCommand>(_ command: C) async throws -> C.Reply {
        let metadata = command.callMetadata.adding(.bindsConnection)
        let frame = try await lease.roundTrip(metadata) { command.encode(into: &$0) }
        return try frame.decode(as: C.Reply.self)
    }

    /// Sends a command whose reply does not come, behind `CLIENT REPLY OFF` or `SKIP`. Returns when it has been written.
    ///
    /// - Throws: `CommandMisuse` while replies are on; ``ConnectionError``. What the server made of it can't be known.
    @inlinable
    public func send<C: Command>(_ command: C) async throws {
        try await lease.send(command.callMetadata) { command.encode(into: &$0) }
    }

    /// An empty batch, which is sent on this connection in one write; see ``CommandBatch``. Run it within the scope.
    public func pipeline() -> CommandBatch { CommandBatch(runner: lease) }
}

@available(*, unavailable)
extension LeasedConnection: Sendable {}

/// What a lease's connection and the batches made on it share. After its end nothing is sent any more.
@usableFromInline
final class LeaseScope: BatchRunner, Sendable {
    let connection: RESPConnection
    private let client: NodeClient
    private let settings: CallSettings
    private let machine = Mutex(LeaseStateMachine())

    init(_ connection: RESPConnection, _ client: NodeClient, _ settings: CallSettings) {
        self.connection = connection
        self.client = client
        self.settings = settings
    }

    @usableFromInline
    func roundTrip(
        _ metadata: CommandMetadata, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        var options = client.callOptions(settings)
        // What its user binds to it (an open MULTI, another user) may keep an ECHO from being answered.
        options.mayBeProven = false
        if metadata.flags.contains(.lacksArguments) { throw CommandMisuse.lacksArguments(name: metadata.name) }
        if metadata.bindsConnection || metadata.isBlocking {
            var encoder = CommandEncoder(capacity: 128)
            encode(&encoder)
            if metadata.bindsConnection {
                let isAnswered = try bind(encoder.span)
                if !isAnswered { return try await bindUnanswered(.received(RESPBytes(encoder.span))) }
            }
            if metadata.isBlocking {
                options = client.blockingOptions(settings, encoder.span)
                options.mayBeProven = false
            }
        }
        if !metadata.bindsConnection { try machine.withLock { try $0.execute(metadata.name) } }
        do {
            if let observation = client.observation {
                return try await observation.call(metadata.name, client.environment) {
                    try await answer(options, encode)
                }
            }
            return try await answer(options, encode)
        } catch {
            machine.withLock { $0.failed(error) }
            throw client.server.explaining(error)
        }
    }

    private func answer(_ options: CallOptions, _ encode: (inout CommandEncoder) -> Void) async throws -> RESPFrame {
        let frame = try await connection.roundTrip(options, encode)
        if frame.isError { throw ServerError(reply: frame) }
        return frame
    }

    @usableFromInline
    func send(_ metadata: CommandMetadata, _ encode: (inout CommandEncoder) -> Void) async throws {
        if metadata.flags.contains(.lacksArguments) { throw CommandMisuse.lacksArguments(name: metadata.name) }
        try machine.withLock { try $0.send(metadata.name) }
        var encoder = CommandEncoder(capacity: 128)
        encode(&encoder)
        try await write(.received(RESPBytes(encoder.span)))
    }

    @usableFromInline var recordsSlots: Bool { false }
    var server: ServerRecord { client.server }

    @usableFromInline
    func run(_ content: consuming BatchContent, atomic: Bool) async throws -> BatchOutcome {
        try machine.withLock { try $0.execute(atomic ? "MULTI" : "pipeline") }
        guard let observation = client.observation else { return try await send(content, atomic: atomic) }
        return try await observation.call(
            content.operation(atomic: atomic), batchSize: content.size, client.environment
        ) { try await send(content, atomic: atomic) }
    }

    private func send(_ content: borrowing BatchContent, atomic: Bool) async throws -> BatchOutcome {
        let framing = BatchFraming(count: content.count, atomic: atomic, asking: false)
        var options = client.callOptions(settings)
        options.mayBeProven = false
        let frames = try await connection.roundTrips(options, replies: framing.replyCount) {
            framing.encode(content, into: &$0)
        }
        do { return .answered(try framing.results(frames)) } catch { throw client.server.explaining(error) }
    }

    func end() -> LeaseStateMachine.Ending {
        machine.withLock { $0.end(owesReplies: connection.inFlight > 0, isOpen: connection.closeReason == nil) }
    }

    /// Whether the server answers a command that binds state.
    private func bind(_ command: Span<UInt8>) throws -> Bool {
        let words = try RESPFrame(encoded: [UInt8](RESPBytes(command))).decode(as: [RESPBytes].self)
        return try machine.withLock { try $0.bind(words.prefix(3).map { String($0) }) }
    }

    /// CLIENT REPLY OFF and SKIP are not answered, not even by an error; what their caller gets stands for "written".
    private func bindUnanswered(_ command: BulkString) async throws -> RESPFrame {
        try await write(command)
        return try RESPFrame(encoded: Array("+OK\r\n".utf8))
    }

    private func write(_ bytes: BulkString) async throws {
        guard connection.beginStream() else {
            throw ConnectionError.closed(connection.closeReason ?? .unsolicitedReply("frame"), .notSent)
        }
        defer { connection.endStream() }
        try await connection.write(bytes, timeout: client.commandTimeout)
    }
}
