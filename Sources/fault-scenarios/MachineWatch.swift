// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Foundation
internal import Synchronization

/// A thread that looks at the clock and says by how much the machine woke it too late.
final class MachineWatch: Sendable {
    private let isStopped = Atomic(false)

    /// - Parameter onDelay: called on the thread, with each delay and when it ended.
    init(onDelay: @escaping @Sendable (Duration, ContinuousClock.Instant) -> Void) {
        let watch = Weak(self)
        Thread.detachNewThread {
            let step = Duration.milliseconds(5)
            while watch.isWatching {
                let due = ContinuousClock.now + step
                Thread.sleep(forTimeInterval: 0.005)
                let now = ContinuousClock.now
                onDelay(due.duration(to: now), now)
            }
        }
    }

    /// Ends the thread soon.
    func stop() { isStopped.store(true, ordering: .relaxed) }

    private struct Weak: @unchecked Sendable {
        private weak let watch: MachineWatch?
        init(_ watch: MachineWatch) { self.watch = watch }
        var isWatching: Bool { watch.map { !$0.isStopped.load(ordering: .relaxed) } ?? false }
    }
}
