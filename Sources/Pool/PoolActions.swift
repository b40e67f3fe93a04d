// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension PoolStateMachine {
    /// What follows from asking for a connection.
    package enum AcquireAction: Equatable, Sendable {
        /// Take this one, which is open.
        case take(PoolMemberID)
        /// Wait under this id, and start these dials.
        case wait(PoolWaiterID, dials: [PoolMemberID])
        /// Throw.
        case refuse(Refusal)
    }

    /// Why nobody may wait.
    package enum Refusal: Equatable, Sendable {
        case closed
        case timedOut
        case tooManyWaiters(limit: Int)
    }

    /// What happens to a connection that became free.
    package enum FreeAction: Equatable, Sendable {
        /// It is kept unused.
        case keep
        /// This waiter gets it.
        case hand(to: PoolWaiterID)
        /// Clean it, then report `resetFinished`.
        case reset
        /// Close it; it is no longer a member.
        case close
        /// It had left the pool already.
        case forget
    }

    /// What follows from the end of a reset.
    package struct ResetAction: Equatable, Sendable {
        package var member: FreeAction
        package var dials: [PoolMemberID]
    }

    /// What happens to a connection that was dialed.
    package enum DialedMember: Equatable, Sendable {
        /// It is kept unused.
        case keep
        /// This waiter gets it.
        case hand(to: PoolWaiterID)
        /// It is the shared one now, and these have waited for it.
        case share(with: [PoolWaiterID])
        /// Close it; it is no longer a member.
        case close
    }

    /// What follows from a dial that succeeded.
    package struct DialedAction: Equatable, Sendable {
        package var member: DialedMember
        package var dials: [PoolMemberID]
    }

    /// What follows from a dial that failed.
    package struct DialFailedAction: Equatable, Sendable {
        /// These get the cause of the failure, now.
        package var fail: [PoolWaiterID]
    }

    /// What follows from the passing of time.
    package struct TimerAction: Equatable, Sendable {
        /// The deadlines of these have passed.
        package var expired: [PoolWaiterID] = []
        package var dials: [PoolMemberID] = []
        /// These lay unused for too long.
        package var close: [PoolMemberID] = []
    }

    /// What follows from closing the pool.
    package struct CloseAction: Equatable, Sendable {
        package var fail: [PoolWaiterID] = []
        package var close: [PoolMemberID] = []
    }
}
