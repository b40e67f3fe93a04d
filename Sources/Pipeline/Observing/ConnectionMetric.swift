// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool

/// One number about a client's connections, under its name in OpenTelemetry's conventions
/// (https://opentelemetry.io/docs/specs/semconv/db/database-metrics/, "Connection pools").
public struct ConnectionMetric: Hashable, Sendable {
    /// Such as `db.client.connection.count`.
    public var name: String
    /// Its present value.
    public var value: Int
    /// `db.client.connection.pool.name`, which is the server's address, and for counts `db.client.connection.state`.
    public var attributes: [TelemetryAttribute]
}

extension NodeClient {
    /// What a meter reads now and then: connections in use and unused, their bounds, callers that wait, and how many ever
    /// waited in vain. The shared connection counts as used.
    public var connectionMetrics: [ConnectionMetric] {
        let (status, counters) = (pool.status, pool.counters)
        let pool = TelemetryAttribute("db.client.connection.pool.name", "\(configuration.endpoint)")
        func metric(_ name: String, _ value: Int, state: String? = nil) -> ConnectionMetric {
            let state = state.map { [TelemetryAttribute("db.client.connection.state", $0)] } ?? []
            return ConnectionMetric(name: "db.client.connection.\(name)", value: value, attributes: [pool] + state)
        }
        let used = status.leased + status.resetting + status.probing + status.retiring + (status.isSharedOpen ? 1 : 0)
        return [
            metric("count", status.idle, state: "idle"), metric("count", used, state: "used"),
            metric("idle.min", configuration.minimumConnections), metric("max", configuration.maximumConnections + 1),
            metric("pending_requests", status.waiting), metric("timeouts", counters.timeouts),
        ]
    }
}
