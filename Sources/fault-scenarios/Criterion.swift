// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a client must keep whatever happens to its connections.
enum Criterion: String, CaseIterable, Codable, Sendable {
    /// Nothing misdelivered: every value is one that this very command could have got.
    case misdelivery = "M"
    /// Nothing lost: every call ends in time, what was acknowledged is there, what was not executed is not.
    case loss = "L"
    /// Resources: descriptors, connections, memory and the pool's slots are back where they were.
    case resources = "R"
    /// Progress: calls succeed again soon after healing.
    case progress = "P"
    /// No storm: connects stay below a bound.
    case storm = "N"
}

/// One thing that must not be.
struct Violation: Codable, Hashable, Sendable {
    var criterion: Criterion
    var text: String
}

/// How an operation ended.
enum Outcome: Int, Codable, Sendable {
    /// OK: with a reply.
    case ok
    /// E: the server answered with an error.
    case serverError
    /// K: surely not executed.
    case notExecuted
    /// U: nobody knows.
    case unknown
}

/// How many operations ended how.
struct OutcomeCounts: Codable, Hashable, Sendable {
    var ok = 0
    var serverErrors = 0
    var notExecuted = 0
    var unknown = 0

    var all: Int { ok + serverErrors + notExecuted + unknown }

    mutating func add(_ outcome: Outcome, _ count: Int = 1) {
        switch outcome {
        case .ok: ok += count
        case .serverError: serverErrors += count
        case .notExecuted: notExecuted += count
        case .unknown: unknown += count
        }
    }
}
