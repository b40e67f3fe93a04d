// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import Pool
public import RESPCodec

/// The first phase of a transaction: keys are watched, and what is read now can decide what to write.
///
/// It holds a connection of its own. Only reading is possible; ``multi()`` ends the phase. Dropped, it lets the keys
/// go and gives the connection back.
public struct Watching: ReadCommandExecutor, ~Copyable {
    private let lease: PoolLease<RESPConnection>
    private let client: NodeClient
    private let settings: CallSettings

    init(_ client: NodeClient, keys: [BulkString], _ settings: CallSettings) async throws {
        let options = client.callOptions(settings)
        let lease = try await client.leaseOpen(options.deadline)
        let reply = try await lease.connection.roundTrip(options) { encoder in
            encoder.command(1 + keys.count)
            encoder.bulk("WATCH")
            for key in keys { key.encode(into: &encoder) }
        }
        if reply.isError { throw ServerError(reply: reply) }
        self.lease = lease
        self.client = client
        self.settings = settings
    }

    /// Sends a reading command on the watching connection.
    ///
    /// - Throws: as ``NodeClient/execute(_:)``, but a lost connection is never replaced: the watch went with it.
    public func execute<C: ReadOnlyCommand>(_ command: C) async throws -> C.Reply {
        let metadata = command.callMetadata
        if let misuse = metadata.misuse { throw misuse }
        let frame = try await lease.connection.roundTrip(client.callOptions(settings)) { command.encode(into: &$0) }
        if frame.isError { throw ServerError(reply: frame).explained(by: client.server.identity) }
        return try frame.decode(as: C.Reply.self)
    }

    /// Begins the second phase: commands are queued from now on.
    public consuming func multi() -> Multi {
        Multi(lease: lease, client: client, settings)
    }

    /// Lets the keys go without a transaction.
    public consuming func unwatch() async throws {
        let options = client.callOptions(settings)
        let reply = try await lease.connection.roundTrip(options) { $0.literal("*1\r\n$7\r\nUNWATCH\r\n") }
        if reply.isError { throw ServerError(reply: reply) }
        lease.release(clean: true)
    }
}

/// The second phase of a transaction: commands are queued here, and sent with MULTI and EXEC in one write.
public struct Multi: CommandQueue, ~Copyable {
    private let lease: PoolLease<RESPConnection>
    private let client: NodeClient
    private let settings: CallSettings
    private let batch: CommandBatch

    init(lease: consuming PoolLease<RESPConnection>, client: NodeClient, _ settings: CallSettings) {
        self.lease = lease
        self.client = client
        self.settings = settings
        batch = CommandBatch(runner: client)
    }

    /// Queues a command; the handle stands for its reply.
    @discardableResult
    public func enqueue<C: Command>(_ command: C) -> Queued<C.Reply> { batch.enqueue(command) }

    /// Executes what was queued, all of it or nothing.
    ///
    /// - Returns: the replies, or `nil` when a watched key had changed and nothing was executed.
    /// - Throws: the `ServerError` of a command that was refused when queued (nothing was executed),
    ///   ``ConnectionError`` when EXEC's reply was lost. Errors of single commands show when their handle is asked.
    public consuming func exec() async throws -> BatchReplies? {
        let (batch, server) = (batch, client.server)
        let first = batch.firstIndex
        let content = try batch.takeContent()
        let framing = BatchFraming(count: content.count, atomic: true, asking: false)
        var options = client.callOptions(settings)
        options.isAtomic = true
        let connection = lease.connection
        let frames: [RESPFrame]
        if let observation = client.observation {
            frames = try await observation.call(
                content.operation(atomic: true), batchSize: content.size, client.environment
            ) { [options] in try await connection.exec(framing, content, options) }
        } else {
            frames = try await connection.exec(framing, content, options)
        }
        // EXEC has ended the watch, whatever it answered.
        lease.release(clean: true)
        let results: [RESPFrame]?
        do {
            results = try BatchFraming.transactionResults(frames[...], count: framing.count)
        } catch {
            throw server.explaining(error)
        }
        return results.map { frames in
            BatchReplies(brand: ObjectIdentifier(batch), first: first, .answered(frames), from: server)
        }
    }

    /// Executes what was queued and returns the replies to these handles; `nil` when a watched key had changed.
    public consuming func exec<each Reply>(_ handles: repeat Queued<each Reply>) async throws -> (repeat each Reply)? {
        guard let replies = try await exec() else { return nil }
        return try (repeat replies[each handles])
    }

    /// Ends the body of `transaction(watching:)`: execute what was queued, and return the replies to these handles.
    public consuming func commit<each Reply>(
        _ handles: repeat Queued<each Reply>
    ) -> TransactionPlan<repeat each Reply> {
        TransactionPlan(multi: self, handles: (repeat each handles))
    }
}

extension RESPConnection {
    fileprivate func exec(
        _ framing: BatchFraming, _ content: borrowing BatchContent, _ options: CallOptions
    ) async throws -> [RESPFrame] {
        try await roundTrips(options, replies: framing.replyCount) { framing.encode(content, into: &$0) }
    }
}

/// What the body of `transaction(watching:)` has decided; only ``Multi/commit(_:)`` makes one.
public struct TransactionPlan<each Reply: RESPDecodable & Sendable>: ~Copyable {
    let multi: Multi
    let handles: (repeat Queued<each Reply>)

    consuming func execute() async throws -> (repeat each Reply)? {
        let handles = handles
        guard let replies = try await multi.exec() else { return nil }
        return try (repeat replies[each handles])
    }
}
