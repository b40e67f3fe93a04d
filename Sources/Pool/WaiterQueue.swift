// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Callers that wait for a connection, first come first served.
///
/// Ids are handed out in ascending order, so the queue is sorted by id and a waiter in the middle
/// is found by binary search. One that leaves early stays behind as a hole; holes are swept when
/// they outnumber the waiters.
struct WaiterQueue: Sendable {
    struct Waiter: Sendable {
        var id: PoolWaiterID
        var deadline: PoolInstant
        var isWaiting = true
    }

    private var waiters: [Waiter] = []
    private var head = 0
    /// How many wait, holes not counted.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// - Precondition: `id` is larger than every id added before.
    mutating func append(_ id: PoolWaiterID, deadline: PoolInstant) {
        waiters.append(Waiter(id: id, deadline: deadline))
        count += 1
    }

    mutating func popFirst() -> PoolWaiterID? {
        guard count > 0 else { return nil }
        while !waiters[head].isWaiting { head += 1 }
        let id = waiters[head].id
        head += 1
        count -= 1
        sweepIfWorthwhile()
        return id
    }

    /// Returns whether the waiter was still there.
    mutating func remove(_ id: PoolWaiterID) -> Bool {
        var low = head
        var high = waiters.count
        while low < high {
            let middle = low + (high - low) / 2
            if waiters[middle].id < id { low = middle + 1 } else { high = middle }
        }
        guard low < waiters.count, waiters[low].id == id, waiters[low].isWaiting else { return false }
        waiters[low].isWaiting = false
        count -= 1
        sweepIfWorthwhile()
        return true
    }

    mutating func removeAll() -> [PoolWaiterID] {
        let ids = waiters[head...].filter(\.isWaiting).map(\.id)
        self = WaiterQueue()
        return ids
    }

    func forEach(_ body: (Waiter) -> Void) {
        for waiter in waiters[head...] where waiter.isWaiting { body(waiter) }
    }

    private mutating func sweepIfWorthwhile() {
        guard waiters.count > 2 * count + 32 else { return }
        waiters = waiters[head...].filter(\.isWaiting)
        head = 0
    }
}
