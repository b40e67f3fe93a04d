// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Foundation
internal import Synchronization

/// Says by how much the machine is late: two threads, one of which waits for a moment and wakes the other, which looks at the
/// clock and asks how long other threads have waited for a processor.
///
/// A call that ends by its deadline takes the same way, from the thread that keeps the time to one that runs tasks. Threads that
/// work wait longer for a processor than those that mostly sleep: hence the question (``RunQueueDelays``).
final class MachineWatch: Sendable {
    private let isStopped = Atomic(false)

    /// - Parameter onDelay: called on a thread, with each delay and when it ended.
    init(onDelay: @escaping @Sendable (Duration, ContinuousClock.Instant) -> Void) {
        let watch = Weak(self)
        let step = Duration.milliseconds(5)
        let (wake, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        // Nil when there is no more to watch.
        let due = Mutex<ContinuousClock.Instant?>(nil)
        Thread.detachNewThread {
            while watch.isWatching {
                due.withLock { $0 = .now + step }
                Thread.sleep(forTimeInterval: 0.005)
                wake.signal()
                done.wait()
            }
            due.withLock { $0 = nil }
            wake.signal()
        }
        Thread.detachNewThread {
            var delays = RunQueueDelays()
            var (late, looks) = (Duration.zero, 0)
            while true {
                wake.wait()
                let now = ContinuousClock.now
                guard let due = due.withLock({ $0 }) else { return }
                late += due.duration(to: now)
                looks += 1
                if looks % 4 == 0 {
                    onDelay(max(late, delays.mostSinceLastCall()), now)
                    late = .zero
                }
                done.signal()
            }
        }
    }

    /// Ends the threads soon.
    func stop() { isStopped.store(true, ordering: .relaxed) }

    private struct Weak: @unchecked Sendable {
        private weak let watch: MachineWatch?
        init(_ watch: MachineWatch) { self.watch = watch }
        var isWatching: Bool { watch.map { !$0.isStopped.load(ordering: .relaxed) } ?? false }
    }
}
