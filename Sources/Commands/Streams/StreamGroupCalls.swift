// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// The calls that reading in a group takes, over any executor.
struct StreamGroupCalls<Value: RESPDecodable & Sendable>: Sendable {
    let create: @Sendable (_ from: StreamStart) async throws -> Void
    let readPending: @Sendable (_ after: StreamID) async throws -> [StreamEntry<Value>]
    let claim: @Sendable (_ from: StreamID) async throws -> StreamClaims<Value>
    let readNew: @Sendable (_ waiting: Duration) async throws -> [StreamEntry<Value>]
    /// How often each of these entries has been delivered, as far as they are this consumer's.
    let count: @Sendable (_ first: StreamID, _ last: StreamID) async throws -> [PendingEntry]
    let acknowledge: @Sendable (_ ids: [StreamID]) async throws -> Int
    let now: @Sendable () -> ContinuousClock.Instant

    init<Executor: CommandExecutor & Sendable>(
        _ executor: Executor, key: BulkString, group: BulkString, consumer: BulkString, count pageSize: Int,
        idle: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        create = { start in
            do {
                _ = try await executor.execute(XGROUP.CREATE(key: key, group: group, id: start, mkstream: true))
            } catch let error as ServerError where error.code == .busyGroup {}
        }
        readPending = { id in
            let found = try await executor.execute(
                XREADGROUP<Value>(
                    group: group, consumer: consumer, count: pageSize,
                    streams: .two(key, StreamGroupPosition.pending(after: id).bulkString)))
            return found?.streams.first?.entries ?? []
        }
        claim = { cursor in
            try await executor.execute(
                XAUTOCLAIM<Value>(
                    key: key, group: group, consumer: consumer, minIdleTime: idle, start: cursor, count: pageSize))
        }
        readNew = { wait in
            let found = try await executor.execute(
                XREADGROUP<Value>(
                    group: group, consumer: consumer, count: pageSize, block: wait,
                    streams: .two(key, StreamGroupPosition.new.bulkString)))
            return found?.streams.first?.entries ?? []
        }
        count = { first, last in
            // Between two entries that were claimed may lie others of this consumer, any number of them.
            var (pending, start) = ([PendingEntry](), StreamBound.id(first))
            while true {
                let page = try await executor.execute(
                    AtPrimary(
                        XPENDING_RANGE(
                            key: key, group: group, start: start, end: .id(last), count: max(pageSize, 100),
                            consumer: consumer)))
                pending += page
                guard page.count >= max(pageSize, 100), let end = page.last else { return pending }
                start = .excluding(end.id)
            }
        }
        acknowledge = { ids in try await executor.execute(XACK(key: key, group: group, ids: ids)) }
        self.now = now
    }
}

/// A command that only reads, and not from a replica: that may not have heard yet of what was just claimed.
private struct AtPrimary<Wrapped: Command>: Command {
    typealias Reply = Wrapped.Reply

    let command: Wrapped

    init(_ command: Wrapped) { self.command = command }

    static var metadata: CommandMetadata {
        CommandMetadata(name: Wrapped.metadata.name, flags: [], idempotency: .readOnly)
    }

    func encode(into encoder: inout CommandEncoder) { command.encode(into: &encoder) }

    func forEachKey(_ body: (Span<UInt8>) -> Void) { command.forEachKey(body) }
}
