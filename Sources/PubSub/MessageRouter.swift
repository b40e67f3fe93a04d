// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import RESPCodec

/// A table of handlers: what to do with the messages of which channel or pattern.
///
/// ```swift
/// var router = MessageRouter()
/// router.on("orders") { message in try await book(message.payload) }
/// router.on(pattern: "news.*") { message in print(message.channel, message.payload) }
/// router.onError { error, message in log("\(message.channel): \(error)") }
/// try await client.run(router)   // until its task is cancelled
/// ```
/// Every name that is subscribed to has a handler, as the table is where the names come from.
public struct MessageRouter: Sendable {
    /// Handles one message. Calls follow one another, in the order of the messages.
    public typealias Handler = @Sendable (Message) async throws -> Void

    private var handlers: [SubscriptionName: Handler] = [:]
    private var errorHandler: (@Sendable (any Error, Message) async throws -> Void)?
    private var gapHandler: (@Sendable (SubscriptionGap) async throws -> Void)?

    /// The names that have handlers, in the order in which they were first given one.
    public private(set) var names: [SubscriptionName] = []

    /// An empty table.
    public init() {}

    /// Handles the messages of a channel; replaces the handler that it had.
    public mutating func on<Name: BulkStringConvertible>(_ channel: Name, do handler: @escaping Handler) {
        set(SubscriptionName.list(.channel, [channel]), handler)
    }

    /// Handles the messages that a pattern brings; replaces the handler that it had.
    public mutating func on<Name: BulkStringConvertible>(pattern: Name, do handler: @escaping Handler) {
        set(SubscriptionName.list(.pattern, [pattern]), handler)
    }

    /// Handles the messages of a shard channel; replaces the handler that it had.
    public mutating func on<Name: BulkStringConvertible>(shardChannel: Name, do handler: @escaping Handler) {
        set(SubscriptionName.list(.shardChannel, [shardChannel]), handler)
    }

    /// Is told what handlers throw; the run goes on unless this throws, too.
    ///
    /// Without it the first error of a handler ends the run.
    public mutating func onError(do handler: @escaping @Sendable (any Error, Message) async throws -> Void) {
        errorHandler = handler
    }

    /// Is told where messages may be missing.
    public mutating func onGap(do handler: @escaping @Sendable (SubscriptionGap) async throws -> Void) {
        gapHandler = handler
    }

    /// Calls the handlers with what a subscription brings, until it or the task ends. Messages without a handler are
    /// passed over.
    ///
    /// - Throws: as `Subscription.next()` does, and what a handler throws if there is no error handler.
    public func run(_ subscription: Subscription) async throws {
        while let event = try await subscription.next() {
            switch event {
            case .message(let message): try await handle(message)
            case .gap(let gap): try await gapHandler?(gap)
            case .interrupted, .subscribed, .unsubscribed: break
            }
        }
    }

    private func handle(_ message: Message) async throws {
        guard let handler = handlers[message.subscription] else { return }
        do {
            try await handler(message)
        } catch {
            guard let errorHandler else { throw error }
            try await errorHandler(error, message)
        }
    }

    private mutating func set(_ names: [SubscriptionName], _ handler: @escaping Handler) {
        for name in names where handlers.updateValue(handler, forKey: name) == nil { self.names.append(name) }
    }
}
