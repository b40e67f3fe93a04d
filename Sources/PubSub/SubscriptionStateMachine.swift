// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Pool

/// Keeps what subscribers want and what the server has agreed to in step, over one connection that
/// comes and goes.
///
/// Several subscribers may want the same name; the server hears of the first and of the last of
/// them. At most one batch of commands is under way, and a PING behind it shows its end, so that
/// neither the order of confirmations nor their absence matters. After a lost connection everything
/// is subscribed again: channels, patterns, then shard channels by slot; a subscriber that had
/// something hears of the gap as soon as it has all of it again.
///
/// Pure: events and the present instant go in, and one driver asks `nextStep` what to do.
package struct SubscriptionStateMachine: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package struct Configuration: Sendable {
        package var backoff: Backoff
        /// How long the connection is kept without subscriptions.
        package var linger: Duration = .seconds(5)
        /// After this time without a sign of life the server gets a PING; `nil` sends none.
        package var healthCheckInterval: Duration? = .seconds(30)
        /// The most names in one command, and the most commands in one batch.
        package var maximumNames = 1_000
        package var maximumCommands = 1_000

        package init(
            firstDelay: Duration = .milliseconds(50), maximumDelay: Duration = .seconds(2),
            stableAfter: Duration = .milliseconds(500)
        ) {
            backoff = Backoff(initial: firstDelay, maximum: maximumDelay, stableAfter: stableAfter)
        }
    }

    enum Link: Equatable, Sendable {
        /// Goes to `connecting`.
        case offline
        /// Goes to `ready` or `offline`.
        case connecting
        /// Connected, nothing under way. Goes to `busy` or `offline`.
        case ready
        /// This batch is under way. Goes to `ready` or `offline`.
        case busy(SubscriptionBatch)
    }

    enum Status: Equatable, Sendable {
        /// The server has not heard of it on this connection, or not agreed. Goes to `asking`.
        case absent
        /// In a batch that subscribes. Goes to `subscribed` or `absent`.
        case asking
        /// The server agreed. Goes to `leaving`, or `away` if the server withdrew it.
        case subscribed
        /// In a batch that unsubscribes. Goes to `absent`.
        case leaving
        /// A shard channel whose slot is elsewhere now. Leaves this machine, or goes to `absent`.
        case away
    }

    struct Entry: Sendable {
        var subscribers: [SubscriberID] = []
        /// Calls that wait for this name.
        var requests: [SubscriptionRequestID] = []
        /// Who left before the server confirmed the end.
        var leavers: [SubscriberID] = []
        var status = Status.absent
        /// Its place among all names, for the order of resubscription.
        var place: UInt64 = 0
    }

    struct Subscriber: Sendable {
        var names: Set<SubscriptionName> = []
        /// What it had when the connection was lost and hasn't back yet.
        var lost: Set<SubscriptionName> = []
        var gap: SubscriptionGap.Causes = []
    }

    struct Request: Sendable {
        var subscriber: SubscriberID
        /// Those that the call added to its subscriber.
        var names: [SubscriptionName]
        var unconfirmed: Int
        var deadline: Instant?
    }

    /// A name that needs a command.
    struct Change: Sendable {
        var name: SubscriptionName
        /// Names of the same request go into the same command.
        var request: SubscriptionRequestID?
        /// In a command of its own, to find out which one of several the server refuses.
        var isAlone = false
    }

    let configuration: Configuration
    var link = Link.offline
    var entries: [SubscriptionName: Entry] = [:]
    private var lastPlace: UInt64 = 0
    var subscribers: [SubscriberID: Subscriber] = [:]
    var requests: [SubscriptionRequestID: Request] = [:]
    var changes: [Change] = []
    var moved: Set<SubscriptionName> = []
    /// A lower bound: checking early is harmless.
    var earliestDeadline: Instant?

    var isClosed = false
    var hasDriver = false
    var hasConnected = false
    var failures = 0
    var connectedAt: Instant?
    var retryAt: Instant?
    var rerouteAt: Instant?
    var rerouteFailures = 0
    var emptySince: Instant?
    var checkHealthAt: Instant?
    /// Whether the server was heard since the last look.
    var isAlive = false
    /// What the server said last; channels and patterns together, shard channels by themselves.
    var counts: [Bool: Int] = [:]

    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    // MARK: What subscribers want

    /// A subscriber wants these names too. The call under `request` waits until all are confirmed.
    ///
    /// - Parameter request: new; not used before.
    package mutating func add(
        _ names: [SubscriptionName], to subscriber: SubscriberID, request: SubscriptionRequestID, deadline: Instant?
    ) -> Outcome {
        var outcome = Outcome()
        guard !isClosed else {
            outcome.failed.append(.init(request: request, failure: .closed))
            return outcome
        }
        var added: [SubscriptionName] = []
        var unconfirmed = 0
        for name in names where subscribers[subscriber, default: Subscriber()].names.insert(name).inserted {
            added.append(name)
            var entry = entries[name] ?? makeEntry()
            entry.subscribers.append(subscriber)
            if entry.status == .subscribed {
                outcome.deliver.append(.init(subscriber: subscriber, event: .subscribed(name, count: count(of: name))))
            } else {
                unconfirmed += 1
                entry.requests.append(request)
                if entry.status == .absent { changes.append(Change(name: name, request: request)) }
            }
            entries[name] = entry
        }
        guard unconfirmed > 0 else {
            outcome.completed.append(request)
            return outcome
        }
        requests[request] = Request(subscriber: subscriber, names: added, unconfirmed: unconfirmed, deadline: deadline)
        if let deadline { earliestDeadline = min(earliestDeadline ?? deadline, deadline) }
        wake(&outcome)
        return outcome
    }

    /// Takes over shard channels that another connection lost to this one's node.
    package mutating func adopt(_ moving: Moving) -> Outcome {
        var outcome = Outcome()
        var entry = entries[moving.name] ?? makeEntry()
        for id in moving.subscribers {
            var subscriber = subscribers[id] ?? Subscriber()
            if subscriber.names.insert(moving.name).inserted { entry.subscribers.append(id) }
            subscriber.gap.insert(.slotMoved)
            if entry.status != .subscribed { subscriber.lost.insert(moving.name) }
            subscribers[id] = subscriber
            if entry.status == .subscribed { restored(moving.name, id, &outcome) }
        }
        entries[moving.name] = entry
        if entry.status == .absent { changes.append(Change(name: moving.name)) }
        wake(&outcome)
        return outcome
    }

    /// A subscriber no longer wants these names; `nil` means all it has. Calls that wait for one of them complete without it.
    package mutating func remove(_ names: [SubscriptionName]?, from subscriber: SubscriberID) -> Outcome {
        var outcome = Outcome()
        for name in names ?? subscribers[subscriber].map({ Array($0.names) }) ?? [] {
            detach(name, from: subscriber, &outcome)
        }
        wake(&outcome)
        return outcome
    }

    /// A caller gave up: what its call added is taken back.
    package mutating func cancel(_ request: SubscriptionRequestID) -> Outcome {
        var outcome = Outcome()
        takeBack(request, &outcome)
        wake(&outcome)
        return outcome
    }

    /// Whoever still waits past its deadline is told.
    package mutating func expire(now: Instant) -> Outcome {
        var outcome = Outcome()
        guard let earliestDeadline, earliestDeadline <= now else { return outcome }
        self.earliestDeadline = nil
        for (id, request) in requests {
            guard let deadline = request.deadline else { continue }
            if deadline <= now {
                fail(id, .timedOut, &outcome)
            } else {
                self.earliestDeadline = min(self.earliestDeadline ?? deadline, deadline)
            }
        }
        return outcome
    }

    /// Ends everything: calls and subscriptions alike.
    package mutating func close() -> Outcome {
        var outcome = Outcome()
        guard !isClosed else { return outcome }
        isClosed = true
        for id in requests.keys { outcome.failed.append(.init(request: id, failure: .closed)) }
        for id in subscribers.keys { outcome.ended.append(.init(subscriber: id, failure: .closed)) }
        requests = [:]
        subscribers = [:]
        entries = [:]
        changes = []
        moved = []
        link = .offline
        outcome.mustWake = hasDriver
        return outcome
    }

    /// Who gets a message; empty if nobody does (any more).
    ///
    /// - Complexity: O(1). Allocates nothing.
    package mutating func subscribers(to name: SubscriptionName) -> [SubscriberID] {
        isAlive = true
        return entries[name]?.subscribers ?? []
    }

    /// Whether anybody wants anything.
    package var isEmpty: Bool { entries.isEmpty }

    // MARK: Parts

    private mutating func makeEntry() -> Entry {
        lastPlace += 1
        return Entry(place: lastPlace)
    }

    func count(of name: SubscriptionName) -> Int { counts[name.kind == .shardChannel] ?? 0 }

    func wake(_ outcome: inout Outcome) {
        guard !isClosed else { return }
        if hasDriver { outcome.mustWake = true } else { outcome.mustStart = !entries.isEmpty }
    }

    mutating func detach(_ name: SubscriptionName, from id: SubscriberID, _ outcome: inout Outcome) {
        guard var subscriber = subscribers[id], subscriber.names.remove(name) != nil, var entry = entries[name] else {
            return
        }
        subscribers[id] = subscriber.names.isEmpty ? nil : subscriber
        entry.subscribers.removeAll { $0 == id }
        for request in entry.requests where requests[request]?.subscriber == id {
            entry.requests.removeAll { $0 == request }
            entries[name] = entry
            confirmOne(request, &outcome)
        }
        if entry.subscribers.isEmpty {
            switch entry.status {
            case .absent, .away:
                entries[name] = nil
                moved.remove(name)
                restored(name, id, &outcome)
                return
            case .asking, .leaving: break
            case .subscribed: changes.append(Change(name: name))
            }
            entry.leavers.append(id)
        }
        entries[name] = entry
        restored(name, id, &outcome)
    }

    /// A call is one name nearer to its end.
    mutating func confirmOne(_ id: SubscriptionRequestID, _ outcome: inout Outcome) {
        guard var request = requests[id] else { return }
        request.unconfirmed -= 1
        requests[id] = request.unconfirmed > 0 ? request : nil
        if request.unconfirmed == 0 { outcome.completed.append(id) }
    }

    mutating func takeBack(_ id: SubscriptionRequestID, _ outcome: inout Outcome) {
        guard let request = requests.removeValue(forKey: id) else { return }
        for name in request.names {
            entries[name]?.requests.removeAll { $0 == id }
            detach(name, from: request.subscriber, &outcome)
        }
    }

    mutating func fail(_ id: SubscriptionRequestID, _ failure: Failure, _ outcome: inout Outcome) {
        guard requests[id] != nil else { return }
        outcome.failed.append(.init(request: id, failure: failure))
        takeBack(id, &outcome)
    }

    /// A lost name is back, or no longer wanted; with the last one the subscriber hears of the gap.
    mutating func restored(_ name: SubscriptionName, _ id: SubscriberID, _ outcome: inout Outcome) {
        guard var subscriber = subscribers[id], !subscriber.gap.isEmpty else { return }
        subscriber.lost.remove(name)
        if subscriber.lost.isEmpty {
            outcome.deliver.append(.init(subscriber: id, event: .gap(SubscriptionGap(causes: subscriber.gap))))
            subscriber.gap = []
        }
        subscribers[id] = subscriber
    }
}
