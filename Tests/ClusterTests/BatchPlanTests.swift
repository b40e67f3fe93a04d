// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Cluster
import Commands
import Testing

@Suite struct BatchPlanTests {
    typealias Plan = BatchPlan<String>
    typealias Group = Plan.Group
    static let start = ContinuousClock.now
    private let map = SlotMap(.threeShards)

    /// Slots of nodes 1, 2 and 3.
    private let one = slot(0), two = slot(6000), three = slot(11_000)

    private func plan(_ slots: [HashSlot?], deadline: ContinuousClock.Instant? = nil) -> Plan {
        Plan(slots.map { .init(slot: $0, mayRepeat: false) }, deadline: deadline)
    }

    private func group(_ number: Int?, _ indices: [Int], asking: Bool = false) -> Group {
        Group(node: number.map { node($0) }, asking: asking, indices: indices)
    }

    private func refuse(
        _ plan: inout Plan, _ index: Int, _ refusal: RedirectStateMachine.Refusal, by number: Int = 1
    ) -> RedirectStateMachine.Next {
        plan.refused(index, refusal, by: node(number), at: Self.start, jitter: 0).next
    }

    @Test func `an empty batch is settled`() {
        var plan = plan([])
        #expect(plan.isSettled)
        #expect(plan.answers() == [])
        #expect(plan.makeRound(map: map) == Plan.Round(groups: [], uncovered: []))
    }

    @Test func `commands are grouped by node in the order of issue`() {
        var plan = plan([one, two, one, three, nil, two, slot(1)])
        let round = plan.makeRound(map: map)
        #expect(round.groups == [group(1, [0, 2, 6]), group(2, [1, 5]), group(3, [3]), group(nil, [4])])
        #expect(round.uncovered == [])
        #expect(plan.pause == .zero)
    }

    @Test func `answers come back in the order of issue whatever order they came in`() {
        var plan = plan([one, two, three])
        _ = plan.makeRound(map: map)
        for (index, answer) in [(2, "c"), (0, "a")] { plan.settle(index, answer) }
        #expect(plan.answers() == nil)
        plan.settle(1, "b")
        #expect(plan.answers() == ["a", "b", "c"])
    }

    @Test func `the first answer of a command counts`() {
        var plan = plan([one, one])
        _ = plan.makeRound(map: map)
        plan.settle(0, "first")
        plan.settle(0, "second")
        #expect(!plan.isSettled)
        plan.settle(1, "other")
        #expect(plan.answers() == ["first", "other"])
    }

