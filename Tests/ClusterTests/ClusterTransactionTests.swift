// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Cluster
import Commands
import Pipeline
import RESPCodec
import Synchronization
import Testing

@Suite struct ClusterTransactionTests {
    /// Serves WATCH, GET, MULTI and EXEC; EXEC answers with the node.
    private static func serve(
        refuse: @escaping @Sendable (FakeCluster.Request) -> FakeCluster.Response? = { _ in nil }
    ) -> FakeCluster.Script {
        { request in
            if let refusal = refuse(request) { return refusal }
            switch request.words[0] {
            case "PUSH": return .reply("+QUEUED\r\n")
            case "EXEC": return .reply("*1\r\n+\(request.node.host)\r\n")
            case "GET": return .reply("+value\r\n")
            default: return .reply("+OK\r\n")
            }
        }
    }

    private func run(_ router: ClusterRouter, _ key: String) async throws -> String {
        try await router.transaction(watching: key) { tx in
            let value = try await tx.execute(Read(key))
            #expect(value == "value")
            let multi = tx.multi()
            let pushed = multi.enqueue(Push(key))
            return multi.commit(pushed)
        }
    }

    @Test func `a watching transaction runs on one connection to the node of its keys`() async throws {
        let cluster = FakeCluster(script: Self.serve())
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await run(router, key(2)) == node(2).host)
        #expect(cluster.requests.map { $0.words[0] } == ["WATCH", "GET", "MULTI", "PUSH", "EXEC"])
        #expect(Set(cluster.requests.map(\.connection)).count == 1)
        #expect(Set(cluster.requests.map(\.node)) == [node(2)])
    }

    @Test func `a transaction whose slot has moved starts over at the new node`() async throws {
        let cluster = FakeCluster(
            script: Self.serve { request in
                request.node == node(1) && request.words[0] == "WATCH" ? moved(key(1), to: node(2)) : nil
            })
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await run(router, key(1)) == node(2).host)
    }

    @Test func `a transaction waits for a slot that is half-way to another node`() async throws {
        let refusals = Mutex(2)
        let cluster = FakeCluster(
            script: Self.serve { request in
                guard request.words[0] == "WATCH" else { return nil }
                let refuses = refusals.withLock { left in
                    left -= 1
                    return left >= 0
                }
                return refuses ? ask(key(1), to: node(2)) : nil
            })
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await run(router, key(1)) == node(1).host)
        #expect(!cluster.requests.contains { $0.words[0] == "ASKING" })
    }

    @Test func `keys of two slots can't be watched together`() async throws {
        let cluster = FakeCluster(script: Self.serve())
        let router = try cluster.router()
        defer { router.close() }
        await #expect(
            throws: ClusterError.transactionCrossesSlots(
                first: HashSlot(ofKey: key(1)), second: HashSlot(ofKey: key(2)))
        ) {
            try await router.transaction(watching: key(1), key(2)) { tx in
                let multi = tx.multi()
                let pushed = multi.enqueue(Push(key(1)))
                return multi.commit(pushed)
            }
        }
        #expect(cluster.byConnection.isEmpty)
    }

    @Test func `a transaction by hand is lent the connection of its slot's node`() async throws {
        let cluster = FakeCluster(script: Self.serve())
        let router = try cluster.router()
        defer { router.close() }
        let tx = try await router.watch(key(3))
        let value = try await tx.execute(Read(key(3)))
        #expect(value == "value")
        let multi = tx.multi()
        let pushed = multi.enqueue(Push(key(3)))
        let host = try await multi.exec(pushed)
        #expect(host == node(3).host)
    }
}
