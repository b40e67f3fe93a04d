// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pipeline
internal import RESPCodec
internal import Synchronization
internal import Transport

/// The subscriptions of one client.
///
/// All of them share one connection, apart from the client's others; in a cluster there is one more for
/// each node that has shard channels. It is opened with the first subscription, restored by itself when
/// it is lost (with growing delays, until everything is subscribed again), and closed a few seconds
/// after the last subscription ended. One task works for it, from its opening to its closing.
public final class SubscriptionHub: SubscriptionClient, Sendable {
    private struct State {
        var links: [Endpoint?: SubscriptionLink] = [:]
        var lastID: UInt64 = 0
        var isClosed = false
    }

    private let connector: SubscriberConnector
    private let environment: ClientEnvironment
    private let configuration: SubscriptionStateMachine.Configuration
    private let state = Mutex(State())

    /// The subscriptions of a client of one server. Nothing is opened before something is subscribed to.
    ///
    /// One hub per client is enough, and shares one connection among all subscriptions.
    public convenience init(_ client: NodeClient) {
        self.init(SubscriberConnector(client), environment: client.environment)
    }

    package init(
        _ connector: SubscriberConnector, environment: ClientEnvironment,
        configuration: SubscriptionStateMachine.Configuration = SubscriptionStateMachine.Configuration()
    ) {
        self.connector = connector
        self.environment = environment
        self.configuration = configuration
    }

    deinit { close() }

    /// Itself.
    public var subscriptions: SubscriptionHub { self }

    /// Ends all subscriptions with `PubSubError.closed` and closes the connections. Calling it again does nothing.
    public func close() {
        let links = state.withLock { state in
            state.isClosed = true
            defer { state.links = [:] }
            return Array(state.links.values)
        }
        for link in links { link.close() }
    }

    /// Subscribes to names of any kind; returns when the server has confirmed all of them.
    ///
    /// - Throws: `ServerError` if the server refuses (`NOPERM`), the connection's error if there is none,
    ///   `PubSubError`, `CancellationError`. Nothing is subscribed then.
    public func subscribe(
        to names: [SubscriptionName], options: SubscriptionOptions = SubscriptionOptions()
    ) async throws -> Subscription {
        guard !names.isEmpty else { throw PubSubError.noNames }
        let id = state.withLock { state in
            state.lastID += 1
            return SubscriberID(state.lastID)
        }
        let subscription = Subscription(id: id, sink: SubscriptionSink(options), hub: self)
        try await add(names, to: id, subscription.sink)
        return subscription
    }

    // MARK: For subscriptions

    func add(_ names: [SubscriptionName], to id: SubscriberID, _ sink: SubscriptionSink) async throws {
        let deadline = connector.callTimeout.map { environment.now() + $0 }
        let fixed = names.filter { $0.kind != .shardChannel }
        let links = allLinks
        let added = names.filter { name in !links.contains { $0.has(name, id) } }
        do {
            if !fixed.isEmpty { try await link(at: nil).add(fixed, to: id, sink, deadline: deadline) }
            try await addShardChannels(names.filter { $0.kind == .shardChannel }, to: id, sink, deadline)
        } catch {
            // All or nothing, also across connections.
            remove(added, from: id)
            throw error
        }
    }

    private func addShardChannels(
        _ names: [SubscriptionName], to id: SubscriberID, _ sink: SubscriptionSink,
        _ deadline: ContinuousClock.Instant?
    ) async throws {
        var names = names
        var attempt = 0
        while !names.isEmpty {
            var places: [Endpoint?: [SubscriptionName]] = [:]
            for name in names { places[try await connector.endpoint(name.name, attempt > 0), default: []].append(name) }
            names = []
            for (endpoint, group) in places {
                do {
                    try await link(at: endpoint).add(group, to: id, sink, deadline: deadline)
                } catch let error as SlotIsElsewhere {
                    guard attempt < 6 else { throw PubSubError.slotUnsettled(channel: error.name.name) }
                    names += group
                }
            }
            guard !names.isEmpty else { return }
            // Two nodes that are handing a slot over send a client to and fro for a moment.
            if attempt > 0 { try await environment.sleep(environment.now() + .milliseconds(1 << attempt)) }
            attempt += 1
        }
    }

    func remove(_ names: [SubscriptionName], from id: SubscriberID) {
        for link in allLinks { link.remove(names, from: id) }
    }

    func end(_ id: SubscriberID) {
        for link in allLinks { link.end(id) }
    }

    /// Whether every connection that there is waits for no answer. Tests that let time pass begin here.
    package var isSettled: Bool { allLinks.allSatisfy(\.isSettled) }

    private var allLinks: [SubscriptionLink] { state.withLock { Array($0.links.values) } }

    private func link(at endpoint: Endpoint?) throws -> SubscriptionLink {
        try state.withLock { state in
            if state.isClosed { throw PubSubError.closed }
            if let link = state.links[endpoint] { return link }
            let link = SubscriptionLink(
                at: endpoint, connector: connector, environment: environment, configuration: configuration,
                handOver: { [weak self] moving, endpoint, sinks in self?.adopt(moving, at: endpoint, sinks) })
            state.links[endpoint] = link
            return link
        }
    }

    /// A shard channel's slot went to another node, and its subscribers follow.
    private func adopt(
        _ moving: SubscriptionStateMachine.Moving, at endpoint: Endpoint?, _ sinks: [SubscriberID: SubscriptionSink]
    ) {
        try? link(at: endpoint).adopt(moving, sinks)
    }
}

/// A call named a shard channel to a node that doesn't have its slot.
struct SlotIsElsewhere: Error {
    var name: SubscriptionName
}
