// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Names one connection of a pool, from the start of its dial until it is closed.
///
/// An id is never used for a second connection, so news about a connection that is long gone
/// (`memberClosed`) can't hit its successor.
public struct PoolMemberID: Hashable, Sendable, CustomStringConvertible {
    /// Where the member is kept; the first two places are for the shared member and the one that takes over from it.
    package let slot: UInt32
    /// How many members had this place before.
    package let generation: UInt32

    package init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    /// Whether this is the member that everybody shares.
    public var isShared: Bool { slot < 2 }

    /// The place and the generation, as in `3.1`.
    public var description: String { "\(slot).\(generation)" }
}

/// Names one caller that waits for a connection.
package struct PoolWaiterID: Hashable, Sendable, Comparable {
    package let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.number < right.number
    }
}
