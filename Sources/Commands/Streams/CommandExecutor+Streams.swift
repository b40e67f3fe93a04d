// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

extension CommandExecutor where Self: Sendable {
    /// The entries of a stream for one consumer of a group, to be acknowledged.
    ///
    /// See ``consume(_:group:consumer:creatingFrom:claimingAfter:count:as:)``.
    public func consume(
        _ stream: some BulkStringConvertible, group: some BulkStringConvertible, consumer: some BulkStringConvertible,
        creatingFrom start: StreamStart? = nil, claimingAfter idle: Duration? = nil, count: Int = 10
    ) -> StreamConsumption<RESPBytes> {
        consume(
            stream, group: group, consumer: consumer, creatingFrom: start, claimingAfter: idle, count: count,
            as: RESPBytes.self)
    }

    /// The entries of a stream for one consumer of a group, to be acknowledged.
    ///
    /// ```swift
    /// for try await order in client.consume("orders", group: "billing", consumer: "host-7", creatingFrom: .beginning) {
    ///     try await bill(order.fields)
    ///     try await order.acknowledge()
    /// }
    /// ```
    ///
    /// First comes what this consumer has got before and never acknowledged, so that a program which crashed goes on where
    /// it was; then what others have left lying for longer than `idle`; then what is new, for as long as the task lives. Each
    /// entry is delivered *at least once*: again if it isn't acknowledged, after a restart or to somebody else. What was read
    /// and not acknowledged stays pending when the task is cancelled or the loop is left; nothing has to be closed.
    ///
    /// Waiting takes an exclusive connection. When it is lost, or the server restarts, or is another one after a failover,
    /// the loop just goes on, for as long as it takes; replies that were lost with it are read again. Errors that calling
    /// again can't change end the loop; so does a server that can't be reached at all from the beginning.
    ///
    /// Each iteration reads for itself: one per name of a consumer. To do many entries at a time, give them to child tasks, or
    /// iterate under several names.
    ///
    /// A user of the server needs leave for `XREADGROUP`, `XPENDING` and `XACK`, and for `XGROUP CREATE` and `XAUTOCLAIM` where
    /// these are asked for.
    ///
    /// - Parameters:
    ///   - stream: the stream's key.
    ///   - group: the group's name.
    ///   - consumer: who reads: a name that is the same after a restart.
    ///   - start: makes the group, and the stream, if they aren't there, so that it begins here; made again after it was
    ///     deleted, it goes on at the millisecond of what this consumer has got last. nil: the loop ends with a
    ///     `ServerError` `NOGROUP`.
    ///   - idle: takes over what anybody has not acknowledged for so long: choose more than dealing with `count` entries ever
    ///     takes. It is looked for at the beginning and every half of it. nil: nobody's entries are taken over.
    ///   - count: how many entries are asked for at a time. They wait here, pending, until they are asked for.
    ///   - valueType: what to decode the fields' values as.
    public func consume<Value: RESPDecodable & Sendable>(
        _ stream: some BulkStringConvertible, group: some BulkStringConvertible, consumer: some BulkStringConvertible,
        creatingFrom start: StreamStart? = nil, claimingAfter idle: Duration? = nil, count: Int = 10,
        as valueType: Value.Type
    ) -> StreamConsumption<Value> {
        StreamConsumption(
            calls: StreamGroupCalls(
                self, key: stream.bulkString, group: group.bulkString, consumer: consumer.bulkString,
                count: max(count, 1), idle: idle ?? .zero, now: { ContinuousClock.now }),
            machine: StreamGroupStateMachine(creatingFrom: start, claimingAfter: idle))
    }
}

extension ReadCommandExecutor where Self: Sendable {
    /// The entries of a stream as they are added. See ``follow(_:after:count:as:)``.
    public func follow(
        _ stream: some BulkStringConvertible, after start: StreamStart = .end, count: Int = 100
    ) -> StreamFollowing<RESPBytes> {
        follow(stream, after: start, count: count, as: RESPBytes.self)
    }

    /// The entries of a stream as they are added: all of them, to everybody who follows it.
    ///
    /// ```swift
    /// for try await entry in client.follow("audit", after: .beginning) { print(entry.id) }
    /// ```
    ///
    /// It lasts as long as the task. Lost connections are replaced, and it goes on behind the last entry: nothing is missed or
    /// comes twice, as long as the stream keeps what was added meanwhile.
    ///
    /// - Parameters:
    ///   - stream: the stream's key.
    ///   - start: where to begin. The end is where the stream ends when the iteration begins.
    ///   - count: how many entries are asked for at a time.
    ///   - valueType: what to decode the fields' values as.
    public func follow<Value: RESPDecodable & Sendable>(
        _ stream: some BulkStringConvertible, after start: StreamStart = .end, count: Int = 100,
        as valueType: Value.Type
    ) -> StreamFollowing<Value> {
        let key = stream.bulkString
        let wait = StreamGroupStateMachine.longestWait
        return StreamFollowing(
            newest: {
                try await execute(XREVRANGE<RESPBytes>(key: key, end: .last, start: .first, count: 1)).first?.id
            },
            read: { last in
                let found = try await execute(
                    XREAD<Value>(count: max(count, 1), block: wait, streams: .two(key, last.bulkString)))
                return found?.streams.first?.entries ?? []
            },
            start: start)
    }
}
