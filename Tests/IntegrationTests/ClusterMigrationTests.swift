// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Synchronization
import Testing
import ValkeyToolkit

/// Slots on the move, for real: no call fails, none is answered wrongly, none runs twice.
@Suite(.timeLimit(.minutes(1))) struct ClusterMigrationTests {
    /// Tasks that use keys of one slot until they are stopped, each with a counter that nobody else touches.
    private final class Load: Sendable {
        let tag: String
        let client: ValkeyClusterClient
        let isStopped = Mutex(false)
        let rounds = Atomic<Int>(0)

        init(tag: String, client: ValkeyClusterClient) {
            self.tag = tag
            self.client = client
        }

        /// Returns how often it incremented its counter, every time with the right answer.
        func run(_ task: Int) async throws -> Int {
            let counter = "{\(tag)}counter \(task)"
            var count = 0
            while !isStopped.withLock({ $0 }) {
                count += 1
                #expect(try await client.incr(counter) == count)
                #expect(try await client.get("{\(tag)}fixed \(count % 50)", as: Int.self) == count % 50)
                // A new key each time: during the move it belongs on the new node.
                let (stored, read, number) = try await client.pipeline(
                    .set("{\(tag)}new \(task) \(count)", count), .get("{\(tag)}new \(task) \(count)", as: Int.self),
                    .get(counter, as: Int.self))
                #expect(stored.isStored && read == count && number == count)
                rounds.add(1, ordering: .relaxed)
            }
            return count
        }

        func waitForRounds(_ more: Int) async throws {
            let wanted = rounds.load(ordering: .relaxed) + more
            try await eventually("the load goes on") {
                _ = try await client.get("{\(tag)}fixed 0")
                return rounds.load(ordering: .relaxed) >= wanted
            }
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `a slot that moves under load costs no reply`(dialect: ClusterDialect) async throws {
        try await ChangingClusters.moving.withCluster(dialect.version) { cluster in
            try await cluster.withClient(configure: { $0.node.protocolVersion = dialect.protocolVersion }) {
                client async throws in
                let tag = unique("moving")
                let source = cluster.firstOwner(of: tag)
                let target = cluster.nodes[(cluster.firstOwnerIndex(of: tag) + 1) % 3]
                let move = SlotMove(slotOf: tag, from: source, to: target, in: cluster)
                for number in 0..<50 { try await client.set("{\(tag)}fixed \(number)", number) }
                let load = Load(tag: tag, client: client)

                let counts = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                    for task in 0..<6 { group.addTask { (task, try await load.run(task)) } }
                    do {
                        try await load.waitForRounds(20)
                        try await move.begin()
                        try await load.waitForRounds(20)
                        // Half of the keys are here, half are there, and new ones are made there.
                        try await move.moveKeys(25)
                        try await load.waitForRounds(20)
                        while try await move.moveKeys(10) {}
                        try await load.waitForRounds(20)
                        let asked = try await target.cli("INFO", "commandstats").decode(as: String.self)
                        #expect(asked.contains("cmdstat_asking:"), "the load went through ASK")
                        try await move.finish()
                        try await load.waitForRounds(20)
                    } catch {
                        load.isStopped.withLock { $0 = true }
                        throw error
                    }
                    load.isStopped.withLock { $0 = true }
                    return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
                }
                for (task, count) in counts {
                    #expect(try await target.cli("GET", "{\(tag)}counter \(task)").decode(as: Int.self) == count)
                }
                #expect(try await source.cli("CLUSTER", "COUNTKEYSINSLOT", move.slot).decode(as: Int.self) == 0)
                #expect(client.slotMap[HashSlot(ofKey: tag.bulkString)]?.primary.port == target.port)
            }
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `a command whose keys are half moved waits for the others, and a transaction follows its slot`(
        version: ServerVersion
    ) async throws {
        try await ChangingClusters.moving.withCluster(version) { cluster in
            try await cluster.withClient { client async throws in
                let tag = unique("split")
                let source = cluster.firstOwner(of: tag)
                let target = cluster.nodes[(cluster.firstOwnerIndex(of: tag) + 1) % 3]
                let move = SlotMove(slotOf: tag, from: source, to: target, in: cluster)
                try await client.mset([("{\(tag)}a", "1"), ("{\(tag)}b", "2")])
                try await move.begin()
                try await move.moveKeys(1)
                // TRYAGAIN, until the slot is in one piece again.
                let both = Task { try await client.mget("{\(tag)}a", "{\(tag)}b", as: Int.self) }
                try await eventually("the command is refused for the time being") {
                    let info = try await target.cli("INFO", "errorstats").decode(as: String.self)
                    let other = try await source.cli("INFO", "errorstats").decode(as: String.self)
                    return info.contains("TRYAGAIN") || other.contains("TRYAGAIN")
                }
                while try await move.moveKeys(10) {}
                #expect(try await both.value == [1, 2])
                let (a, b) = try await client.transaction(.incr("{\(tag)}a"), .incr("{\(tag)}b"))
                #expect(a == 2 && b == 3, "a block goes through ASK as a whole")
                try await move.finish()

                let (c, d) = try await client.transaction(.incr("{\(tag)}a"), .incr("{\(tag)}b"))
                #expect(c == 3 && d == 4)
                let stored = try await client.transaction(watching: "{\(tag)}a") { watching in
                    let value = try await watching.get("{\(tag)}a", as: Int.self) ?? 0
                    let multi = watching.multi()
                    let product = multi.incrby("{\(tag)}a", value * 9)
                    return multi.commit(product)
                }
                #expect(stored == 30)
            }
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `a transaction over a slot that moves is started over at its new node`(version: ServerVersion) async throws {
        try await ChangingClusters.moving.withCluster(version) { cluster in
            try await cluster.withClient { client async throws in
                let tag = unique("watched")
                let source = cluster.firstOwner(of: tag)
                let target = cluster.nodes[(cluster.firstOwnerIndex(of: tag) + 2) % 3]
                try await client.set("{\(tag)}n", 1)
                var attempts = 0
                let result = try await client.transaction(watching: "{\(tag)}n") { watching in
                    attempts += 1
                    let value = try await watching.get("{\(tag)}n", as: Int.self) ?? 0
                    if attempts == 1 {
                        try await SlotMove(slotOf: tag, from: source, to: target, in: cluster).perform()
                    }
                    let multi = watching.multi()
                    let sum = multi.incrby("{\(tag)}n", value)
                    return multi.commit(sum)
                }
                #expect(result == 2 && attempts >= 2)
                #expect(try await target.cli("GET", "{\(tag)}n").decode(as: Int.self) == 2)
            }
        }
    }
}
