// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pool
import Synchronization

/// Leases of a pool whose connections cost nothing to open.
private enum Leases {
    final class Connection: Sendable {}

    static let repetitions = 100_000

    /// What `tasks` tasks take that lease and return, in all `repetitions` times, from `connections` connections.
    static func exclusive(tasks: Int, connections: Int, probes: Bool = false) -> Int {
        run(connections: connections, probes: probes) { pool in
            await withTaskGroup { group in
                for _ in 0..<tasks {
                    group.addTask {
                        for _ in 0..<repetitions / tasks {
                            guard let lease = try? await pool.lease(deadline: nil) else { return }
                            // With several tasks, the others come to ask while this one has the connection.
                            if tasks > 1 { await Task.yield() }
                            lease.release(clean: true)
                        }
                    }
                }
            }
        }
    }

    static func shared() -> Int {
        run(connections: 1, probes: false) { pool in
            for _ in 0..<repetitions { _ = try? await pool.shared(deadline: nil) }
        }
    }

    /// What fifty tasks take that only yield as often, to tell what switching tasks costs.
    static func switching() -> Int {
        run(connections: 1, probes: false) { _ in
            await withTaskGroup { group in
                for _ in 0..<50 {
                    group.addTask { for _ in 0..<repetitions / 50 { await Task.yield() } }
                }
            }
        }
    }

    private static func run(
        connections: Int, probes: Bool, _ body: @escaping @Sendable (ConnectionPool<Connection>) async -> Void
    ) -> Int {
        let executor = QueueExecutor()
        let pool = ConnectionPool(
            configuration: PoolConfiguration(
                maximumConnections: connections, idleTimeout: nil, probeAfter: probes ? .seconds(30) : nil),
            member: PoolMember(open: { _ in Connection() }, probe: { _ in true }, close: { _ in }),
            executor: executor)
        executor.runToEnd { await body(pool) }
        let counters = pool.counters
        pool.close()
        executor.runToEnd {}
        return counters.leases
    }
}

extension Table {
    /// T9: what a connection costs whoever needs one. One thread runs all tasks, so that nothing is left out.
    static let pooling = Table(
        id: "T9", title: "Lend a connection and take it back", unit: "lease", columns: ["lease and release"],
        rows: [
            row("exclusive, 1 task", "lease") { Leases.exclusive(tasks: 1, connections: 1) },
            row("exclusive, 1 task, with an eye on silent connections", "lease-probing") {
                Leases.exclusive(tasks: 1, connections: 1, probes: true)
            },
            row("the shared one, 1 task", "lease-shared", Leases.shared),
            row("exclusive, 50 tasks and 4 connections, most of which wait", "lease-contended") {
                Leases.exclusive(tasks: 50, connections: 4)
            },
            row("50 tasks that only yield, for comparison", "lease-switching", Leases.switching),
        ])

    private static func row(_ title: String, _ name: String, _ body: @escaping @Sendable () -> Int) -> Row {
        Row(name: title, workloads: [Workload(name: name, elements: Leases.repetitions, body: body)])
    }
}