    @Test func `only refused commands are sent again, in their order, grouped by their new nodes`() {
        var plan = plan([one, slot(1), one, slot(2), slot(1), slot(3)])
        _ = plan.makeRound(map: map)
        plan.settle(0, "done")
        for (index, place, target) in [(1, 1, 2), (2, 0, 3), (3, 2, 2), (4, 1, 2)] {
            #expect(
                refuse(&plan, index, .moved(slot: slot(UInt16(place)), to: node(target)))
                    == .send(.node(node(target)), after: .zero))
        }
        plan.settle(5, "done too")
        let round = plan.makeRound(map: map)
        #expect(round.groups == [group(2, [1, 3, 4]), group(3, [2])])
        for index in 1...4 { plan.settle(index, "again \(index)") }
        #expect(plan.answers() == ["done", "again 1", "again 2", "again 3", "again 4", "done too"])
    }

    @Test func `a slot that two answers send to different nodes goes to the later one as a whole`() {
        var plan = plan([one, one, one])
        _ = plan.makeRound(map: map)
        _ = refuse(&plan, 0, .moved(slot: one, to: node(2)))
        _ = refuse(&plan, 1, .ask(to: node(2)))
        _ = refuse(&plan, 2, .moved(slot: one, to: node(3)))
        #expect(plan.makeRound(map: map).groups == [group(3, [0, 1, 2])])
    }

    @Test func `commands that need ASKING are a group of their own`() {
        var plan = plan([one, slot(1), one])
        _ = plan.makeRound(map: map)
        _ = refuse(&plan, 0, .ask(to: node(2)))
        _ = refuse(&plan, 1, .moved(slot: slot(1), to: node(2)))
        _ = refuse(&plan, 2, .ask(to: node(2)))
        #expect(plan.makeRound(map: map).groups == [group(2, [0, 2], asking: true), group(2, [1])])
    }

    @Test func `a retry asks the map again`() {
        var plan = plan([one, two])
        _ = plan.makeRound(map: map)
        plan.settle(1, "fine")
        #expect(refuse(&plan, 0, .clusterDown) == .send(.owner, after: .milliseconds(10)))
        #expect(plan.pause == .milliseconds(10))
        var patched = map
        patched.move(one, to: node(3))
        #expect(plan.makeRound(map: patched).groups == [group(3, [0])])
    }

    @Test func `a round waits for the longest of its pauses`() {
        var plan = plan([one, two])
        for _ in 0..<3 {
            _ = plan.makeRound(map: map)
            _ = refuse(&plan, 0, .tryAgain)
            _ = refuse(&plan, 1, .moved(slot: two, to: node(2)), by: 2)
        }
        #expect(plan.pause == .milliseconds(40))
    }

    @Test func `a slot that nobody serves is reported and may find its node later`() {
        var plan = plan([slot(50), slot(500)])
        let round = plan.makeRound(map: SlotMap(.partial(100)))
        #expect(round == Plan.Round(groups: [group(1, [0])], uncovered: [1]))
        plan.settle(0, "a")
        #expect(
            plan.refused(1, .uncovered, by: nil, at: Self.start, jitter: 0)
                == .init(next: .send(.owner, after: .milliseconds(10)), refresh: .uncovered))
        #expect(plan.makeRound(map: map) == Plan.Round(groups: [group(1, [1])], uncovered: []))
    }

    @Test func `a command without keys that was refused may go to any node again`() {
        var plan = plan([nil])
        _ = plan.makeRound(map: map)
        _ = refuse(&plan, 0, .loading)
        #expect(plan.makeRound(map: map).groups == [group(nil, [0])])
    }

    @Test func `a lost connection gives back what certainly was not executed and what only reads`() {
        var plan = Plan(
            [
                .init(slot: one, mayRepeat: false), .init(slot: one, mayRepeat: true),
                .init(slot: one, mayRepeat: false),
            ], deadline: nil)
        _ = plan.makeRound(map: map)
        #expect(refuse(&plan, 0, .connectionLost(.unknown)) == .surface)
        plan.settle(0, "nobody knows")
        #expect(refuse(&plan, 1, .connectionLost(.unknown)) == .send(.owner, after: .zero))
        #expect(refuse(&plan, 2, .connectionLost(.notExecuted)) == .send(.owner, after: .zero))
        #expect(plan.makeRound(map: map).groups == [group(1, [1, 2])])
    }

    @Test func `each command has its own count of redirects and the batch ends`() {
        var plan = plan([one, two])
        var rounds = 0
        while !plan.isSettled, rounds < 100 {
            rounds += 1
            for group in plan.makeRound(map: map).groups {
                for index in group.indices {
                    let target = node(rounds % 2 + 1)
                    switch refuse(&plan, index, .moved(slot: index == 0 ? one : two, to: target)) {
                    case .send: break
                    case .tooManyRedirects(let count): plan.settle(index, "\(count) redirects")
                    case .surface, .deadline: plan.settle(index, "?")
                    }
                }
            }
        }
        #expect(rounds == 9)
        #expect(plan.answers() == ["8 redirects", "8 redirects"])
    }

    @Test func `a deadline holds for every command of the batch`() {
        var plan = plan([one], deadline: Self.start + .milliseconds(5))
        _ = plan.makeRound(map: map)
        #expect(refuse(&plan, 0, .tryAgain) == .deadline)
    }
}
