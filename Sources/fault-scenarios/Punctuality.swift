// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How late calls ended after their deadlines, judged by how late the machine itself was: part of L. Pure.
///
/// On a busy machine every thread waits for a processor now and then. Threads that do nothing but look at the clock
/// (``MachineWatch``) measure how long; by that much a call may be later, and the report says how much that was.
struct Punctuality: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// How late a call may end on a machine that is never busy.
    static let tolerance = Duration.milliseconds(100)

    private struct Late: Sendable {
        var deadline: Instant
        var end: Instant
        var what: String
    }

    private var late: [Late] = []
    /// Delays of the machine that are worth a look: when they ended, and how long they were.
    private var delays: [(end: Instant, length: Duration)] = []
    /// How long after its deadline the latest call ended; negative while all ended before.
    private(set) var slowest: Duration?

    /// A call ended.
    mutating func ended(_ what: @autoclosure () -> String, deadline: Instant, at end: Instant) {
        let lateness = deadline.duration(to: end)
        slowest = max(slowest ?? lateness, lateness)
        guard lateness > Self.tolerance, late.count < 1000 else { return }
        late.append(Late(deadline: deadline, end: end, what: what()))
    }

    /// The watching threads were woken so much too late.
    mutating func machineWasLate(by length: Duration, at end: Instant) {
        if length > .milliseconds(5), delays.count < 100_000 { delays.append((end, length)) }
    }

    /// The longest of the machine's delays.
    var machineDelay: Duration { delays.map(\.length).max() ?? .zero }

    /// Calls that the machine's own delays don't explain.
    var violations: [Violation] {
        late.compactMap { call in
            // Everything that the machine was late by around the call's end.
            let excuse = delays.filter { $0.end >= call.deadline && $0.end - $0.length <= call.end }
                .reduce(.zero) { $0 + $1.length }
            let lateness = call.deadline.duration(to: call.end)
            guard lateness > Self.tolerance + excuse else { return nil }
            return Violation(
                criterion: .loss,
                text: "\(call.what) ended \(lateness) after its deadline, the machine was \(excuse) late")
        }
    }
}
