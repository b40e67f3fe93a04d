// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension SubscriptionStateMachine {
    /// What to do now. The one driver calls it after each step, and after being woken.
    package mutating func nextStep(now: Instant) -> Step {
        if isClosed { return stop() }
        switch link {
        case .offline:
            if entries.isEmpty { return stop() }
            hasDriver = true
            if let retryAt, retryAt > now { return wait(until: retryAt) }
            link = .connecting
            return .connect
        case .connecting, .busy:
            hasDriver = true
            return .wait(until: nil)
        case .ready:
            hasDriver = true
            return nextOnlineStep(now: now)
        }
    }

    private mutating func nextOnlineStep(now: Instant) -> Step {
        if let batch = makeBatch() {
            emptySince = nil
            link = .busy(batch)
            return .send(batch)
        }
        if !moved.isEmpty, rerouteAt.map({ $0 <= now }) ?? true {
            return .reroute(inOrder(moved))
        }
        guard !entries.isEmpty else {
            let since = emptySince ?? now
            emptySince = since
            let end = since + configuration.linger
            guard end <= now else { return .wait(until: end) }
            link = .offline
            emptySince = nil
            return .disconnect
        }
        emptySince = nil
        if let interval = configuration.healthCheckInterval {
            let due = checkHealthAt ?? now + interval
            checkHealthAt = due
            if due <= now {
                checkHealthAt = now + interval
                if !isAlive {
                    link = .busy(.ping)
                    return .send(.ping)
                }
                isAlive = false
            }
        }
        let due = [checkHealthAt, moved.isEmpty ? nil : rerouteAt].compactMap { $0 }.min()
        return wait(until: due)
    }

    private mutating func stop() -> Step {
        hasDriver = false
        return .stop
    }

    private func wait(until instant: Instant?) -> Step {
        .wait(until: [instant, earliestDeadline].compactMap { $0 }.min())
    }

    // MARK: Batches

    /// What is to be unsubscribed goes first, then what is to be subscribed; `nil` if all is as wanted.
    private mutating func makeBatch() -> SubscriptionBatch? {
        guard !changes.isEmpty else { return nil }
        var leaving: [Change] = []
        var joining: [Change] = []
        for change in changes {
            switch (entries[change.name]?.status, entries[change.name]?.subscribers.isEmpty ?? true) {
            case (.subscribed, true): leaving.append(change)
            case (.absent, false): joining.append(change)
            default: break
            }
        }
        let isSubscribing = leaving.isEmpty
        var rest: [Change] = isSubscribing ? [] : joining
        let commands = makeCommands(isSubscribing ? joining : leaving, isSubscribing: isSubscribing, rest: &rest)
        changes = rest
        return commands.isEmpty ? nil : SubscriptionBatch(isSubscribing: isSubscribing, commands)
    }

    private mutating func makeCommands(
        _ changes: [Change], isSubscribing: Bool, rest: inout [Change]
    ) -> [SubscriptionBatch.Command] {
        struct Group: Hashable {
            var request: SubscriptionRequestID?
            var alone: SubscriptionName?
            var kind: SubscriptionName.Kind
            var slot: Int
        }
        var commands: [SubscriptionBatch.Command] = []
        var places: [Group: Int] = [:]
        for change in changes {
            let name = change.name
            // A name can be in the list twice: it was wanted, unwanted, and wanted again.
            guard entries[name]?.status == (isSubscribing ? .absent : .subscribed) else { continue }
            let group = Group(
                request: isSubscribing ? change.request : nil, alone: change.isAlone ? name : nil, kind: name.kind,
                slot: name.slot)
            if let place = places[group], commands[place].names.count < configuration.maximumNames {
                commands[place].names.append(name.name)
            } else if commands.count < configuration.maximumCommands {
                places[group] = commands.count
                commands.append(.init(name.kind, [name.name], request: group.request))
            } else {
                rest.append(change)
                continue
            }
            entries[name]?.status = isSubscribing ? .asking : .leaving
        }
        return commands
    }

    /// Everything again, in the order that a subscriber is used to: channels, patterns, shard channels.
    mutating func subscribeToAll() {
        changes = inOrder(Set(entries.keys)).map { Change(name: $0, request: entries[$0]?.requests.first) }
    }

    private func inOrder(_ names: Set<SubscriptionName>) -> [SubscriptionName] {
        names
            .map { name in
                let kind =
                    switch name.kind {
                    case .channel: 0
                    case .pattern: 1
                    case .shardChannel: 2
                    }
                return (name, kind, entries[name]?.place ?? 0)
            }
            .sorted { ($0.1, $0.2) < ($1.1, $1.2) }
            .map(\.0)
    }
}
