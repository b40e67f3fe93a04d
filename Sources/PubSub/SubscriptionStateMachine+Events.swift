// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Commands
internal import Pool

extension SubscriptionStateMachine {
    // MARK: The connection

    /// The connection is open; nothing is subscribed on it.
    package mutating func connected(now: Instant) {
        guard link == .connecting else { return }
        hasConnected = true
        connectedAt = now
        retryAt = nil
        checkHealthAt = nil
        isAlive = true
        link = .ready
    }

    /// No connection could be made.
    ///
    /// The first time ever, and for permanent causes, everybody who waits is told at once; later ones
    /// are tried again, after a delay, until each caller's deadline.
    ///
    /// - Parameter random: from `0...1`, for the delay.
    package mutating func connectFailed(isPermanent: Bool, now: Instant, random: Double) -> Outcome {
        var outcome = Outcome()
        guard link == .connecting else { return outcome }
        link = .offline
        failures += 1
        retryAt = now + configuration.backoff.delay(afterFailures: failures, random: random)
        guard isPermanent || !hasConnected else { return outcome }
        for id in requests.keys.sorted(by: { $0.number < $1.number }) { fail(id, .unreachable, &outcome) }
        for id in subscribers.keys.sorted(by: { $0.number < $1.number }) {
            outcome.ended.append(.init(subscriber: id, failure: .unreachable))
            outcome.merge(remove(nil, from: id))
        }
        return outcome
    }

    /// The connection is gone, and everything that was subscribed on it.
    ///
    /// - Parameter random: from `0...1`, for a delay if the connection was a short one.
    package mutating func connectionLost(now: Instant, random: Double) -> Outcome {
        var outcome = Outcome()
        guard link != .offline, link != .connecting else { return outcome }
        link = .offline
        let wasStable = connectedAt.map { now - $0 >= configuration.backoff.stableAfter } ?? true
        failures = wasStable ? 0 : failures + 1
        retryAt = wasStable ? nil : now + configuration.backoff.delay(afterFailures: failures, random: random)
        counts = [:]
        var interrupted: Set<SubscriberID> = []
        for (name, entry) in entries {
            if entry.subscribers.isEmpty {
                entries[name] = nil
                continue
            }
            entries[name]?.status = .absent
            entries[name]?.leavers = []
            for id in entry.subscribers where !isWaiting(id, in: entry) {
                subscribers[id]?.lost.insert(name)
                if subscribers[id]?.gap.insert(.connectionLost).inserted ?? false { interrupted.insert(id) }
            }
        }
        moved = []
        subscribeToAll()
        for id in interrupted.sorted(by: { $0.number < $1.number }) {
            outcome.deliver.append(.init(subscriber: id, event: .interrupted))
        }
        wake(&outcome)
        return outcome
    }

    /// Whether a subscriber hasn't had the name yet, because its call is still under way.
    private func isWaiting(_ id: SubscriberID, in entry: Entry) -> Bool {
        entry.requests.contains { requests[$0]?.subscriber == id }
    }

    /// The shard channels to look up before the connection is made; none the first time, as they were looked up just now.
    package var shardChannelsToFollow: [SubscriptionName] {
        guard hasConnected || failures > 0 else { return [] }
        return entries.keys.filter { $0.kind == .shardChannel && entries[$0]?.requests.isEmpty ?? false }
    }

    /// Gives up connecting if there is nothing to connect for any more. Returns whether that is so.
    package mutating func abandonConnect() -> Bool {
        guard link == .connecting, entries.isEmpty else { return false }
        link = .offline
        return true
    }

    // MARK: Answers

    /// The batch under way has been answered as a whole.
    ///
    /// - Parameter errors: the error replies among the answers, in order.
    package mutating func answered(errors: [ServerError], now: Instant) -> Outcome {
        var outcome = Outcome()
        guard case .busy(let batch) = link else { return outcome }
        link = .ready
        isAlive = true
        if batch.isSubscribing {
            // Only a command without confirmations can have been refused; both come in the order of the commands.
            var errors = errors[...]
            for command in batch.commands {
                let missing = command.subscriptionNames.filter { entries[$0]?.status == .asking }
                guard !missing.isEmpty else { continue }
                guard let error = errors.popFirst() else {
                    outcome.mustReconnect = true
                    break
                }
                refused(command, missing: missing, error, &outcome)
            }
        } else {
            // Whatever a server says to this (NOSUB, a null channel, a confirmation): it is unsubscribed now.
            for name in batch.commands.flatMap(\.subscriptionNames) { left(name, count: count(of: name), &outcome) }
        }
        return outcome
    }

    private mutating func refused(
        _ command: SubscriptionBatch.Command, missing: [SubscriptionName], _ error: ServerError,
        _ outcome: inout Outcome
    ) {
        var missing = missing
        for name in missing {
            if entries[name]?.subscribers.isEmpty ?? true {
                entries[name] = nil
            } else {
                entries[name]?.status = .absent
            }
        }
        missing.removeAll { entries[$0] == nil }
        guard !missing.isEmpty else { return }
        if let request = command.request, missing.count > 1 || entries[missing[0]]?.subscribers.count == 1 {
            let failure: Failure = error.code == .moved ? .moved(missing[0]) : .refused(error)
            fail(request, failure, &outcome)
            for name in missing where entries[name] != nil { changes.append(Change(name: name, isAlone: true)) }
        } else if missing.count > 1 {
            for name in missing { changes.append(Change(name: name, isAlone: true)) }
        } else {
            refused(missing[0], error, &outcome)
        }
    }

