// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Opens transports.
public protocol TransportConnector: Sendable {
    /// Opens a transport to an endpoint.
    ///
    /// Promises no time limit: race it with a deadline of your own and cancel the task, which ends this at once with
    /// `CancellationError` and leaves nothing open.
    ///
    /// - Throws: `TransportError`, or `CancellationError`.
    func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport
}
