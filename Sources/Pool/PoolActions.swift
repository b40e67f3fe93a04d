// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension PoolStateMachine {
    /// What is to be started so that those who wait get connections; each is reported when it has ended.
    package struct Supply: Equatable, Sendable {
        package var dials: [PoolMemberID] = []
        package var probes: [PoolMemberID] = []

        package static let nothing = Supply()
    }

    /// What follows from asking for a connection.
    package enum AcquireAction: Equatable, Sendable {
        /// Take this one, which is open.
        case take(PoolMemberID)
        /// Wait under this id.
        case wait(PoolWaiterID, Supply)
        /// Throw.
        case refuse(Refusal)
    }

    /// Why nobody may wait.
    package enum Refusal: Equatable, Sendable {
        case closed
        case timedOut
        case tooManyWaiters(limit: Int)
    }

    /// What happens to an exclusive connection that became free.
    package enum FreeMember: Equatable, Sendable {
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

    /// What follows from the end of a lease, a reset or a probe.
    package struct FreeAction: Equatable, Sendable {
        package var member: FreeMember
        package var start = Supply.nothing
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
        /// The shared connection whose place it took.
        package var retire: PoolMemberID?
        package var start = Supply.nothing
    }

    /// What follows from a dial that failed.
    package struct DialFailedAction: Equatable, Sendable {
        /// These get the cause of the failure, now.
        package var fail: [PoolWaiterID] = []
    }

    /// What follows from the passing of time.
    package struct TimerAction: Equatable, Sendable {
        /// The deadlines of these have passed.
        package var expired: [PoolWaiterID] = []
        package var close: [PoolMemberID] = []
        package var start = Supply.nothing
    }

    /// What follows from ending the pool.
    package struct EndAction: Equatable, Sendable {
        package var fail: [PoolWaiterID] = []
        package var close: [PoolMemberID] = []
        package var retire: [PoolMemberID] = []
    }
}
