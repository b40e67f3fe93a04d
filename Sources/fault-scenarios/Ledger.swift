// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a load has tried and been told, and what of it can't be true: the checker of M and L.
///
/// Each task's operations are numbered and come one after the other, so that the newest acknowledged and the newest
/// attempted number bound what a key may hold. Pure: it hears of outcomes, and finally of what the server has.
struct Ledger: Sendable {
    /// What one task knows of its own keys.
    private struct Task: Sendable {
        /// The numbers written to the task's value.
        var attempted = 0
        var acknowledged = 0
        /// How each entry of the task's list was answered, by number from 1 on.
        var entries: [Outcome] = []
        /// The same of the list that grows in transactions, together with a counter.
        var paired: [Outcome] = []
    }

    private var tasks: [Task]
    /// Numbers that INCR has handed out.
    private var counted = Set<Int>()
    private var increments = OutcomeCounts()
    private(set) var counts = OutcomeCounts()
    private(set) var violations: [Violation] = []

    init(tasks: Int) { self.tasks = Array(repeating: Task(), count: tasks) }

    /// Notes a violation; of many of a kind the first ones tell enough.
    mutating func note(_ criterion: Criterion, _ text: String) {
        if violations.count < 100 { violations.append(Violation(criterion: criterion, text: text)) }
    }

    // MARK: Operations

    /// A number for the task's next SET.
    mutating func nextValue(of task: Int) -> Int {
        tasks[task].attempted += 1
        return tasks[task].attempted
    }

    /// `SET value:task number` ended.
    mutating func wrote(_ number: Int, by task: Int, _ outcome: Outcome) {
        counts.add(outcome)
        if outcome == .ok { tasks[task].acknowledged = max(tasks[task].acknowledged, number) }
    }

    /// `GET value:task` ended, with a number if it was answered; nothing there is 0.
    mutating func read(_ number: Int?, by task: Int, _ outcome: Outcome) {
        counts.add(outcome)
        guard outcome == .ok else { return }
        let allowed = tasks[task].acknowledged...tasks[task].attempted
        if let number, allowed.contains(number) { return }
        note(.misdelivery, "GET of task \(task) gave \(number.map(String.init) ?? "no number"), not one of \(allowed)")
    }

    /// INCR of the common counter ended.
    mutating func incremented(to number: Int?, _ outcome: Outcome) {
        counts.add(outcome)
        increments.add(outcome)
        guard outcome == .ok else { return }
        guard let number, number > 0 else { return note(.misdelivery, "INCR gave no positive number") }
        if !counted.insert(number).inserted { note(.misdelivery, "INCR gave \(number) to two callers") }
    }

    /// A number for the next entry of the task's list.
    mutating func nextEntry(of task: Int) -> Int {
        tasks[task].entries.append(.unknown)
        return tasks[task].entries.count
    }

    /// `RPUSH log:task number` ended, with the list's length if it was answered.
    mutating func pushed(_ number: Int, by task: Int, length: Int?, _ outcome: Outcome) {
        counts.add(outcome)
        tasks[task].entries[number - 1] = outcome
        guard outcome == .ok else { return }
        let atLeast = tasks[task].entries[..<number].count { $0 == .ok }
        if let length, (atLeast...number).contains(length) { return }
        note(.misdelivery, "RPUSH of task \(task) gave length \(length ?? -1) for entry \(number)")
    }

    /// ECHO of something that nobody else says ended.
    mutating func echoed(_ reply: String?, to nonce: String, _ outcome: Outcome) {
        counts.add(outcome)
        if outcome == .ok, reply != nonce { note(.misdelivery, "ECHO \(nonce) gave \(reply ?? "nothing")") }
    }

    /// A number for the task's next transaction.
    mutating func nextPair(of task: Int) -> Int {
        tasks[task].paired.append(.unknown)
        return tasks[task].paired.count
    }

    /// `MULTI`, `INCR paired-count:task`, `RPUSH paired-log:task number`, `EXEC` ended.
    mutating func paired(_ number: Int, by task: Int, counter: Int?, length: Int?, _ outcome: Outcome) {
        counts.add(outcome)
        tasks[task].paired[number - 1] = outcome
        guard outcome == .ok else { return }
        if counter == nil || counter != length {
            note(.misdelivery, "EXEC of task \(task) gave \(counter ?? -1) and \(length ?? -1), which should be equal")
        }
    }

    /// An operation beside those above ended; what its value should be the scenario has seen to.
    mutating func ended(_ outcome: Outcome) { counts.add(outcome) }

    // MARK: The end

    /// What the server has in the end, of one task.
    struct Final: Sendable {
        /// The task's value; 0 if there is none.
        var value = 0
        var entries: [Int] = []
        var pairedCounter = 0
        var paired: [Int] = []
    }

    /// Compares with what the server has in the end.
    mutating func finish(counter: Int, tasks finals: [Final]) {
        let most = increments.ok + increments.unknown
        if !(increments.ok...most).contains(counter) {
            note(.loss, "the counter is \(counter): \(increments.ok) were acknowledged, \(increments.unknown) unknown")
        }
        if let largest = counted.max(), largest > counter {
            note(.loss, "the counter is \(counter), but INCR had given \(largest)")
        }
        for (task, final) in finals.enumerated() {
            if !(tasks[task].acknowledged...tasks[task].attempted).contains(final.value) {
                note(.loss, "the value of task \(task) is \(final.value), \(tasks[task].acknowledged) was acknowledged")
            }
            check(final.entries, against: tasks[task].entries, "the list of task \(task)")
            check(final.paired, against: tasks[task].paired, "the transactions' list of task \(task)")
            if final.pairedCounter != final.paired.count {
                let (counted, listed) = (final.pairedCounter, final.paired.count)
                note(.loss, "transactions of task \(task) were half done: \(counted) counted, \(listed) listed")
            }
        }
    }

    /// OK means once, not executed means never, unknown means at most once; and in order.
    private mutating func check(_ found: [Int], against outcomes: [Outcome], _ what: String) {
        var times: [Int: Int] = [:]
        for number in found { times[number, default: 0] += 1 }
        for (index, outcome) in outcomes.enumerated() {
            let count = times.removeValue(forKey: index + 1) ?? 0
            let allowed =
                switch outcome {
                case .ok: 1...1
                case .unknown: 0...1
                case .serverError, .notExecuted: 0...0
                }
            if allowed.contains(count) { continue }
            note(.loss, "\(what): entry \(index + 1) (\(outcome)) is there \(count) times")
        }
        if let stranger = times.keys.min() { note(.loss, "\(what): nobody wrote entry \(stranger)") }
        let acknowledged = found.filter { outcomes.indices.contains($0 - 1) && outcomes[$0 - 1] == .ok }
        if acknowledged != acknowledged.sorted() { note(.loss, "\(what): entries stand out of order") }
    }
}
