// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Cluster
import Testing

@Suite struct TopologyStateMachineTests {
    typealias Machine = TopologyStateMachine
    static let start = ContinuousClock.now

    private func at(_ milliseconds: Int) -> Machine.Instant { Self.start + .milliseconds(milliseconds) }

    /// Two seeds, 8 and 9; no allowance for the size of the cluster unless said otherwise.
    private func machine(_ change: (inout Machine.Configuration) -> Void = { _ in }) -> Machine {
        var configuration = Machine.Configuration()
        configuration.intervalPerNode = .zero
        change(&configuration)
        return Machine(seeds: [node(8), node(9)], configuration: configuration)
    }

    /// A machine that has taken the topology of three shards from seed 8 at 0 ms.
    private func settled(_ change: (inout Machine.Configuration) -> Void = { _ in }) -> Machine {
        var machine = machine(change)
        _ = machine.request(.firstUse, at: at(0), jitter: 0)
        _ = machine.answered(.threeShards, by: node(8), at: at(0), jitter: 0)
        return machine
    }

    // MARK: One at a time

    @Test func `the first use asks the first seed at once and others join`() {
        var machine = machine()
        #expect(machine.request(.firstUse, at: at(0), jitter: 0) == .query(node(8)))
        #expect(machine.isRefreshing)
        #expect(machine.request(.firstUse, at: at(1), jitter: 0) == .none)
        #expect(
            machine.answered(.threeShards, by: node(8), at: at(2), jitter: 0)
                == .accept(.threeShards, reapply: [], wakeAt: nil))
        #expect(!machine.isRefreshing)
    }

    @Test func `a cause during a refresh leads to one more, after the interval`() {
        var machine = machine()
        _ = machine.request(.firstUse, at: at(0), jitter: 0)
        #expect(machine.request(.moved(to: node(2)), at: at(1), jitter: 0) == .none)
        #expect(machine.request(.clusterDown, at: at(1), jitter: 0) == .none)
        #expect(machine.request(.moved(to: node(3)), at: at(1), jitter: 0) == .none)
        #expect(
            machine.answered(.threeShards, by: node(8), at: at(2), jitter: 0)
                == .accept(.threeShards, reapply: [], wakeAt: at(1002)))
        #expect(machine.wake(at: at(1001)) == .wake(at: at(1002)))
        #expect(machine.wake(at: at(1002)) == .query(node(2)))
    }

    @Test func `an answer of a node that is not being asked is ignored`() {
        var machine = machine()
        #expect(machine.answered(.threeShards, by: node(8), at: at(0), jitter: 0) == .ignore)
        #expect(machine.failed(node(8), at: at(0), jitter: 0) == .ignore)
        _ = machine.request(.firstUse, at: at(0), jitter: 0)
        #expect(machine.answered(.threeShards, by: node(9), at: at(0), jitter: 0) == .ignore)
        #expect(machine.failed(node(9), at: at(0), jitter: 0) == .ignore)
    }

    @Test func `a timer that nobody set does nothing`() {
        var machine = settled()
        #expect(machine.wake(at: at(60_000)) == .none)
    }

    // MARK: Intervals

    /// A cause, and how many milliseconds after the last refresh it may lead to the next.
    static let intervals: [(cause: RefreshCause, wait: Int)] = [
        (.nodeLost(node(1)), 1000), (.clusterDown, 1000), (.uncovered, 1000), (.requested, 1000),
        (.moved(to: node(2)), 5000), (.nodeUnfit(node(1)), 5000), (.periodic, 5000),
    ]

    @Test(arguments: intervals)
    func `refreshes keep their distance`(row: (cause: RefreshCause, wait: Int)) {
        var early = settled()
        #expect(early.request(row.cause, at: at(10), jitter: 0) == .wake(at: at(row.wait)))
        #expect(early.request(row.cause, at: at(20), jitter: 0) == .none)
        var late = settled()
        guard case .query = late.request(row.cause, at: at(row.wait), jitter: 0)
        else { return #expect(Bool(false), "nothing was asked") }
    }

    @Test func `jitter and the size of the cluster lengthen the interval`() {
        var machine = settled { $0.intervalPerNode = .milliseconds(10) }
        #expect(machine.request(.clusterDown, at: at(0), jitter: 0.5) == .wake(at: at(1325)))
    }

    @Test func `an urgent cause brings a due refresh forward`() {
        var machine = settled()
        #expect(machine.request(.moved(to: node(2)), at: at(0), jitter: 0) == .wake(at: at(5000)))
        #expect(machine.request(.nodeLost(node(1)), at: at(1), jitter: 0) == .wake(at: at(1000)))
        #expect(machine.request(.moved(to: node(2)), at: at(2), jitter: 0) == .none)
        #expect(machine.wake(at: at(1000)) == .query(node(2)))
    }

    @Test func `a thousand redirects within a minute lead to no more than a dozen refreshes`() {
        var machine = settled()
        var refreshes = 0
        for step in 0..<1000 {
            if case .query(let asked) = machine.request(.moved(to: node(2)), at: at(step * 60), jitter: 0.3) {
                refreshes += 1
                _ = machine.answered(.threeShards, by: asked, at: at(step * 60), jitter: 0.3)
            }
            if case .query(let asked) = machine.wake(at: at(step * 60)) {
                refreshes += 1
                _ = machine.answered(.threeShards, by: asked, at: at(step * 60), jitter: 0.3)
            }
        }
        #expect((8...12).contains(refreshes))
    }

    @Test func `with a period the next refresh is due by itself`() {
        var machine = machine { $0.period = .seconds(60) }
        _ = machine.request(.firstUse, at: at(0), jitter: 0)
        #expect(
            machine.answered(.threeShards, by: node(8), at: at(0), jitter: 0)
                == .accept(.threeShards, reapply: [], wakeAt: at(60_000)))
        #expect(machine.wake(at: at(60_000)) == .query(node(2)))
    }

    // MARK: Whom to ask

    @Test func `when no seed answers the refresh fails, and the next one waits a little longer each time`() {
        var machine = machine()
        var now = 0
        for wait in [50, 100, 200, 400, 800, 1000, 1000] {
            guard case .query(node(8)) = machine.request(.firstUse, at: at(now), jitter: 0)
            else { return #expect(Bool(false), "seed 8 was not asked at \(now) ms") }
            #expect(machine.failed(node(8), at: at(now), jitter: 0) == .query(node(9)))
            #expect(machine.failed(node(9), at: at(now), jitter: 0) == .giveUp(wakeAt: nil))
            #expect(machine.request(.firstUse, at: at(now), jitter: 0) == .wake(at: at(now + wait)))
            now += wait
        }
    }

    @Test func `without seeds nobody is asked`() {
        var machine = Machine(seeds: [])
        #expect(machine.request(.firstUse, at: at(0), jitter: 0) == .none)
        #expect(!machine.isRefreshing)
    }

    /// A cause, and the order in which nodes are asked when none of them answers.
    static let orders: [(cause: RefreshCause, asked: [Int])] = [
        (.clusterDown, [2, 3, 4, 5, 6, 1, 8, 9]),
        (.moved(to: node(3)), [3, 2, 4, 5, 6, 1, 8, 9]),
        (.moved(to: node(7)), [7, 2, 3, 4, 5, 6, 1, 8, 9]),
        (.nodeLost(node(2)), [3, 4, 5, 6, 1, 8, 9, 2]),
        (.nodeUnfit(node(8)), [2, 3, 4, 5, 6, 1, 9, 8]),
    ]

    @Test(arguments: orders)
    func `known nodes are asked before seeds and a node in trouble last`(row: (cause: RefreshCause, asked: [Int])) {
        var machine = settled()
        var asked: [NodeAddress] = []
        guard case .query(var next) = machine.request(row.cause, at: at(10_000), jitter: 0)
        else { return #expect(Bool(false), "nothing was asked") }
        asked.append(next)
        while case .query(let following) = machine.failed(next, at: at(10_000), jitter: 0) {
            next = following
            asked.append(next)
        }
        #expect(asked == row.asked.map { node($0) })
    }

    @Test func `in a cluster of many nodes a few are asked, and the seeds still are`() {
        var machine = machine { $0.queriesPerRefresh = 5 }
        let many = ClusterTopology(shards: (20..<60).map { .init(primary: node($0), slots: [UInt16($0)...UInt16($0)]) })
        _ = machine.request(.firstUse, at: at(0), jitter: 0)
        _ = machine.answered(many, by: node(8), at: at(0), jitter: 0)
        // Alone in what it covers, it was not taken before another seed had been asked.
        #expect(machine.isRefreshing)
        _ = machine.answered(many, by: node(9), at: at(0), jitter: 0)
        guard case .query(var next) = machine.request(.clusterDown, at: at(10_000), jitter: 0)
        else { return #expect(Bool(false), "nothing was asked") }
        var asked = [next]
        while case .query(let following) = machine.failed(next, at: at(10_000), jitter: 0) {
            next = following
            asked.append(next)
        }
        #expect(asked == [21, 22, 23, 8, 9].map { node($0) })
    }

    @Test func `successive refreshes ask different nodes first`() {
        var machine = settled()
        var firsts: [NodeAddress] = []
        for turn in 1...3 {
            guard case .query(let first) = machine.request(.clusterDown, at: at(turn * 10_000), jitter: 0)
            else { return #expect(Bool(false), "nothing was asked") }
            firsts.append(first)
            _ = machine.answered(.threeShards, by: first, at: at(turn * 10_000), jitter: 0)
        }
        #expect(firsts == [2, 3, 4].map { node($0) })
    }

    // MARK: Which answer is taken

    @Test func `a poorer answer is taken only when nobody has a better one`() {
        var machine = settled()
        _ = machine.request(.clusterDown, at: at(10_000), jitter: 0)
        #expect(machine.answered(.partial(100), by: node(2), at: at(10_000), jitter: 0) == .query(node(3)))
        #expect(machine.answered(.partial(300), by: node(3), at: at(10_000), jitter: 0) == .query(node(4)))
        #expect(
            machine.answered(.partial(200), by: node(4), at: at(10_000), jitter: 0)
                == .accept(.partial(300), reapply: [], wakeAt: nil))
    }

    @Test func `a poorer answer gives way to a complete one`() {
        var machine = machine()
        _ = machine.request(.firstUse, at: at(0), jitter: 0)
        #expect(machine.answered(.partial(100), by: node(8), at: at(0), jitter: 0) == .query(node(9)))
        #expect(
            machine.answered(.threeShards, by: node(9), at: at(0), jitter: 0)
                == .accept(.threeShards, reapply: [], wakeAt: nil))
    }

    @Test func `an answer that covers as much as is known is taken at once`() {
        var machine = machine()
        _ = machine.request(.firstUse, at: at(0), jitter: 0)
        _ = machine.answered(.partial(100), by: node(8), at: at(0), jitter: 0)
        _ = machine.answered(.partial(100), by: node(9), at: at(0), jitter: 0)
        _ = machine.request(.clusterDown, at: at(10_000), jitter: 0)
        #expect(
            machine.answered(.partial(100), by: node(1), at: at(10_000), jitter: 0)
                == .accept(.partial(100), reapply: [], wakeAt: nil))
    }

    @Test func `an answer without a single slot is no answer`() {
        var machine = machine()
        _ = machine.request(.firstUse, at: at(0), jitter: 0)
        let empty = ClusterTopology(shards: [])
        #expect(machine.answered(empty, by: node(8), at: at(0), jitter: 0) == .query(node(9)))
        #expect(machine.answered(empty, by: node(9), at: at(0), jitter: 0) == .giveUp(wakeAt: nil))
    }

    @Test func `redirects that came while the answer was on its way are applied after it`() {
        var machine = settled()
        machine.patched(SlotPatch(slot: slot(1), node: node(2)))
        _ = machine.request(.clusterDown, at: at(10_000), jitter: 0)
        let patches = [SlotPatch(slot: slot(2), node: node(3)), SlotPatch(slot: slot(2), node: node(1))]
        for patch in patches { machine.patched(patch) }
        #expect(
            machine.answered(.threeShards, by: node(2), at: at(10_001), jitter: 0)
                == .accept(.threeShards, reapply: patches, wakeAt: nil))
    }

    @Test func `when all fail what was known is asked again first`() {
        var machine = settled()
        guard case .query(var next) = machine.request(.clusterDown, at: at(10_000), jitter: 0)
        else { return #expect(Bool(false), "nothing was asked") }
        while case .query(let following) = machine.failed(next, at: at(10_000), jitter: 0) { next = following }
        #expect(machine.request(.clusterDown, at: at(10_000), jitter: 0) == .wake(at: at(10_050)))
        #expect(machine.wake(at: at(10_050)) == .query(node(3)))
    }
}
