// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Pipeline
package import Commands

/// Splits a batch by node, follows redirects, and puts every answer at its command's index. Pure: no clock, no I/O.
///
/// Works in rounds: a round's groups go out in parallel, one per node, each in the order of issue. When all of them
/// have come back, the refused commands, and only they, make up the next round, again in the order of issue. A slot
/// that was redirected takes all its refused commands to the same node, so commands on one key never overtake each
/// other (the exception is the server's own: during a slot migration of the old kind it may refuse a multi-key
/// command with TRYAGAIN and serve its successors).
package struct BatchPlan<Answer: Sendable>: Sendable {
    package typealias Redirects = RedirectStateMachine

    /// What must be known of one command.
    package struct Entry: Hashable, Sendable {
        /// The slot of its keys; `nil` for a command without keys, which any node may take.
        package var slot: HashSlot?
        /// Whether it may be executed twice.
        package var mayRepeat: Bool

        package init(slot: HashSlot?, mayRepeat: Bool) {
            self.slot = slot
            self.mayRepeat = mayRepeat
        }
    }

    /// Commands that go to one node in one write.
    package struct Group: Hashable, Sendable {
        /// The node; `nil` stands for any.
        package var node: NodeAddress?
        /// Whether ASKING goes before each command.
        package var asking: Bool
        /// Their indices, rising.
        package var indices: [Int]

        package init(node: NodeAddress?, asking: Bool, indices: [Int]) {
            self.node = node
            self.asking = asking
            self.indices = indices
        }
    }

    /// What goes out together.
    package struct Round: Hashable, Sendable {
        /// At most two per node: the ones that need ASKING and the others.
        package var groups: [Group]
        /// Commands whose slot the map gives to nobody: to be reported as refused (`uncovered`).
        package var uncovered: [Int]

        package init(groups: [Group], uncovered: [Int]) {
            self.groups = groups
            self.uncovered = uncovered
        }
    }

    private enum Progress: Sendable {
        /// Goes to `underway`.
        case waiting(Redirects.Target, pause: Duration)
        /// Goes to `waiting` or `settled`.
        case underway
        /// Terminal.
        case settled(Answer)
    }

    private let entries: [Entry]
    private let deadline: ContinuousClock.Instant?
    private let limits: Redirects.Limits
    private var progress: [Progress]
    private var unsettled: Int
    /// Only for commands that were refused at least once.
    private var redirects: [Int: Redirects] = [:]

    /// A plan for commands in the order of issue.
    package init(
        _ entries: [Entry], deadline: ContinuousClock.Instant?, limits: Redirects.Limits = Redirects.Limits()
    ) {
        self.entries = entries
        self.deadline = deadline
        self.limits = limits
        progress = Array(repeating: .waiting(.owner, pause: .zero), count: entries.count)
        unsettled = entries.count
    }

    /// Whether every command has its answer.
    package var isSettled: Bool { unsettled == 0 }

    /// How long to wait before ``makeRound(map:)``: the longest pause among the commands that wait.
    package var pause: Duration {
        var longest = Duration.zero
        for case .waiting(_, let pause) in progress { longest = max(longest, pause) }
        return longest
    }

    /// The next round: every command that waits, grouped by where `map` and the redirects send it.
    ///
    /// - Complexity: O(number of commands).
    package mutating func makeRound(map: SlotMap) -> Round {
        let moved = movedSlots()
        var round = Round(groups: [], uncovered: [])
        var positions: [GroupKey: Int] = [:]
        for index in progress.indices {
            guard case .waiting(var target, _) = progress[index] else { continue }
            let slot = entries[index].slot
            if let slot, let node = moved[slot] { target = .node(node) }
            let key: GroupKey
            switch (target, slot) {
            case (.node(let node), _): key = GroupKey(node: node, asking: false)
            case (.asking(let node), _): key = GroupKey(node: node, asking: true)
            case (.owner, nil): key = GroupKey(node: nil, asking: false)
            case (.owner, .some(let slot)):
                guard let shard = map[slot] else {
                    round.uncovered.append(index)
                    continue
                }
                key = GroupKey(node: shard.primary, asking: false)
            }
            progress[index] = .underway
            if let position = positions[key] {
                round.groups[position].indices.append(index)
            } else {
                positions[key] = round.groups.count
                round.groups.append(Group(node: key.node, asking: key.asking, indices: [index]))
            }
        }
        return round
    }

    /// The command at `index` has its answer.
    package mutating func settle(_ index: Int, _ answer: Answer) {
        if case .settled = progress[index] { return }
        progress[index] = .settled(answer)
        unsettled -= 1
    }

    /// The command at `index` was refused by `node`.
    ///
    /// If the action says `send`, the plan has noted it; otherwise the caller settles the command with an error.
    package mutating func refused(
        _ index: Int, _ refusal: Redirects.Refusal, by node: NodeAddress?, at now: ContinuousClock.Instant,
        jitter: Double
    ) -> Redirects.Action {
        var machine =
            redirects[index]
            ?? Redirects(mayRepeat: entries[index].mayRepeat, deadline: deadline, limits: limits)
        let action = machine.refused(refusal, by: node, at: now, jitter: jitter)
        redirects[index] = machine
        if case .send(let target, let pause) = action.next { progress[index] = .waiting(target, pause: pause) }
        return action
    }

    /// The answers in the order of issue, or `nil` while some are missing.
    package func answers() -> [Answer]? {
        guard isSettled else { return nil }
        return progress.compactMap { if case .settled(let answer) = $0 { answer } else { nil } }
    }

    private struct GroupKey: Hashable {
        var node: NodeAddress?
        var asking: Bool
    }

    /// The slots that went elsewhere for good, with the last node that was named for each.
    private func movedSlots() -> [HashSlot: NodeAddress] {
        guard !redirects.isEmpty else { return [:] }
        var moved: [HashSlot: NodeAddress] = [:]
        for index in progress.indices {
            if case .waiting(.node(let node), _) = progress[index], let slot = entries[index].slot {
                moved[slot] = node
            }
        }
        return moved
    }
}
