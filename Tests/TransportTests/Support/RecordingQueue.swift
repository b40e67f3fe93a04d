// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Transport

/// Passes on to another queue and tells what is armed.
final class RecordingQueue: EventQueue {
    private let base: any EventQueue
    private let onArm: @Sendable (Readiness) -> Void
    private let counts = Mutex((watched: 0, arms: 0, reports: 0, wakes: 0))

    init(_ base: any EventQueue, onArm: @escaping @Sendable (Readiness) -> Void = { _ in }) {
        self.base = base
        self.onArm = onArm
    }

    /// Descriptors that were added and not removed.
    var watchedCount: Int { counts.withLock { $0.watched } }
    /// Calls of `arm`.
    var armCount: Int { counts.withLock { $0.arms } }

    /// Events that waits have reported.
    var reportCount: Int { counts.withLock { $0.reports } }
    /// Calls of `wake`.
    var wakeCount: Int { counts.withLock { $0.wakes } }

    func add(_ descriptor: Int32, token: UInt64) throws(TransportError) {
        try base.add(descriptor, token: token)
        counts.withLock { $0.watched += 1 }
    }

    func arm(_ descriptor: Int32, token: UInt64, for interest: Readiness) {
        base.arm(descriptor, token: token, for: interest)
        counts.withLock { $0.arms += 1 }
        onArm(interest)
    }

    func keepArmed(_ descriptor: Int32, token: UInt64, for interest: Readiness) -> Bool {
        let stays = base.keepArmed(descriptor, token: token, for: interest)
        counts.withLock { $0.arms += 1 }
        onArm(interest)
        return stays
    }

    func remove(_ descriptor: Int32) {
        base.remove(descriptor)
        counts.withLock { $0.watched -= 1 }
    }

    func wait(into events: inout [ReadinessEvent]) {
        let before = events.count
        base.wait(into: &events)
        counts.withLock { $0.reports += events.count - before }
    }

    func poll(into events: inout [ReadinessEvent]) {
        let before = events.count
        base.poll(into: &events)
        counts.withLock { $0.reports += events.count - before }
    }

    func wake() {
        base.wake()
        counts.withLock { $0.wakes += 1 }
    }
}
