// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

@testable internal import Pool

/// The shared member is number 0, its successor -1; the exclusive ones count from 1.
func m(_ number: Int, _ generation: UInt32 = 0) -> PoolMemberID {
    PoolMemberID(slot: number > 0 ? UInt32(number + 1) : UInt32(-number), generation: generation)
}

func w(_ number: UInt64) -> PoolWaiterID { PoolWaiterID(number) }

extension PoolStateMachine.Supply {
    static func dial(_ members: PoolMemberID...) -> Self { .init(dials: members) }
    static func probe(_ members: PoolMemberID...) -> Self { .init(probes: members) }
}

extension PoolMemberID {
    /// The first shared member of a pool.
    static let shared = m(0)
}
