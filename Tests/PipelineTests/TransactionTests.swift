// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting

@Suite(.timeLimit(.minutes(2))) struct TransactionTests {
    /// A server with one integer, on which `conflicts` transactions fail.
    private static func server(conflicts: Int) -> ScriptedServer {
        let left = Mutex(conflicts)
        return ScriptedServer { command in
            switch command.name {
            case "GET": return .bulk("41")
            case "WATCH", "UNWATCH", "MULTI": return .ok
            case "RESET": return .simple("RESET")
            case "EXEC":
                let fails = left.withLock { left in
                    left -= 1
                    return left >= 0
                }
                return fails ? .null : .array([.integer(42)])
            default: return .simple("QUEUED")
            }
        }
    }

    private static func increment(_ client: NodeClient, attempts: Int = 16) async throws -> Int {
        let result = try await client.transaction(watching: "n", maximumAttempts: attempts) { tx in
            let value = try await tx.get("n", as: Int.self) ?? 0
            let multi = tx.multi()
            let stored = multi.enqueue(RawCommand("SET", "n", value + 1, as: Int.self))
            return multi.commit(stored)
        }
        return result
    }

    @Test func `a transaction watches, reads, and sends MULTI to EXEC in one piece`() async throws {
        let scripted = ScriptedClient(Self.server(conflicts: 0))
        #expect(try await Self.increment(scripted.client) == 42)
        #expect(scripted.server.commands.map(\.name) == ["WATCH", "GET", "MULTI", "SET", "EXEC"])
    }

    @Test func `it starts over as long as others are faster`() async throws {
        let scripted = ScriptedClient(Self.server(conflicts: 3))
        #expect(try await Self.increment(scripted.client) == 42)
        #expect(scripted.server.commands.filter { $0.name == "WATCH" }.count == 4)
        #expect(scripted.server.connectionCount == 1)
    }

    @Test func `it gives up after the attempts it was given`() async throws {
        let scripted = ScriptedClient(Self.server(conflicts: 100))
        let error = await #expect(throws: ConnectionError.self) {
            try await Self.increment(scripted.client, attempts: 5)
        }
        guard case .transactionConflict(attempts: 5)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func `what the body throws ends it and lets the keys go`() async throws {
        struct SoldOut: Error {}
        let scripted = ScriptedClient(Self.server(conflicts: 0)) { $0.maximumConnections = 1 }
        await #expect(throws: SoldOut.self) {
            try await scripted.client.transaction(watching: "n") { tx -> TransactionPlan<Int> in
                _ = try await tx.get("n")
                throw SoldOut()
            }
        }
        // The one connection comes back only after RESET.
        #expect(try await Self.increment(scripted.client) == 42)
        #expect(scripted.server.commands.map(\.name).prefix(3) == ["WATCH", "GET", "RESET"])
        #expect(scripted.server.connectionCount == 1)
    }

    @Test func `the linear form returns nil when somebody else was faster`() async throws {
        let scripted = ScriptedClient(Self.server(conflicts: 1))
        let tx = try await scripted.client.watch("n")
        let multi = tx.multi()
        let stored = multi.enqueue(RawCommand("SET", "n", "1", as: Int.self))
        #expect(try await multi.exec(stored) == nil)
    }

    @Test func `a lost reply to EXEC is reported as such and not tried again`() async throws {
        let server = ScriptedServer { command in
            switch command.name {
            case "GET": .bulk("1")
            case "EXEC": .close
            case "SET": .simple("QUEUED")
            default: .ok
            }
        }
        let error = await #expect(throws: ConnectionError.self) {
            try await Self.increment(ScriptedClient(server).client)
        }
        #expect(error?.mayHaveExecuted == true)
        #expect(server.commands.filter { $0.name == "EXEC" }.count == 1)
    }

    @Test func `watching nothing is refused`() async throws {
        let scripted = ScriptedClient(.echo())
        await #expect(throws: TransactionMisuse.noKeys) {
            let keys: [BulkString] = []
            _ = try await scripted.client.transaction(watching: keys, maximumAttempts: 1, .standard) { tx in
                let multi = tx.multi()
                let reply = multi.enqueue(echo("x"))
                return multi.commit(reply)
            }
        }
    }
}
