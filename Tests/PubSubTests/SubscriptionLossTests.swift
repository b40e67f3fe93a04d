// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import RESPCodec
internal import Testing

@testable internal import PubSub

/// Lost connections, refused commands, slots that move.
@Suite struct SubscriptionLossTests {
    var harness = SubscriptionHarness()

    // MARK: Lost connections

    @Test mutating func `after a loss everything is subscribed again in order, and a gap is told when all is back`() {
        harness.subscribe([.shardChannel("s"), "b", .pattern("p"), "a"], to: 1)
        harness.subscribe(["a"], to: 2)
        harness.now += .seconds(60)
        let lost = harness.lose()
        #expect(lost == .delivering([(1, .interrupted), (2, .interrupted)]) { $0.mustWake = true })
        #expect(harness.step() == .connect)
        harness.machine.connected(now: harness.now)
        #expect(
            harness.step()
                == .subscribe(
                    .init(.channel, ["b", "a"]), .init(.pattern, ["p"]), .init(.shardChannel, ["s"])))
        #expect(harness.confirm("b", 1) == .delivering([(1, .subscribed("b", count: 1))]))
        #expect(
            harness.confirm("a", 2)
                == .delivering([
                    (1, .subscribed("a", count: 2)), (2, .subscribed("a", count: 2)),
                    (2, .gap(.init(causes: .connectionLost))),
                ]))
        _ = harness.confirm(.pattern("p"), 3)
        #expect(
            harness.confirm(.shardChannel("s"), 1)
                == .delivering([
                    (1, .subscribed(.shardChannel("s"), count: 1)), (1, .gap(.init(causes: .connectionLost))),
                ]))
        #expect(harness.answered() == .init())
    }

    @Test mutating func `a subscriber that had nothing yet hears of no gap, and its call goes on`() {
        harness.subscribe(["a"], to: 1)
        _ = harness.add(["b"], to: 2)
        _ = harness.step()
        harness.now += .seconds(60)
        #expect(harness.lose().deliver == [.init(subscriber: .init(1), event: .interrupted)])
        harness.connect()
        #expect(
            harness.step() == .subscribe(.init(.channel, ["a"]), .init(.channel, ["b"], request: .init(2))))
        _ = harness.confirm("a", 1)
        let confirmed = harness.confirm("b", 2)
        #expect(confirmed == .delivering([(2, .subscribed("b", count: 2))]) { $0.completed = [.init(2)] })
    }

    @Test mutating func `a second loss before all is back is the same gap`() {
        harness.subscribe(["a", "b"], to: 1)
        harness.now += .seconds(60)
        _ = harness.lose()
        harness.connect()
        _ = harness.step()
        _ = harness.confirm("a", 1)
        harness.now += .seconds(60)
        #expect(harness.lose().deliver == [], "it knows")
        harness.connect()
        #expect(harness.settle().deliver.count { $0.event == .gap(.init(causes: .connectionLost)) } == 1)
    }

    @Test mutating func `a subscriber that gives up its lost name hears of the gap then`() {
        harness.subscribe(["a", "b"], to: 1)
        harness.now += .seconds(60)
        _ = harness.lose()
        harness.connect()
        _ = harness.step()
        _ = harness.confirm("a", 1)
        let removed = harness.machine.remove(["b"], from: .init(1))
        #expect(removed.deliver == [.init(subscriber: .init(1), event: .gap(.init(causes: .connectionLost)))])
    }

    @Test mutating func `unsubscriptions under way are forgotten with the connection`() {
        harness.subscribe(["a"], to: 1)
        _ = harness.machine.remove(nil, from: .init(1))
        _ = harness.step()
        harness.now += .seconds(60)
        _ = harness.lose()
        #expect(harness.step() == .stop)
        #expect(harness.machine.isEmpty)
    }

    @Test mutating func `a long-lived connection is replaced at once, a short-lived one after a growing delay`() {
        harness.subscribe(["a"], to: 1)
        harness.now += .seconds(10)
        _ = harness.lose()
        #expect(harness.step() == .connect)
        harness.machine.connected(now: harness.now)
        _ = harness.lose()
        #expect(harness.step() == .wait(until: harness.now + .seconds(1)))
        harness.now += .seconds(1)
        harness.connect()
        _ = harness.lose()
        #expect(harness.step() == .wait(until: harness.now + .seconds(2)))
    }

    // MARK: No connection

    @Test mutating func `the first failure ever is told to every caller`() {
        _ = harness.add(["a"], to: 1)
        _ = harness.add(["b"], to: 2)
        _ = harness.step()
        let failed = harness.machine.connectFailed(isPermanent: false, now: harness.now, random: 1)
        #expect(
            failed.failed == [
                .init(request: .init(1), failure: .unreachable), .init(request: .init(2), failure: .unreachable),
            ])
        #expect(failed.ended.isEmpty)
        #expect(harness.step() == .stop)
    }

    @Test mutating func `later failures are tried again, each caller up to its deadline`() {
        harness.subscribe(["a"], to: 1)
        harness.now += .seconds(60)
        _ = harness.lose()
        _ = harness.add(["b"], to: 2, within: .seconds(1))
        #expect(harness.step() == .connect)
        #expect(harness.machine.connectFailed(isPermanent: false, now: harness.now, random: 1) == .init())
        harness.now += .seconds(1)
        #expect(
            harness.machine.expire(now: harness.now).failed == [.init(request: .init(2), failure: .timedOut)])
        #expect(harness.step() == .connect)
        _ = harness.machine.connectFailed(isPermanent: false, now: harness.now, random: 0.5)
        #expect(harness.step() == .wait(until: harness.now + .seconds(1)))
    }

    @Test mutating func `a permanent failure ends the subscriptions too`() {
        harness.subscribe(["a"], to: 1)
        harness.now += .seconds(60)
        _ = harness.lose()
        _ = harness.step()
        let failed = harness.machine.connectFailed(isPermanent: true, now: harness.now, random: 1)
        #expect(failed.ended == [.init(subscriber: .init(1), failure: .unreachable)])
        #expect(harness.machine.isEmpty)
    }

    // MARK: Refusals

    private let refusal = ServerError(message: "NOPERM no access to one of the channels")

    @Test mutating func `a refusal reaches the caller whose command it answers`() {
        _ = harness.add(["a"], to: 1)
        _ = harness.add(["secret"], to: 2)
        _ = harness.add(["c"], to: 3)
        harness.connect()
        _ = harness.step()
        #expect(harness.confirm("a", 1).completed == [.init(1)])
        #expect(harness.confirm("c", 2).completed == [.init(3)])
        let answered = harness.answered([refusal])
        #expect(answered.failed == [.init(request: .init(2), failure: .refused(refusal))])
        #expect(answered.ended.isEmpty)
        #expect(harness.step() == .wait(until: harness.now + .seconds(30)))
    }

    @Test mutating func `a name that two callers want is tried alone when the first one's command is refused`() {
        _ = harness.add(["a", "secret"], to: 1)
        harness.connect()
        _ = harness.step()
        _ = harness.add(["a"], to: 2)
        let answered = harness.answered([refusal])
        #expect(answered.failed == [.init(request: .init(1), failure: .refused(refusal))])
        #expect(harness.step() == .subscribe(.init(.channel, ["a"])))
        #expect(harness.confirm("a", 1).completed == [.init(2)])
    }

    @Test mutating func `a refusal on resubscribing ends only who wanted the refused name`() {
        harness.subscribe(["a"], to: 1)
        harness.subscribe(["secret"], to: 2)
        harness.now += .seconds(60)
        _ = harness.lose()
        harness.connect()
        #expect(harness.step() == .subscribe(.init(.channel, ["a", "secret"])))
        #expect(harness.answered([refusal]) == .init(), "not known yet which one it is")
        #expect(harness.step() == .subscribe(.init(.channel, ["a"]), .init(.channel, ["secret"])))
        _ = harness.confirm("a", 1)
        let answered = harness.answered([refusal])
        #expect(answered.ended == [.init(subscriber: .init(2), failure: .refused(refusal))])
        #expect(harness.machine.subscribers(to: "a") == [.init(1)])
    }

    @Test mutating func `a refusal of what nobody wants any more leaves nothing behind`() {
        _ = harness.add(["secret"], to: 1)
        harness.connect()
        _ = harness.step()
        _ = harness.machine.cancel(.init(1))
        let answered = harness.answered([refusal])
        #expect(answered.failed.isEmpty && answered.ended.isEmpty)
        #expect(harness.machine.isEmpty)
    }

    @Test mutating func `a command with neither confirmation nor error means that the stream is out of step`() {
        _ = harness.add(["a"], to: 1)
        harness.connect()
        _ = harness.step()
        #expect(harness.answered().mustReconnect)
    }

    // MARK: Slots

    private let moved = ServerError(message: "MOVED 1 10.0.0.2:6379")

    @Test mutating func `a shard channel of another node fails its call, which goes there`() {
        _ = harness.add([.shardChannel("s")], to: 1)
        harness.connect()
        _ = harness.step()
        let answered = harness.answered([moved])
        #expect(answered.failed == [.init(request: .init(1), failure: .moved(.shardChannel("s")))])
        #expect(harness.machine.isEmpty)
    }

    @Test mutating func `a shard channel that the server takes away follows its slot`() {
        harness.subscribe([.shardChannel("s"), "a"], to: 1)
        harness.subscribe([.shardChannel("s")], to: 2)
        #expect(harness.machine.unsubscribed(.shardChannel("s"), count: 0) == .with { $0.mustWake = true })
        #expect(harness.step() == .reroute([.shardChannel("s")]))
        let (moving, outcome) = harness.machine.rerouted(.shardChannel("s"), isHere: false)
        #expect(moving == .init(name: .shardChannel("s"), subscribers: [.init(1), .init(2)]))
        #expect(outcome == .init())

        var other = SubscriptionHarness()
        other.subscribe(["z"], to: 9)
        if let moving { #expect(other.machine.adopt(moving) == .with { $0.mustWake = true }) }
        #expect(other.step() == .subscribe(.init(.shardChannel, ["s"])))
        #expect(
            other.confirm(.shardChannel("s"), 1).deliver.map(\.event).filter { $0 == .gap(.init(causes: .slotMoved)) }
                .count == 2)
        #expect(harness.machine.subscribers(to: .shardChannel("s")) == [])
        #expect(harness.machine.subscribers(to: "a") == [.init(1)])
    }

    @Test mutating func `a shard channel whose slot came back is subscribed here again`() {
        harness.subscribe([.shardChannel("s")], to: 1)
        _ = harness.machine.unsubscribed(.shardChannel("s"), count: 0)
        _ = harness.step()
        #expect(harness.machine.rerouted(.shardChannel("s"), isHere: true).0 == nil)
        #expect(harness.step() == .subscribe(.init(.shardChannel, ["s"])))
        #expect(
            harness.confirm(.shardChannel("s"), 1).deliver.last
                == .init(subscriber: .init(1), event: .gap(.init(causes: .slotMoved))))
    }

    @Test mutating func `a lookup that fails is tried again after a delay`() {
        harness.subscribe([.shardChannel("s")], to: 1)
        _ = harness.machine.unsubscribed(.shardChannel("s"), count: 0)
        _ = harness.step()
        harness.machine.rerouteFailed(now: harness.now, random: 1)
        #expect(harness.step() == .wait(until: harness.now + .seconds(1)))
        harness.now += .seconds(1)
        #expect(harness.step() == .reroute([.shardChannel("s")]))
    }

    @Test mutating func `an unsubscription that was asked for is not mistaken for a move`() {
        harness.subscribe([.shardChannel("s")], to: 1)
        _ = harness.machine.remove(nil, from: .init(1))
        #expect(harness.step() == .unsubscribe(.init(.shardChannel, ["s"])))
        _ = harness.machine.unsubscribed(.shardChannel("s"), count: 0)
        _ = harness.machine.unsubscribed(.shardChannel("s"), count: 0)
        _ = harness.answered()
        #expect(harness.step() == .wait(until: harness.now + .seconds(5)))
    }

    @Test mutating func `a channel that the server takes away is subscribed again`() {
        harness.subscribe(["a"], to: 1)
        _ = harness.machine.unsubscribed("a", count: 0)
        #expect(harness.step() == .subscribe(.init(.channel, ["a"])))
        #expect(
            harness.confirm("a", 1).deliver.last
                == .init(subscriber: .init(1), event: .gap(.init(causes: .connectionLost))))
    }
}
