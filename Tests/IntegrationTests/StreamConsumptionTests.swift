// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Synchronization
import Testing
import ValkeyToolkit

/// Consumers of groups on real servers. Deliveries are numbered by their field `n`.
@Suite(.timeLimit(.minutes(3))) struct StreamConsumptionTests {
    @Test(arguments: Dialect.all)
    func `who comes back gets what it didn't acknowledge, and then what is new`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let stream = unique("stream")
            let orders = client.consume(
                stream, group: "g", consumer: "a", creatingFrom: .beginning, count: 4, as: Int.self)
            for number in 0..<10 { try await client.xadd(stream, .automatic, "n", "\(number)") }
            var seen: [Int] = []
            for try await order in orders {
                seen.append(try #require(order["n"]))
                #expect(order.deliveries == 1)
                if seen.count.isMultiple(of: 2) { #expect(try await order.acknowledge()) }
                if seen.count == 7 { break }
            }
            #expect(seen == Array(0..<7))
            // 0, 2, 4 and 6 weren't acknowledged, and 7 waited here when the loop was left.
            try await client.xdel(stream, firstID(of: stream, at: 2, client))
            var again: [[Int]] = []
            for try await order in orders {
                again.append([try #require(order["n"]), order.deliveries])
                try await order.acknowledge()
                if again.count == 6 { break }
            }
            #expect(again == [[0, 2], [4, 2], [6, 2], [7, 2], [8, 1], [9, 1]])
            #expect(try await client.xpending(stream, "g").count == 0)
        }
    }

    @Test(arguments: Dialect.all)
    func `what a dead consumer left lying is taken over by another, and counted`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let stream = unique("stream")
            for number in 0..<25 { try await client.xadd(stream, .automatic, "n", "\(number)") }
            let group = (start: StreamStart.beginning, idle: Duration.milliseconds(1))
            for try await _ in client.consume(
                stream, group: "g", consumer: "dead", creatingFrom: group.start, count: 20)
            { break }
            var deliveries: [Int: Int] = [:]
            for try await order in client.consume(
                stream, group: "g", consumer: "heir", creatingFrom: group.start, claimingAfter: group.idle, count: 7,
                as: Int.self)
            {
                let number = try #require(order["n"])
                deliveries[number] = max(deliveries[number] ?? 0, order.deliveries)
                try await order.acknowledge()
                if deliveries.count == 25 { break }
            }
            for number in 0..<25 { #expect((deliveries[number] ?? 0) >= (number < 20 ? 2 : 1)) }
            #expect(try await client.xpending(stream, "g").count == 0)
        }
    }

    @Test(arguments: Dialect.all)
    func `a server that is killed in between loses nothing`(dialect: Dialect) async throws {
        let server = try await TestServer.start(
            dialect.version, options: ["--appendonly", "yes", "--appendfsync", "always"])
        try await dialect.withClient(of: server) { client async throws in
            let worker = Worker(client, "s", consumer: "a", claimingAfter: .milliseconds(1))
            let other = Worker(client, "s", consumer: "b", claimingAfter: .milliseconds(1))
            for round in 0..<3 {
                for number in 0..<20 { try await client.xadd("s", .automatic, "n", "\(20 * round + number)") }
                try await until(client) { worker.numbers.union(other.numbers).count == 20 * (round + 1) }
                server.kill()
                try await server.restart()
            }
            try await eventually("nothing is left pending") { try await client.xpending("s", "g").count == 0 }
            await worker.end()
            await other.end()
        }
    }

    @Test(arguments: Dialect.all)
    func `readers whose connections are killed again and again get everything`(dialect: Dialect) async throws {
        let name = unique("reader").filter { $0.isLetter || $0.isNumber }
        try await dialect.withClient { client async throws in
            try await dialect.withClient(configure: { $0.clientName = name }) { reader async throws in
                let stream = unique("stream")
                let worker = Worker(reader, stream, consumer: "a")
                let followed = Follower(reader, stream)
                let server = try await SharedServers.shared.server(dialect.version)
                for number in 0..<12 {
                    try await eventually("both wait") {
                        try await server.connections(named: name).count { $0["flags"]?.contains("b") == true } == 2
                    }
                    for connection in try await server.connections(named: name) {
                        let id = try #require(connection["id"])
                        _ = try? await server.cli("CLIENT", "KILL", "ID", id)
                    }
                    try await client.xadd(stream, .automatic, "n", "\(number)")
                }
                try await until(client) { worker.numbers.count == 12 && followed.numbers.count == 12 }
                #expect(followed.numbers == Array(0..<12))
                await worker.end()
                await followed.end()
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `a group or a stream that is deleted under its reader is made again`(dialect: Dialect) async throws {
        let name = unique("reader").filter { $0.isLetter || $0.isNumber }
        try await dialect.withClient { client async throws in
            try await dialect.withClient(configure: { $0.clientName = name }) { reader async throws in
                let server = try await SharedServers.shared.server(dialect.version)
                let stream = unique("stream")
                let worker = Worker(reader, stream, consumer: "a")
                for round in 0..<4 {
                    try await eventually("it waits") { try await server.hasBlockedConnection(named: name) }
                    if round % 2 == 0 {
                        try await client.xgroupDestroy(stream, "g")
                    } else {
                        try await client.del(stream)
                    }
                    try await client.xadd(stream, .automatic, "n", "\(round)")
                    try await until(client) { worker.numbers.count == round + 1 }
                }
                await worker.end()
                let error = await #expect(throws: ServerError.self) {
                    for try await _ in client.consume(stream, group: "nobody's", consumer: "a") {}
                }
                #expect(error?.code == .noGroup)
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `a cancelled reader gives its connection back and loses nothing`(dialect: Dialect) async throws {
        let name = unique("reader").filter { $0.isLetter || $0.isNumber }
        try await dialect.withClient(configure: {
            $0.clientName = name
            $0.maximumConnections = 2
        }) { client async throws in
            let server = try await SharedServers.shared.server(dialect.version)
            let stream = unique("stream")
            // More rounds than there are connections.
            for number in 0..<5 {
                let worker = Worker(client, stream, consumer: "a")
                try await eventually("it waits") { try await server.hasBlockedConnection(named: name) }
                await worker.end()
                try await client.xadd(stream, .automatic, "n", "\(number)")
                for try await order in client.consume(stream, group: "g", consumer: "a", as: Int.self) {
                    #expect(order["n"] == number)
                    try await order.acknowledge()
                    break
                }
            }
            try await eventually("nobody waits any more") { try await !server.hasBlockedConnection(named: name) }
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `in a cluster a reader follows its stream to another node`(version: ServerVersion) async throws {
        try await ChangingClusters.moving.withCluster(version) { cluster async throws in
            try await cluster.withClient { client async throws in
                let stream = cluster.uniqueName("stream", on: 0)
                let worker = Worker(client, stream, consumer: "a", claimingAfter: .milliseconds(1))
                let followed = Follower(client, stream)
                let nodes = cluster.nodes
                for round in 0..<3 {
                    for number in 0..<5 { try await client.xadd(stream, .automatic, "n", "\(5 * round + number)") }
                    try await until(client) {
                        worker.numbers.count == 5 * (round + 1) && followed.numbers.count == 5 * (round + 1)
                    }
                    let move = SlotMove(slotOf: stream, from: nodes[round % 2], to: nodes[(round + 1) % 2], in: cluster)
                    try await move.perform()
                }
                // Where it was before, for other tests.
                try await SlotMove(slotOf: stream, from: nodes[1], to: nodes[0], in: cluster).perform()
                #expect(followed.numbers == Array(0..<15))
                await worker.end()
                await followed.end()
            }
        }
    }

    /// The identifier of the entry at a position.
    private func firstID(of stream: String, at position: Int, _ client: ValkeyClient) async throws -> StreamID {
        try await client.xrange(stream, .first, .last)[position].id
    }
}

/// A consumer in a task of its own, which acknowledges what it gets, however often that takes.
private final class Worker: Sendable {
    private let seen = Arrivals()
    private let task: Task<Void, any Error>

    init(
        _ client: some CommandExecutor & Sendable, _ stream: String, consumer: String,
        claimingAfter idle: Duration? = nil
    ) {
        task = Task { [seen] in
            let orders = client.consume(
                stream, group: "g", consumer: consumer, creatingFrom: .beginning, claimingAfter: idle, as: Int.self)
            for try await order in orders {
                seen.add(order["n"])
                while (try? await order.acknowledge()) == nil { try Task.checkCancellation() }
            }
        }
    }

    /// What it has got at least once.
    var numbers: Set<Int> { Set(seen.all) }

    /// Ends by cancellation, and by nothing else.
    func end() async { await cancel(task) }
}

/// Who follows a stream from its beginning, likewise.
private final class Follower: Sendable {
    private let seen = Arrivals()
    private let task: Task<Void, any Error>

    init(_ client: some CommandExecutor & Sendable, _ stream: String) {
        task = Task { [seen] in
            for try await entry in client.follow(stream, after: .beginning, as: Int.self) { seen.add(entry["n"]) }
        }
    }

    /// What it has got, in order.
    var numbers: [Int] { seen.all }

    func end() async { await cancel(task) }
}

private final class Arrivals: Sendable {
    private let numbers = Mutex<[Int]>([])

    var all: [Int] { numbers.withLock { $0 } }

    func add(_ number: Int?) { numbers.withLock { $0.append(number ?? -1) } }
}

/// Waits until `condition` holds: for as long as the suite may take, since a pool waits longer and longer before it dials
/// again when its connections end at once.
private func until(_ client: some CommandExecutor, _ condition: () -> Bool) async throws {
    while !condition() { _ = try await client.ping() }
}

/// Ends a task by cancelling it, and sees that it ended by nothing else.
private func cancel(_ task: Task<Void, any Error>) async {
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
}
