// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What became of one call; see ``ClientObserver/callEnded(_:)``.
public struct CallReport: Sendable {
    /// The command's name; `PIPELINE` or `MULTI` for a batch, with the name behind it if all its commands have the same.
    public var operation: String
    /// How many commands a batch had; `nil` for one command, also for one in a batch of its own.
    public var batchSize: Int?
    /// Where it went.
    public var server: ObservedServer
    /// When it began.
    public var began: ContinuousClock.Instant
    /// How long it took in all, waiting and retries included.
    public var duration: Duration
    /// How often it was made.
    public var attempts: Int
    /// Why it failed; `nil` if it has its reply. Single commands of a batch may have failed nevertheless.
    public var failure: ObservedFailure?

    /// The metric that `duration` is, in seconds, with ``attributes``.
    public static let durationMetric = "db.client.operation.duration"

    package init(
        operation: String, batchSize: Int?, server: ObservedServer, began: ContinuousClock.Instant, duration: Duration,
        attempts: Int, failure: ObservedFailure?
    ) {
        self.operation = operation
        self.batchSize = batchSize
        self.server = server
        self.began = began
        self.duration = duration
        self.attempts = attempts
        self.failure = failure
    }

    /// `db.operation.name`, `db.operation.batch.size`, the server's, and `error.type` and `db.response.status_code` of a
    /// failure.
    public var attributes: [TelemetryAttribute] {
        var all = [TelemetryAttribute("db.operation.name", operation)] + server.attributes
        if let batchSize { all.append(TelemetryAttribute("db.operation.batch.size", batchSize)) }
        failure?.add(to: &all)
        return all
    }
}

extension CallReport: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        let size = batchSize.map { " of \($0)" } ?? ""
        let tries = attempts == 1 ? "" : " in \(attempts) attempts"
        return
            "\(server.node): \(operation)\(size) took \(duration.brief)\(tries)\(failure.map { ", failed: \($0)" } ?? "")"
    }
}
