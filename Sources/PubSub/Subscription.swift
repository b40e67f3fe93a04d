// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import RESPCodec

/// What one subscriber hears: an asynchronous sequence of messages and, where some may be missing, gaps.
///
/// ```swift
/// let subscription = try await client.subscribe(to: "news", "weather")
/// for try await event in subscription {
///     switch event {
///     case .message(let message): print(message.channel, message.payload)
///     case .gap: await reload()   // messages may be missing; those from now on are complete
///     default: break
///     }
/// }
/// ```
/// Iterate ``messages`` where gaps don't matter. The subscription ends with ``cancel()`` or when nobody
/// refers to it any more; a lost connection doesn't end it. Every event goes to one of the tasks that
/// iterate. A slow subscriber delays nobody: its buffer is bounded, see `BufferPolicy`.
public final class Subscription: AsyncSequence, Sendable {
    /// Messages, gaps, and what was asked for besides.
    public typealias Element = PubSubEvent

    let id: SubscriberID
    let sink: SubscriptionSink
    let hub: SubscriptionHub

    init(id: SubscriberID, sink: SubscriptionSink, hub: SubscriptionHub) {
        self.id = id
        self.sink = sink
        self.hub = hub
    }

    deinit { hub.end(id) }

    /// Ends the subscription: the iteration ends after what has arrived. Calling it again does nothing.
    public func cancel() {
        sink.channel.finish()
        hub.end(id)
    }

    // MARK: Names

    /// Adds channels, patterns or shard channels; returns when the server has confirmed them.
    ///
    /// - Throws: as `subscribe(to:)` of the client. The subscription goes on without the new names then.
    public func add(_ names: [SubscriptionName]) async throws {
        try await hub.add(names, to: id, sink)
    }

    /// Takes channels, patterns or shard channels out. Returns at once; messages under way may still come.
    public func remove(_ names: [SubscriptionName]) {
        hub.remove(names, from: id)
    }

    /// Adds channels; see ``add(_:)``.
    public func subscribe<Name: BulkStringConvertible>(to channels: Name...) async throws {
        try await add(SubscriptionName.list(.channel, channels))
    }

    /// Adds patterns; see ``add(_:)``.
    public func subscribe<Name: BulkStringConvertible>(toPatterns patterns: Name...) async throws {
        try await add(SubscriptionName.list(.pattern, patterns))
    }

    /// Adds shard channels; see ``add(_:)``.
    public func subscribe<Name: BulkStringConvertible>(toShardChannels channels: Name...) async throws {
        try await add(SubscriptionName.list(.shardChannel, channels))
    }

    /// Takes channels out; see ``remove(_:)``.
    public func unsubscribe<Name: BulkStringConvertible>(from channels: Name...) {
        remove(SubscriptionName.list(.channel, channels))
    }

    /// Takes patterns out; see ``remove(_:)``.
    public func unsubscribe<Name: BulkStringConvertible>(fromPatterns patterns: Name...) {
        remove(SubscriptionName.list(.pattern, patterns))
    }

    /// Takes shard channels out; see ``remove(_:)``.
    public func unsubscribe<Name: BulkStringConvertible>(fromShardChannels channels: Name...) {
        remove(SubscriptionName.list(.shardChannel, channels))
    }

    // MARK: Events

    /// Waits for the next event.
    ///
    /// - Returns: `nil` after ``cancel()``.
    /// - Throws: `CancellationError` when the task is cancelled; `ServerError` if the server refused a name when a
    ///   lost connection was restored; `PubSubError`; the connection's permanent error.
    public func next() async throws -> PubSubEvent? {
        switch try await sink.channel.next() {
        case .element(let event): event
        case .dropped(let count): .gap(SubscriptionGap(causes: .bufferOverflow, droppedMessages: count))
        case .finished: nil
        }
    }

    /// Walks through the events as they come.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(subscription: self) }

    /// Walks through the events as they come.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let subscription: Subscription

        /// Waits for the next event; see ``Subscription/next()``.
        public mutating func next() async throws -> PubSubEvent? { try await subscription.next() }
    }

    /// The messages alone, without gaps.
    public var messages: Messages { Messages(subscription: self) }

    /// The messages of a subscription.
    public struct Messages: AsyncSequence, Sendable {
        /// A message.
        public typealias Element = Message

        let subscription: Subscription

        /// Walks through the messages as they come.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(subscription: subscription) }

        /// Walks through the messages as they come.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let subscription: Subscription

            /// Waits for the next message; see ``Subscription/next()``.
            public mutating func next() async throws -> Message? {
                while let event = try await subscription.next() {
                    if let message = event.message { return message }
                }
                return nil
            }
        }
    }

    // MARK: Handlers

    /// Calls a handler with one message after the other, until the subscription or the task ends.
    ///
    /// - Parameters:
    ///   - onError: gets what the handler throws; then the next message follows. Without it the error ends the run.
    ///   - handler: called in the order of the messages, one call at a time.
    /// - Throws: as ``next()``; without `onError` also what the handler throws.
    public func run(
        onError: ((any Error, Message) async throws -> Void)? = nil, _ handler: (Message) async throws -> Void
    ) async throws {
        while let event = try await next() {
            guard let message = event.message else { continue }
            do {
                try await handler(message)
            } catch {
                guard let onError else { throw error }
                try await onError(error, message)
            }
        }
    }
}
