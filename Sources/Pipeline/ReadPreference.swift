// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Who answers commands that only read, where a primary has replicas: in a cluster, and in a replication group.
@nonexhaustive
public enum ReadPreference: Hashable, Sendable {
    /// The primary: everybody reads what was written.
    case primary
    /// A replica, one after the other, and the primary where there is none or where it can't answer. What a replica answers
    /// may be older than what was written.
    case preferReplica
}
