// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import RESPCodec
internal import Testing

@testable internal import PubSub

/// Wanting, confirming and leaving on a healthy connection. Losses and refusals have files of their own.
@Suite struct SubscriptionStateMachineTests {
    var harness = SubscriptionHarness()

    @Test mutating func `the first wish connects, subscribes and completes with the confirmation`() {
        let added = harness.add(["a", "b"], to: 1)
        #expect(added == .with { $0.mustStart = true })
        #expect(harness.step() == .connect)
        harness.machine.connected(now: harness.now)
        #expect(harness.step() == .subscribe(.init(.channel, ["a", "b"], request: .init(1))))
        #expect(harness.step() == .wait(until: nil), "one batch at a time")
        #expect(harness.confirm("a", 1) == .delivering([(1, .subscribed("a", count: 1))]))
        #expect(
            harness.confirm("b", 2)
                == .delivering([(1, .subscribed("b", count: 2))]) { $0.completed = [.init(1)] })
        #expect(harness.answered() == .init())
        #expect(harness.step() == .wait(until: harness.now + .seconds(30)))
        #expect(harness.machine.subscribers(to: "a") == [.init(1)])
        #expect(harness.machine.subscribers(to: .pattern("a")) == [])
    }

    @Test mutating func `kinds go into commands of their own, and shard channels into one per slot`() {
        _ = harness.add(
            ["a", .pattern("p"), .shardChannel("{x}1"), .shardChannel("{y}1"), "b", .shardChannel("{x}2")], to: 1)
        harness.connect()
        let request = SubscriptionRequestID(1)
        #expect(
            harness.step()
                == .subscribe(
                    .init(.channel, ["a", "b"], request: request), .init(.pattern, ["p"], request: request),
                    .init(.shardChannel, ["{x}1", "{x}2"], request: request),
                    .init(.shardChannel, ["{y}1"], request: request)))
    }

    @Test mutating func `the server hears of the first and of the last subscriber to a name`() {
        harness.subscribe(["a"], to: 1)
        let second = harness.add(["a"], to: 2)
        #expect(second.completed == [.init(2)])
        #expect(second.deliver == [.init(subscriber: .init(2), event: .subscribed("a", count: 1))])
        #expect(harness.machine.subscribers(to: "a") == [.init(1), .init(2)])
        #expect(harness.machine.remove(["a"], from: .init(1)) == .with { $0.mustWake = true })
        #expect(harness.step() == .wait(until: harness.now + .seconds(30)))
        _ = harness.machine.remove(nil, from: .init(2))
        #expect(harness.machine.subscribers(to: "a") == [])
        #expect(harness.step() == .unsubscribe(.init(.channel, ["a"])))
        let confirmed = harness.machine.unsubscribed("a", count: 0)
        #expect(confirmed == .delivering([(2, .unsubscribed("a", count: 0))]))
        #expect(harness.answered() == .init())
    }

    @Test mutating func `a second caller of a name under way waits for the same confirmation`() {
        _ = harness.add(["a"], to: 1)
        harness.connect()
        _ = harness.step()
        #expect(harness.add(["a"], to: 2) == .with { $0.mustWake = true })
        let confirmed = harness.confirm("a", 1)
        #expect(confirmed.completed == [.init(1), .init(2)])
        #expect(confirmed.deliver.map(\.subscriber) == [.init(1), .init(2)])
        _ = harness.answered()
        #expect(harness.step() == .wait(until: harness.now + .seconds(30)))
    }

    @Test mutating func `the end of an unsubscription needs no confirmation`() {
        // Valkey 8.0 answers NOSUB, 9.1 a null channel, where nothing was subscribed.
        harness.subscribe(["a"], to: 1)
        _ = harness.machine.remove(nil, from: .init(1))
        #expect(harness.step() == .unsubscribe(.init(.channel, ["a"])))
        let answered = harness.answered([ServerError(message: "NOSUB nothing here")])
        #expect(answered.deliver == [.init(subscriber: .init(1), event: .unsubscribed("a", count: 1))])
        #expect(answered.ended.isEmpty && answered.failed.isEmpty && !answered.mustReconnect)
        #expect(harness.machine.isEmpty)
    }

    @Test mutating func `subscribing again while the unsubscription is under way ends subscribed`() {
        harness.subscribe(["a"], to: 1)
        _ = harness.machine.remove(nil, from: .init(1))
        #expect(harness.step() == .unsubscribe(.init(.channel, ["a"])))
        let again = harness.add(["a"], to: 1)
        #expect(again.completed.isEmpty)
        _ = harness.machine.unsubscribed("a", count: 0)
        #expect(harness.answered() == .init())
        #expect(harness.step() == .subscribe(.init(.channel, ["a"])))
        #expect(harness.confirm("a", 1).completed == [.init(2)])
    }

    @Test mutating func `unsubscribing while the subscription is under way ends unsubscribed`() {
        _ = harness.add(["a"], to: 1)
        harness.connect()
        _ = harness.step()
        #expect(harness.machine.remove(nil, from: .init(1)).completed == [.init(1)])
        #expect(harness.confirm("a", 1) == .init())
        #expect(harness.answered() == .init())
        #expect(harness.step() == .unsubscribe(.init(.channel, ["a"])))
        _ = harness.answered()
        #expect(harness.machine.isEmpty)
    }

    @Test mutating func `a caller that gives up takes back what it asked for and nothing else`() {
        harness.subscribe(["a"], to: 1)
        _ = harness.add(["a", "b"], to: 1)
        _ = harness.machine.cancel(.init(2))
        #expect(harness.machine.subscribers(to: "a") == [.init(1)])
        #expect(harness.machine.subscribers(to: "b") == [])
        #expect(harness.step() == .wait(until: harness.now + .seconds(30)))
    }

    @Test mutating func `a deadline fails the call and takes back its names`() {
        _ = harness.add(["a"], to: 1, within: .seconds(2))
        harness.connect()
        _ = harness.step()
        #expect(harness.machine.expire(now: harness.now + .seconds(1)) == .init())
        let expired = harness.machine.expire(now: harness.now + .seconds(2))
        #expect(expired.failed == [.init(request: .init(1), failure: .timedOut)])
        #expect(harness.machine.subscribers(to: "a") == [])
    }

    @Test mutating func `a connection without subscriptions is kept for a moment and then closed`() {
        harness.subscribe(["a"], to: 1)
        _ = harness.machine.remove(nil, from: .init(1))
        _ = harness.step()
        _ = harness.answered()
        #expect(harness.step() == .wait(until: harness.now + .seconds(5)))
        harness.now += .seconds(4)
        harness.subscribe(["b"], to: 2)
        _ = harness.machine.remove(nil, from: .init(2))
        _ = harness.step()
        _ = harness.answered()
        #expect(harness.step() == .wait(until: harness.now + .seconds(5)))
        harness.now += .seconds(5)
        #expect(harness.step() == .disconnect)
        #expect(harness.step() == .stop)
        #expect(harness.add(["c"], to: 3) == .with { $0.mustStart = true })
        #expect(harness.step() == .connect)
    }

    @Test mutating func `a silent server gets a ping, one that was heard doesn't`() {
        harness.subscribe(["a"], to: 1)
        harness.now += .seconds(30)
        #expect(harness.step() == .wait(until: harness.now + .seconds(30)), "it was heard since it connected")
        harness.now += .seconds(30)
        #expect(harness.step() == .send(.ping))
        #expect(harness.answered() == .init())
        _ = harness.machine.subscribers(to: "a")
        harness.now += .seconds(30)
        #expect(harness.step() == .wait(until: harness.now + .seconds(30)))
    }

    @Test mutating func `many names are sent in several commands and batches`() {
        harness = SubscriptionHarness { configuration in
            configuration.maximumNames = 2
            configuration.maximumCommands = 2
        }
        _ = harness.add((1...5).map { .channel(RESPBytes("\($0)")) }, to: 1)
        harness.connect()
        let request = SubscriptionRequestID(1)
        #expect(
            harness.step()
                == .subscribe(
                    .init(.channel, ["1", "2"], request: request), .init(.channel, ["3", "4"], request: request)))
        for name in 1...4 { _ = harness.confirm(.channel(RESPBytes("\(name)")), name) }
        _ = harness.answered()
        #expect(harness.step() == .subscribe(.init(.channel, ["5"], request: request)))
        #expect(harness.confirm("5", 5).completed == [request])
    }

    @Test mutating func `closing ends calls and subscriptions and stops the driver`() {
        harness.subscribe(["a"], to: 1)
        _ = harness.add(["b"], to: 2)
        let closed = harness.machine.close()
        #expect(closed.failed == [.init(request: .init(2), failure: .closed)])
        #expect(Set(closed.ended.map(\.subscriber)) == [.init(1), .init(2)])
        #expect(closed.mustWake)
        #expect(harness.step() == .stop)
        #expect(harness.machine.close() == .init())
        #expect(harness.add(["c"], to: 3).failed == [.init(request: .init(3), failure: .closed)])
    }
}
