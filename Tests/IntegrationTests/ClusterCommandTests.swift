// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// A healthy cluster: each command at the node that has its keys.
@Suite(.timeLimit(.minutes(1))) struct ClusterCommandTests {
    @Test(arguments: ClusterDialect.all)
    func `commands go to the node that has their key`(dialect: ClusterDialect) async throws {
        try await dialect.withClient { client, cluster async throws in
            let prefix = unique("routed")
            var ports: Set<Int> = []
            for number in 0..<100 {
                let key = "\(prefix) \(number)"
                try await client.set(key, number)
                #expect(try await client.get(key, as: Int.self) == number)
                let owner = cluster.firstOwner(of: key)
                #expect(try await owner.cli("GET", key).decode(as: Int.self) == number)
                #expect(client.slotMap[HashSlot(ofKey: key.bulkString)]?.primary.port == owner.port)
                ports.insert(owner.port)
            }
            #expect(ports.count == 3)
            #expect(client.slotMap.isComplete && client.slotMap.shards.count == 3)
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `a batch over all nodes is answered in the order of its commands`(dialect: ClusterDialect) async throws {
        try await dialect.withClient { client, _ async throws in
            let prefix = unique("batch")
            let pipe = client.pipeline()
            for number in 0..<1000 { pipe.set("\(prefix) \(number)", number) }
            for number in 0..<1000 {
                if number % 100 == 50 {
                    pipe.rpush("\(prefix) \(number)", "wrong type")
                } else {
                    pipe.get("\(prefix) \(number)", as: Int.self)
                }
            }
            for number in 0..<10 { pipe.echo(number) }
            let replies = try await pipe.run()
            #expect(replies.count == 2010)
            var wrong = 0
            for number in 0..<1000 {
                let frame = try replies.frame(at: 1000 + number)
                if number % 100 == 50 {
                    if ServerError(frame)?.code != .wrongType { wrong += 1 }
                } else if try frame.decode(as: Int.self) != number {
                    wrong += 1
                }
            }
            for number in 0..<10 {
                if try replies.frame(at: 2000 + number).decode(as: Int.self) != number { wrong += 1 }
            }
            #expect(wrong == 0)
            #expect(replies.firstFailure?.position == 1050)
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `keys of several slots are refused before anything is sent`(dialect: ClusterDialect) async throws {
        try await dialect.withClient { client, cluster async throws in
            let (a, b) = (cluster.uniqueName("a", on: 0), cluster.uniqueName("b", on: 2))
            let (first, second) = (HashSlot(ofKey: a.bulkString), HashSlot(ofKey: b.bulkString))
            await #expect(throws: ClusterError.crossSlot(command: "DEL", first: first, second: second)) {
                try await client.del(a, b)
            }
            let pipe = client.pipeline()
            pipe.incr(a)
            pipe.mget(a, b)
            await #expect(throws: ClusterError.crossSlot(command: "MGET", first: first, second: second)) {
                try await pipe.run()
            }
            await #expect(throws: ClusterError.transactionCrossesSlots(first: first, second: second)) {
                try await client.transaction(.incr(a), .incr(b))
            }
            await #expect(throws: ClusterError.transactionCrossesSlots(first: first, second: second)) {
                _ = try await client.watch(a, b)
            }
            await #expect(throws: ClusterError.transactionWithoutKeys) {
                try await client.transaction(.echo("a"), .echo("b"))
            }
            #expect(try await client.exists(a) == 0)
            #expect(try await client.exists(b) == 0)
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `keys with a common tag can be in one command and one transaction`(dialect: ClusterDialect) async throws {
        try await dialect.withClient { client, _ async throws in
            let tag = unique("tag")
            try await client.mset([("{\(tag)}a", "1"), ("{\(tag)}b", "2")])
            #expect(try await client.mget("{\(tag)}a", "{\(tag)}b", "{\(tag)}c") == ["1", "2", nil])
            let (a, b) = try await client.transaction(.incr("{\(tag)}a"), .incr("{\(tag)}b"))
            #expect(a == 2 && b == 3)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        _ = try await client.transaction(watching: "{\(tag)}a", maximumAttempts: 1000) { watching in
                            let value = try await watching.get("{\(tag)}a", as: Int.self) ?? 0
                            let multi = watching.multi()
                            let stored = multi.set("{\(tag)}a", value + 1)
                            multi.incr("{\(tag)}b")
                            return multi.commit(stored)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await client.mget("{\(tag)}a", "{\(tag)}b", as: Int.self) == [12, 13])
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `a call that waits on one node delays neither that node nor the others`(dialect: ClusterDialect) async throws {
        try await dialect.withClient { client, cluster async throws in
            let keys = (0..<3).map { cluster.uniqueName("waiting", on: $0) }
            let pops = keys.map { key in Task { try await client.blpop(key, timeout: .zero, as: String.self) } }
            for key in keys {
                for number in 0..<20 { #expect(try await client.incr("{\(key)}n") == number + 1) }
                try await client.rpush(key, "for \(key)")
            }
            for (key, pop) in zip(keys, pops) { #expect(try await pop.value?.element == "for \(key)") }
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `commands that concern every node are asked of every node`(version: ServerVersion) async throws {
        let cluster = try await TestCluster.start(version)
        defer { for node in cluster.nodes { node.kill() } }
        try await cluster.withClient { client async throws in
            let pipe = client.pipeline()
            for number in 0..<300 { pipe.set("key \(number)", number) }
            #expect(try await pipe.run().firstFailure == nil)
            #expect(try await client.dbsize() == 300)
            for node in cluster.nodes { #expect(try await node.cli("DBSIZE").decode(as: Int.self) > 50) }
            #expect(Set(try await client.keys("*", as: String.self)).count == 300)
            // Any node is enough to start from, and one that is not there is passed over.
            var configuration = ClusterConfiguration.patient(port: cluster.nodes[2].port)
            configuration.seeds.insert(NodeAddress(host: "127.0.0.1", port: 1), at: 0)
            let other = try ValkeyClusterClient(configuration)
            defer { other.close() }
            #expect(try await other.dbsize() == 300)
        }
    }

    @Test func `a cluster of which no seed answers says why for each of them`() async throws {
        let configuration = ClusterConfiguration.patient(port: 1)
        let client = try ValkeyClusterClient(configuration)
        defer { client.close() }
        let error = await #expect(throws: ClusterError.self) { try await client.get("k") }
        guard case .topologyUnavailable(let failures)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(failures.map(\.node) == configuration.seeds)
        #expect(failures.first?.cause is TransportError)
    }

    @Test func `a server that is no cluster says so`() async throws {
        let server = try await SharedServers.shared.server(.valkey9)
        let configuration = ClusterConfiguration.patient(port: server.port)
        let client = try ValkeyClusterClient(configuration)
        defer { client.close() }
        let error = await #expect(throws: ClusterError.self) { try await client.get("k") }
        #expect("\(String(describing: error))".contains("cluster support disabled"))
    }
}
