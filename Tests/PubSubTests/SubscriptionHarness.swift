// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import RESPCodec

@testable public import PubSub

/// A machine, a clock and short names for events.
struct SubscriptionHarness {
    var machine: SubscriptionStateMachine
    var now = ContinuousClock.now
    private var lastRequest: UInt64 = 0

    init(_ change: (inout SubscriptionStateMachine.Configuration) -> Void = { _ in }) {
        var configuration = SubscriptionStateMachine.Configuration(
            firstDelay: .seconds(1), maximumDelay: .seconds(4), stableAfter: .seconds(10))
        change(&configuration)
        machine = SubscriptionStateMachine(configuration)
    }

    mutating func add(
        _ names: [SubscriptionName], to subscriber: UInt64, within: Duration? = nil
    ) -> SubscriptionStateMachine.Outcome {
        lastRequest += 1
        return machine.add(
            names, to: .init(subscriber), request: .init(lastRequest), deadline: within.map { now + $0 })
    }

    mutating func step() -> SubscriptionStateMachine.Step {
        machine.nextStep(now: now)
    }

    /// Connects, if that is the next step.
    mutating func connect() {
        if step() == .connect { machine.connected(now: now) }
    }

    mutating func confirm(_ name: SubscriptionName, _ count: Int) -> SubscriptionStateMachine.Outcome {
        machine.confirmed(name, count: count)
    }

    mutating func answered(_ errors: [ServerError] = []) -> SubscriptionStateMachine.Outcome {
        machine.answered(errors: errors, now: now)
    }

    mutating func lose() -> SubscriptionStateMachine.Outcome {
        machine.connectionLost(now: now, random: 1)
    }

    /// A subscriber that has these names, confirmed.
    mutating func subscribe(_ names: [SubscriptionName], to subscriber: UInt64) {
        _ = add(names, to: subscriber)
        connect()
        settle()
    }

    /// Confirms batches until there is no more to send. Returns what came of it.
    @discardableResult
    mutating func settle() -> SubscriptionStateMachine.Outcome {
        var outcome = SubscriptionStateMachine.Outcome()
        // The first step may have been taken by `connect`.
        var batch = machine.batchUnderWay
        if batch == nil, case .send(let next) = step() { batch = next }
        while let current = batch {
            for (index, name) in current.commands.flatMap(\.subscriptionNames).enumerated() {
                outcome.merge(
                    current.isSubscribing
                        ? machine.confirmed(name, count: index + 1) : machine.unsubscribed(name, count: 0))
            }
            outcome.merge(answered())
            batch = if case .send(let next) = step() { next } else { nil }
        }
        return outcome
    }
}

extension SubscriptionStateMachine {
    var batchUnderWay: SubscriptionBatch? {
        if case .busy(let batch) = link { batch } else { nil }
    }
}

extension SubscriptionStateMachine.Step {
    static func subscribe(_ commands: SubscriptionBatch.Command...) -> Self {
        .send(SubscriptionBatch(isSubscribing: true, commands))
    }

    static func unsubscribe(_ commands: SubscriptionBatch.Command...) -> Self {
        .send(SubscriptionBatch(isSubscribing: false, commands))
    }
}

extension SubscriptionStateMachine.Outcome {
    static func delivering(_ events: [(UInt64, PubSubEvent)], _ change: (inout Self) -> Void = { _ in }) -> Self {
        var outcome = Self()
        outcome.deliver = events.map { .init(subscriber: .init($0), event: $1) }
        change(&outcome)
        return outcome
    }
}

extension SubscriptionName: ExpressibleByStringLiteral {
    /// A channel, for short tests.
    public init(stringLiteral value: String) {
        self = .channel(RESPBytes(value))
    }
}