    /// The server refused this very name.
    private mutating func refused(_ name: SubscriptionName, _ error: ServerError, _ outcome: inout Outcome) {
        guard let entry = entries[name] else { return }
        if error.code == .moved, name.kind == .shardChannel {
            for request in entry.requests { fail(request, .moved(name), &outcome) }
            goAway(name)
            return
        }
        for request in entry.requests { fail(request, .refused(error), &outcome) }
        for id in entries[name]?.subscribers ?? [] {
            outcome.ended.append(.init(subscriber: id, failure: .refused(error)))
            outcome.merge(remove(nil, from: id))
        }
    }

    // MARK: Pushes

    /// The server confirmed a subscription.
    package mutating func confirmed(_ name: SubscriptionName, count: Int) -> Outcome {
        var outcome = Outcome()
        isAlive = true
        counts[name.kind == .shardChannel] = count
        guard let entry = entries[name], entry.status == .asking else { return outcome }
        entries[name]?.status = .subscribed
        entries[name]?.requests = []
        for id in entry.subscribers {
            outcome.deliver.append(.init(subscriber: id, event: .subscribed(name, count: count)))
            restored(name, id, &outcome)
        }
        for request in entry.requests { confirmOne(request, &outcome) }
        if entry.subscribers.isEmpty { changes.append(Change(name: name)) }
        return outcome
    }

    /// The server confirmed the end of a subscription, or ended it by itself.
    package mutating func unsubscribed(_ name: SubscriptionName, count: Int) -> Outcome {
        var outcome = Outcome()
        isAlive = true
        counts[name.kind == .shardChannel] = count
        switch entries[name]?.status {
        case .leaving:
            left(name, count: count, &outcome)
        case .subscribed:
            // Nobody asked for it: a slot has moved, or the server took the name away.
            for id in entries[name]?.subscribers ?? [] {
                subscribers[id]?.lost.insert(name)
                subscribers[id]?.gap.insert(name.kind == .shardChannel ? .slotMoved : .connectionLost)
            }
            entries[name]?.status = .absent
            if entries[name]?.subscribers.isEmpty ?? true {
                entries[name] = nil
            } else if name.kind == .shardChannel {
                goAway(name)
            } else {
                changes.append(Change(name: name, isAlone: true))
            }
            wake(&outcome)
        case .asking:
            // Taken away before the batch ended; its end will show the name unconfirmed.
            break
        case .absent, .away, nil: break
        }
        return outcome
    }

    private mutating func left(_ name: SubscriptionName, count: Int, _ outcome: inout Outcome) {
        guard let entry = entries[name], entry.status == .leaving else { return }
        for id in entry.leavers {
            outcome.deliver.append(.init(subscriber: id, event: .unsubscribed(name, count: count)))
        }
        if entry.subscribers.isEmpty {
            entries[name] = nil
        } else {
            entries[name]?.status = .absent
            entries[name]?.leavers = []
            changes.append(Change(name: name))
        }
    }

    // MARK: Slots that moved

    private mutating func goAway(_ name: SubscriptionName) {
        guard entries[name] != nil else { return }
        entries[name]?.status = .away
        moved.insert(name)
    }

    /// The node of a shard channel was looked up.
    ///
    /// - Parameter isHere: whether it is this connection's.
    /// - Returns: what the other connection has to adopt, if it isn't.
    package mutating func rerouted(_ name: SubscriptionName, isHere: Bool) -> (Moving?, Outcome) {
        var outcome = Outcome()
        guard let entry = entries[name] else { return (nil, outcome) }
        rerouteFailures = 0
        rerouteAt = nil
        moved.remove(name)
        if isHere {
            guard entry.status == .away else { return (nil, outcome) }
            entries[name]?.status = .absent
            changes.append(Change(name: name, isAlone: true))
            return (nil, outcome)
        }
        for request in entry.requests { fail(request, .moved(name), &outcome) }
        let staying = entries.removeValue(forKey: name)?.subscribers ?? []
        for id in staying {
            guard var subscriber = subscribers[id] else { continue }
            subscriber.names.remove(name)
            // The gap is reported by the connection that takes over.
            subscriber.lost.remove(name)
            if subscriber.lost.isEmpty { subscriber.gap = [] }
            subscribers[id] = subscriber.names.isEmpty ? nil : subscriber
        }
        return (staying.isEmpty ? nil : Moving(name: name, subscribers: staying), outcome)
    }

    /// The nodes of shard channels could not be looked up; it is tried again after a delay.
    package mutating func rerouteFailed(now: Instant, random: Double) {
        rerouteFailures += 1
        rerouteAt = now + configuration.backoff.delay(afterFailures: rerouteFailures, random: random)
    }
}

extension SubscriptionStateMachine.Outcome {
    mutating func merge(_ other: Self) {
        completed += other.completed
        failed += other.failed
        ended += other.ended
        deliver += other.deliver
        mustWake = mustWake || other.mustWake
        mustStart = mustStart || other.mustStart
        mustReconnect = mustReconnect || other.mustReconnect
    }
}
