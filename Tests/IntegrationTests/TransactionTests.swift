// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Optimistic transactions: nothing is lost, nothing is counted twice, and every connection comes back.
@Suite(.timeLimit(.minutes(1))) struct TransactionTests {
    @Test(arguments: Dialect.all)
    func `twenty tasks that increment a key under WATCH make twenty`(dialect: Dialect) async throws {
        let server = try await SharedServers.shared.server(dialect.version)
        let name = unique("watching")
        try await dialect.withClient(configure: {
            $0.clientName = name
            $0.maximumConnections = 8
        }) { client async throws in
            let key = unique("sum")
            let results = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let stored = try await client.transaction(watching: key, maximumAttempts: 10_000) { watching in
                            let value = try await watching.get(key, as: Int.self) ?? 0
                            let multi = watching.multi()
                            multi.set(key, value + 1)
                            let stored = multi.get(key, as: Int.self)
                            return multi.commit(stored)
                        }
                        return stored ?? 0
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.sorted() == Array(1...20))
            #expect(try await client.get(key, as: Int.self) == 20)
            let connections = try await server.connections(named: name)
            #expect(connections.count <= 9, "eight at most besides the shared one")
            #expect(connections.allSatisfy { $0["flags"]?.contains("x") == false }, "nobody is in a transaction")
            #expect(connections.allSatisfy { ($0["watch"] ?? "0") == "0" }, "nobody watches any more")
        }
    }

    @Test(arguments: Dialect.all)
    func `when a watched key has changed nothing is executed, and the linear form says so by nil`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient { client async throws in
            let (key, other) = (unique("watched"), unique("other"))
            try await client.set(key, 1)
            let watching = try await client.watch(key, other)
            let value = try await watching.get(key, as: Int.self) ?? 0
            try await client.set(other, "changed by somebody")
            let multi = watching.multi()
            let stored = multi.set(key, value + 1)
            #expect(try await multi.exec(stored) == nil)
            #expect(try await client.get(key, as: Int.self) == 1)

            let again = try await client.watch(key)
            let next = try await again.get(key, as: Int.self) ?? 0
            let block = again.multi()
            let set = block.set(key, next + 1)
            let read = block.get(key, as: Int.self)
            let replies = try #require(try await block.exec(set, read))
            #expect(replies.0.isStored && replies.1 == 2)
        }
    }

    @Test(arguments: Dialect.all)
    func `attempts are bounded, and the body runs once for each`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("contended")
            var attempts = 0
            let error = await #expect(throws: ConnectionError.self) {
                try await client.transaction(watching: key, maximumAttempts: 3) { watching in
                    attempts += 1
                    // Writing the watched key past the transaction makes it fail every time.
                    try await client.incr(key)
                    let multi = watching.multi()
                    let never = multi.set(key, "never")
                    return multi.commit(never)
                }
            }
            guard case .transactionConflict(attempts: 3)? = error else {
                Issue.record("got \(String(describing: error))")
                return
            }
            #expect(attempts == 3)
            #expect(try await client.get(key, as: Int.self) == 3)
        }
    }

    @Test(arguments: Dialect.all)
    func `EXECABORT names the refused command and nothing has run`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("aborted")
            let multi = try await client.watch(key).multi()
            multi.incr(key)
            multi.enqueue(RawCommand("NOSUCHCOMMAND"))
            multi.incr(key)
            do {
                _ = try await multi.exec()
                Issue.record("it must be refused")
            } catch let error as ServerError {
                #expect(error.message.lowercased().contains("nosuchcommand"))
            }
            #expect(try await client.exists(key) == 0)
        }
    }

    @Test(arguments: Dialect.all)
    func `an error inside EXEC stands at its own handle`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (key, text) = (unique("counter"), unique("text"))
            try await client.set(text, "no number")
            let multi = try await client.watch(key).multi()
            let before = multi.incr(key)
            let failing = multi.incr(text)
            let after = multi.incr(key)
            let replies = try #require(try await multi.exec())
            #expect(try replies[before] == 1)
            #expect(throws: ServerError.self) { try replies[failing] }
            #expect(try replies[after] == 2)
        }
    }

    @Test(arguments: Dialect.all)
    func `bodies that throw, transactions that are dropped and those that finish all give their connection back`(
        dialect: Dialect
    ) async throws {
        struct Changed: Error {}
        let server = try await SharedServers.shared.server(dialect.version)
        let name = unique("returned")
        try await dialect.withClient(configure: {
            $0.clientName = name
            $0.maximumConnections = 2
        }) { client async throws in
            let key = unique("returned")
            for round in 0..<10 {
                await #expect(throws: Changed.self) {
                    try await client.transaction(watching: key) { watching -> TransactionPlan<Int> in
                        _ = try await watching.get(key)
                        throw Changed()
                    }
                }
                _ = try await client.watch(key)
                _ = try await client.watch(key).multi()
                try await client.watch(key).unwatch()
                // A connection that came back dirty must not carry its watch into the next transaction.
                try await client.incr(key)
                let multi = try await client.watch(key).multi()
                let count = multi.incr(key)
                let counted = try await multi.exec(count)
                #expect(counted == 2 * round + 2)
            }
            let connections = try await server.connections(named: name)
            #expect(connections.count <= 3, "two at most besides the shared one")
        }
    }

    @Test(arguments: Dialect.all)
    func `a cancelled transaction lets its keys go`(dialect: Dialect) async throws {
        try await dialect.withClient(configure: { $0.maximumConnections = 1 }) { client async throws in
            let key = unique("cancelled")
            let (started, isCancelled) = (Latch(), Latch())
            let call = Task {
                try await client.transaction(watching: key) { watching in
                    started.open()
                    await isCancelled.wait()
                    let value = try await watching.get(key, as: Int.self) ?? 0
                    let multi = watching.multi()
                    let stored = multi.set(key, value + 1)
                    return multi.commit(stored)
                }
            }
            await started.wait()
            call.cancel()
            isCancelled.open()
            await #expect(throws: CancellationError.self) { try await call.value }
            #expect(try await client.exists(key) == 0)
            // There is but one connection for transactions, so this needs the one that was given back.
            let multi = try await client.watch(key).multi()
            let count = multi.incr(key)
            let counted = try await multi.exec(count)
            #expect(counted == 1)
        }
    }
}
