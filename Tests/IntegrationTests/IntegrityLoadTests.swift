// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Connections that prove every reply, on real servers.
@Suite(.timeLimit(.minutes(2))) struct IntegrityLoadTests {
    @Test(arguments: Dialect.all, [IntegrityCheck.everyRequest, .interval(.milliseconds(1))])
    func `a load of all kinds runs as without it`(dialect: Dialect, check: IntegrityCheck) async throws {
        try await dialect.withClient(configure: { $0.connection.integrity = check }, load)
    }

    private func load(_ client: ValkeyClient) async throws {
        let (counter, queue) = (unique("counter"), unique("queue"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<20 {
                group.addTask {
                    let key = unique("key")
                    for round in 0..<50 {
                        try await client.set(key, "\(task) \(round)")
                        #expect(try await client.get(key, as: String.self) == "\(task) \(round)")
                    }
                    let batch = client.pipeline()
                    let handles = (0..<20).map { batch.echo("\(task) \($0)", as: String.self) }
                    let replies = try await batch.run()
                    for (number, handle) in handles.enumerated() {
                        #expect(try replies[handle] == "\(task) \(number)")
                    }
                    let cancelled = Task { try await client.incr(counter) }
                    cancelled.cancel()
                    _ = try? await cancelled.value
                    try await client.rpush(queue, "\(task)")
                    #expect(try await client.blpop(queue, timeout: .seconds(10)) != nil)
                    let multi = client.pipeline()
                    let count = multi.incr(counter)
                    #expect(try await multi.run(atomic: true)[count] > 0)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await client.get(counter, as: Int.self) ?? 0 >= 20)
    }
}
