// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The deadlines of the waiters, the earliest on top: a binary heap.
///
/// A waiter that was served leaves its entry behind. The owner says with `rebuild` which ones still
/// count, once there are many leftovers.
struct DeadlineHeap: Sendable {
    struct Entry: Sendable {
        var instant: PoolInstant
        var waiter: PoolWaiterID
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }
    var earliest: PoolInstant? { entries.first?.instant }

    mutating func insert(_ instant: PoolInstant, _ waiter: PoolWaiterID) {
        entries.append(Entry(instant: instant, waiter: waiter))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].instant < entries[parent].instant else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes and returns the waiter with the earliest deadline, if that is not after `now`.
    mutating func pop(notAfter now: PoolInstant) -> PoolWaiterID? {
        guard let top = entries.first, top.instant <= now else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            siftDown()
        }
        return top.waiter
    }

    /// Starts again with these entries only.
    mutating func rebuild(_ live: [Entry]) {
        // A sorted array is a heap.
        entries = live.sorted { $0.instant < $1.instant }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && entries[child].instant < entries[smallest].instant {
                smallest = child
            }
            guard smallest != parent else { return }
            entries.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
