// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pipeline
internal import RESPCodec
internal import Synchronization

/// Every command that one server executes, as it happens: MONITOR on a connection of its own.
///
/// ```swift
/// for try await entry in try await client.monitor() { print(entry.arguments) }
/// ```
/// MONITOR costs the server a good part of its throughput. The feed ends with ``cancel()``, when nobody
/// refers to it any more, or with the connection's error: it is not restored, as what came in between is lost.
public final class MonitorFeed: AsyncSequence, Sendable {
    /// One command.
    public typealias Element = MonitorEntry

    private let channel: EventChannel<MonitorEntry>
    private let connection = Mutex<RESPConnection?>(nil)
    private let counts = Mutex<(dropped: Int, malformed: Int)>((0, 0))

    private init(_ policy: BufferPolicy) {
        channel = EventChannel(policy)
    }

    deinit { connection.withLock { $0 }?.close() }

    static func open(on client: NodeClient, _ policy: BufferPolicy) async throws -> MonitorFeed {
        let feed = MonitorFeed(policy)
        let channel = feed.channel
        let connection = try await client.openConnection(
            mode: .monitor, onPush: { [weak feed] frame in feed?.received(frame) },
            onClose: { reason in channel.finish(ConnectionError.closed(reason, .notSent)) })
        feed.connection.withLock { $0 = connection }
        do {
            let now = client.environment.now()
            try await connection.startMonitor(
                CallOptions(
                    now: now, deadline: client.configuration.commandTimeout.map { now + $0 }, mayWaitInline: false))
        } catch {
            connection.close()
            throw error
        }
        return feed
    }

    /// Ends the feed and closes its connection. Calling it again does nothing.
    public func cancel() {
        channel.finish()
        connection.withLock { $0 }?.close()
    }

    /// How many entries were dropped because the subscriber was too slow, up to the entry read last.
    public var droppedEntries: Int { counts.withLock { $0.dropped } }

    /// How many lines were not understood.
    public var malformedLines: Int { counts.withLock { $0.malformed } }

    /// Waits for the next entry.
    ///
    /// - Returns: `nil` after ``cancel()``.
    /// - Throws: `CancellationError` when the task is cancelled; `ConnectionError` when the connection was lost.
    public func next() async throws -> MonitorEntry? {
        while true {
            switch try await channel.next() {
            case .element(let entry): return entry
            case .dropped(let count): counts.withLock { $0.dropped += count }
            case .finished: return nil
            }
        }
    }

    /// Walks through the entries as they come.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(feed: self) }

    /// Walks through the entries as they come.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let feed: MonitorFeed

        /// Waits for the next entry; see ``MonitorFeed/next()``.
        public mutating func next() async throws -> MonitorEntry? { try await feed.next() }
    }

    /// Runs on the connection's reader, so it must not wait.
    private func received(_ frame: RESPFrame) {
        guard let line = try? frame.decode(as: RESPBytes.self), let entry = MonitorEntry(line: line.span) else {
            return counts.withLock { $0.malformed += 1 }
        }
        channel.put(entry, bytes: line.count)?.resume()
    }
}

extension NodeClient {
    /// Watches every command that the server executes; see ``MonitorFeed``.
    ///
    /// - Parameter buffer: how far the subscriber may fall behind, and what happens then.
    /// - Throws: the connection's error; `ServerError` if the server refuses.
    public func monitor(buffer: BufferPolicy = BufferPolicy()) async throws -> MonitorFeed {
        try await MonitorFeed.open(on: self, buffer)
    }

    /// Watches every command that the server executes for as long as `body` runs.
    ///
    /// - Throws: as ``monitor(buffer:)``, and what `body` throws.
    public func withMonitor<Result>(
        buffer: BufferPolicy = BufferPolicy(), _ body: (MonitorFeed) async throws -> Result
    ) async throws -> Result {
        let feed = try await monitor(buffer: buffer)
        defer { feed.cancel() }
        return try await body(feed)
    }
}
