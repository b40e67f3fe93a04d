// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ValkeyToolkit

/// What all sections use.
struct Tour: Sendable {
    /// One client for everything: a program makes one and shares it.
    let client: ValkeyClient
    let cluster: ValkeyClusterClient?
    let unixPath: String?

    /// Ends the tour with this sentence unless the condition holds.
    func check(_ condition: Bool, _ sentence: String) throws(TourFailure) {
        guard condition else { throw TourFailure(sentence) }
    }

    /// Runs `body`, and cancels it after `limit`: a task that waits for the toolkit stops at once when it is cancelled.
    func within(_ limit: Duration, _ name: String, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw TourFailure("'\(name)' did not end within \(limit)")
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

/// Something was not as it must be.
struct TourFailure: Error, CustomStringConvertible {
    let description: String

    init(_ sentence: String) { description = sentence }
}

/// A line of the tour, below its heading.
func say(_ line: String) { print("  \(line)") }
