// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Cluster
import Testing

@Suite struct RedirectStateMachineTests {
    typealias Machine = RedirectStateMachine
    static let start = ContinuousClock.now

    private func refuse(
        _ machine: inout Machine, _ refusal: Machine.Refusal, by number: Int = 1, jitter: Double = 0
    ) -> Machine.Action {
        machine.refused(refusal, by: node(number), at: Self.start, jitter: jitter)
    }

    /// A first refusal of a writing command by node 1, and the action.
    static let firsts: [(refusal: Machine.Refusal, action: Machine.Action)] = [
        (
            .moved(slot: slot(7), to: node(2)),
            .init(
                next: .send(.node(node(2)), after: .zero), patch: SlotPatch(slot: slot(7), node: node(2)),
                refresh: .moved(to: node(2)))
        ),
        (
            .moved(slot: slot(7), to: node(1)),
            .init(
                next: .send(.node(node(1)), after: .zero), patch: SlotPatch(slot: slot(7), node: node(1)),
                refresh: .moved(to: node(1)), reconnect: node(1))
        ),
        (.ask(to: node(2)), .init(next: .send(.asking(node(2)), after: .zero))),
        (.tryAgain, .init(next: .send(.owner, after: .milliseconds(10)))),
        (.clusterDown, .init(next: .send(.owner, after: .milliseconds(10)), refresh: .clusterDown)),
        (.loading, .init(next: .send(.owner, after: .milliseconds(10)), refresh: .nodeUnfit(node(1)))),
        (.masterDown, .init(next: .send(.owner, after: .milliseconds(10)), refresh: .nodeUnfit(node(1)))),
        (
            .readOnly,
            .init(next: .send(.owner, after: .milliseconds(10)), refresh: .nodeUnfit(node(1)), reconnect: node(1))
        ),
        (.uncovered, .init(next: .send(.owner, after: .milliseconds(10)), refresh: .uncovered)),
        (
            .connectionLost(.notExecuted),
            .init(next: .send(.owner, after: .zero), refresh: .nodeLost(node(1)))
        ),
        (.connectionLost(.unknown), .init(next: .surface, refresh: .nodeLost(node(1)))),
    ]

    @Test(arguments: firsts)
    func `a first refusal leads to its action`(row: (refusal: Machine.Refusal, action: Machine.Action)) {
        var machine = Machine(mayRepeat: false, deadline: nil)
        #expect(refuse(&machine, row.refusal) == row.action)
    }

    @Test func `a command that only reads is sent again although nobody knows what became of it`() {
        var machine = Machine(mayRepeat: true, deadline: nil)
        #expect(
            refuse(&machine, .connectionLost(.unknown))
                == .init(next: .send(.owner, after: .zero), refresh: .nodeLost(node(1))))
    }

    @Test func `a second lost connection is answered with patience`() {
        var machine = Machine(mayRepeat: false, deadline: nil)
        let pauses = (0..<3).map { _ in refuse(&machine, .connectionLost(.notExecuted)).next }
        #expect(pauses == [0, 20, 40].map { .send(.owner, after: .milliseconds($0)) })
    }

    @Test func `redirects to and fro wait longer each time and end`() {
        var machine = Machine(mayRepeat: false, deadline: nil)
        var pauses: [Duration] = []
        for turn in 0..<8 {
            let target = node(turn % 2 + 1)
            guard case .send(.node(target), let pause) = refuse(&machine, .moved(slot: slot(7), to: target)).next
            else { return #expect(Bool(false), "redirect \(turn) was not followed") }
            pauses.append(pause)
        }
        #expect(pauses == [0, 2, 4, 8, 16, 32, 64, 64].map { .milliseconds($0) })
        let last = refuse(&machine, .moved(slot: slot(7), to: node(1)))
        #expect(last.next == .tooManyRedirects(8))
        #expect(last.patch == SlotPatch(slot: slot(7), node: node(1)))
    }

    @Test func `MOVED and ASK share one bound, and it can be set`() {
        var limits = Machine.Limits()
        limits.redirects = 2
        var machine = Machine(mayRepeat: false, deadline: nil, limits: limits)
        #expect(refuse(&machine, .ask(to: node(2))).next == .send(.asking(node(2)), after: .zero))
        #expect(
            refuse(&machine, .moved(slot: slot(7), to: node(3))).next == .send(.node(node(3)), after: .milliseconds(2)))
        #expect(refuse(&machine, .ask(to: node(2))).next == .tooManyRedirects(2))
    }

    @Test func `retries wait longer each time, never above the longest pause, and end with the refusal itself`() {
        var machine = Machine(mayRepeat: false, deadline: nil)
        var pauses: [Duration] = []
        for _ in 0..<20 {
            guard case .send(.owner, let pause) = refuse(&machine, .tryAgain).next
            else { return #expect(Bool(false), "retry \(pauses.count) was refused") }
            pauses.append(pause)
        }
        #expect(Array(pauses.prefix(7)) == [10, 20, 40, 80, 160, 320, 500].map { .milliseconds($0) })
        #expect(pauses.dropFirst(6).allSatisfy { $0 == .milliseconds(500) })
        #expect(refuse(&machine, .tryAgain) == .init(next: .surface))
    }

    @Test func `retries do not use up redirects`() {
        var machine = Machine(mayRepeat: false, deadline: nil)
        for _ in 0..<10 { _ = refuse(&machine, .tryAgain) }
        #expect(refuse(&machine, .ask(to: node(2))).next == .send(.asking(node(2)), after: .zero))
        #expect(machine.redirects == 1)
        #expect(machine.retries == 10)
    }

    /// A jitter and the first pause it leads to.
    @Test(arguments: [(0.0, 10_000), (0.5, 7_500), (1.0, 5_000), (7.0, 5_000), (-1.0, 10_000)])
    func `jitter shortens a pause by up to a half`(jitter: Double, microseconds: Int) {
        var machine = Machine(mayRepeat: false, deadline: nil)
        #expect(
            refuse(&machine, .tryAgain, jitter: jitter).next == .send(.owner, after: .microseconds(microseconds)))
    }

    /// What is left until the deadline, and what becomes of the first retry (10 ms).
    static let deadlines: [(left: Duration, next: Machine.Next)] = [
        (.milliseconds(11), .send(.owner, after: .milliseconds(10))),
        (.milliseconds(10), .deadline),
        (.zero, .deadline),
        (.milliseconds(-1), .deadline),
    ]

    @Test(arguments: deadlines)
    func `no pause ends at or after the deadline`(row: (left: Duration, next: Machine.Next)) {
        var machine = Machine(mayRepeat: false, deadline: Self.start + row.left)
        #expect(refuse(&machine, .tryAgain).next == row.next)
    }

    @Test func `a redirect after the deadline is not followed but its patch counts`() {
        var machine = Machine(mayRepeat: false, deadline: Self.start)
        let action = refuse(&machine, .moved(slot: slot(1), to: node(2)))
        #expect(action.next == .deadline)
        #expect(action.patch == SlotPatch(slot: slot(1), node: node(2)))
    }

    @Test func `without a node that was asked there is nobody to lose`() {
        var machine = Machine(mayRepeat: false, deadline: nil)
        let action = machine.refused(.uncovered, by: nil, at: Self.start, jitter: 0)
        #expect(action == .init(next: .send(.owner, after: .milliseconds(10)), refresh: .uncovered))
    }
}
