// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Cluster
import Commands
import Pipeline
import RESPCodec
import Synchronization
import Testing
import Transport

@Suite struct ClusterRouterTests {
    // MARK: Routing

    @Test func `a command goes to the node of its key and the topology is asked for once`() async throws {
        let cluster = FakeCluster { .reply("+\($0.node.host)\r\n") }
        let router = try cluster.router()
        defer { router.close() }
        for number in [1, 2, 3, 2] {
            #expect(try await router.execute(Push(key(number))) == node(number).host)
        }
        #expect(cluster.topologyQuestions == [node(1)])
    }

    @Test func `calls that come together wait for one topology`() async throws {
        let cluster = FakeCluster { .reply("+\($0.node.host)\r\n") }
        let router = try cluster.router()
        defer { router.close() }
        let hosts = try await withThrowingTaskGroup(of: (Int, String).self) { tasks in
            for index in 0..<60 {
                tasks.addTask { (index % 3 + 1, try await router.execute(Push(key(index % 3 + 1, index)))) }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(hosts.allSatisfy { node($0.0).host == $0.1 })
        #expect(cluster.topologyQuestions == [node(1)])
    }

    @Test func `keys of different slots are refused before anything is sent`() async throws {
        let cluster = FakeCluster()
        let router = try cluster.router()
        defer { router.close() }
        let (first, second) = (key(1), key(2))
        await #expect(
            throws: ClusterError.crossSlot(
                command: "PUSH", first: HashSlot(ofKey: first), second: HashSlot(ofKey: second))
        ) {
            try await router.execute(Push(first, second))
        }
        #expect(cluster.byConnection.isEmpty)
    }

    @Test func `keys with one hash tag are of one slot`() async throws {
        let cluster = FakeCluster { .reply("+\($0.node.host)\r\n") }
        let router = try cluster.router()
        defer { router.close() }
        let tag = key(2)
        #expect(try await router.execute(Push("{\(tag)}a", "b{\(tag)}")) == node(2).host)
    }

    @Test func `commands without keys go to one primary after the other`() async throws {
        let cluster = FakeCluster()
        let router = try cluster.router()
        defer { router.close() }
        for _ in 0..<6 { _ = try await router.execute(Keyless()) }
        let counts = Dictionary(grouping: cluster.requests, by: \.node).mapValues(\.count)
        #expect(counts == [node(1): 2, node(2): 2, node(3): 2])
    }

    @Test func `a command that binds its connection is refused`() async throws {
        let cluster = FakeCluster()
        let router = try cluster.router()
        defer { router.close() }
        await #expect(throws: CommandMisuse.bindsConnection(name: "SELECT")) {
            try await router.execute(RawCommand("SELECT", "1"))
        }
    }

    @Test func `an error that is no redirect is the caller's`() async throws {
        let cluster = FakeCluster { _ in .reply("-WRONGTYPE no list\r\n") }
        let router = try cluster.router()
        defer { router.close() }
        await #expect(throws: ServerError(message: "WRONGTYPE no list")) { try await router.execute(Push(key(1))) }
        #expect(cluster.requests.count == 1)
    }

    @Test func `with a preference for replicas reads go there and writes do not`() async throws {
        let cluster = FakeCluster { .reply("+\($0.node.host)\r\n") }
        let router = try cluster.router { $0.readPreference = .preferReplica }
        defer { router.close() }
        try await router.connect()
        #expect(try await router.execute(Read(key(1))) == node(4).host)
        #expect(try await router.execute(Push(key(1))) == node(1).host)
        let replica = cluster.byConnection.values.first { $0.contains(["GET", key(1)]) }
        #expect(replica?.contains(["READONLY"]) == true)
    }

    // MARK: Configuration

    @Test func `a database other than 0 and missing seeds are refused`() {
        let cluster = FakeCluster()
        #expect(throws: ClusterError.databaseNotSupported(3)) { try cluster.router { $0.node.database = 3 } }
        #expect(throws: ClusterError.noSeeds) { try cluster.router(seeds: []) }
        #expect(throws: ClusterError.noSeeds) { try cluster.router(seeds: [NodeAddress(host: "", port: 1)]) }
        #expect(throws: ClusterError.noSeeds) { try cluster.router(seeds: [NodeAddress(host: "a", port: 0)]) }
    }

    @Test func `addresses are translated for dialing`() async throws {
        let cluster = FakeCluster { .reply("+\($0.node)\r\n") }
        let router = try cluster.router {
            $0.node.translateAddress = { NodeAddress(host: $0.host, port: $0.port + 1) }
        }
        defer { router.close() }
        #expect(try await router.execute(Push(key(2))) == "10.0.0.2:6380")
    }

    // MARK: The first topology

    @Test func `the next seed is asked when one is down`() async throws {
        let cluster = FakeCluster { .reply("+\($0.node.host)\r\n") }
        cluster.kill(node(8))
        let router = try cluster.router(seeds: [node(8), node(2)])
        defer { router.close() }
        #expect(try await router.execute(Push(key(3))) == node(3).host)
        #expect(cluster.topologyQuestions == [node(2)])
    }

    @Test func `when no seed can be reached everybody learns why`() async throws {
        let cluster = FakeCluster()
        cluster.kill(node(8))
        cluster.kill(node(9))
        let router = try cluster.router(seeds: [node(8), node(9)])
        defer { router.close() }
        let error = await #expect(throws: ClusterError.self) { try await router.execute(Push(key(1))) }
        guard case .topologyUnavailable(let failures) = error else {
            return #expect(Bool(false), "\(error as Any) says nothing about the seeds")
        }
        #expect(failures.map(\.node) == [node(8), node(9)])
        #expect(failures.allSatisfy { $0.cause is TransportError })
    }

    @Test func `a server that is no cluster says so`() async throws {
        let cluster = FakeCluster(ClusterTopology(shards: []))
        let router = try cluster.router()
        defer { router.close() }
        let error = await #expect(throws: ClusterError.self) { try await router.connect() }
        #expect(error == .topologyUnavailable([.init(node: node(1), cause: TopologyDefect.noSlots)]))
    }

    // MARK: Closing

    @Test func `a closed router refuses calls and ends those that wait`() async throws {
        let cluster = FakeCluster { _ in .silence }
        let router = try cluster.router()
        try await router.connect()
        let call = Task { try await router.execute(Push(key(1))) }
        while cluster.requests.isEmpty { await Task.yield() }
        router.close()
        await #expect(throws: (any Error).self) { try await call.value }
        await #expect(throws: ClusterError.closed) { try await router.execute(Push(key(1))) }
        await #expect(throws: ClusterError.closed) { try await router.connect() }
    }

    @Test func `a cancelled call returns and the router lives on`() async throws {
        let cluster = FakeCluster { $0.words == ["PUSH", key(1)] ? .silence : .reply("+fine\r\n") }
        let router = try cluster.router()
        defer { router.close() }
        let call = Task { try await router.execute(Push(key(1))) }
        while cluster.requests.isEmpty { await Task.yield() }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(try await router.execute(Push(key(2))) == "fine")
    }
}
