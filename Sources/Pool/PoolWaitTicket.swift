// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Decides the race between a caller that starts to wait and the cancellation of its task.
///
/// The caller enters its waiter's id while it holds the pool's lock; the cancellation handler, which
/// may run before, during or after that, leaves a mark and learns which waiter to end.
final class PoolWaitTicket: Sendable {
    enum Kind: Sendable { case exclusive, shared }

    private static var cancelled: UInt64 { .max }
    /// 0: not waiting yet; `.max`: cancelled; else the waiter's number.
    private let state = Atomic<UInt64>(0)

    /// `false` if the task was cancelled before.
    func enter(_ waiter: PoolWaiterID) -> Bool {
        state.compareExchange(expected: 0, desired: waiter.number, ordering: .acquiringAndReleasing).exchanged
    }

    /// The waiter to end, if there is one already.
    func cancel() -> PoolWaiterID? {
        let number = state.exchange(Self.cancelled, ordering: .acquiringAndReleasing)
        return number == 0 || number == Self.cancelled ? nil : PoolWaiterID(number)
    }
}
