// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Cluster
import Commands
import Pipeline
import RESPCodec
import Synchronization
import Testing

@Suite struct ClusterBatchTests {
    /// Each node answers `host:key`.
    private static let echo: FakeCluster.Script = { .reply("+\($0.node.host):\($0.words.last ?? "")\r\n") }

    private func texts(_ replies: BatchReplies) throws -> [String] {
        try (0..<replies.count).map { try replies.frame(at: $0).decode(as: String.self) }
    }

    @Test func `a batch is split by node and answered in the order of issue`() async throws {
        let cluster = FakeCluster(script: Self.echo)
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        let owners = [1, 3, 2, 1, 3, 1]
        let keys = owners.enumerated().map { key($1, $0) }
        let handles = keys.map { batch.enqueue(Push($0)) }
        let replies = try await batch.run()
        #expect(try texts(replies) == zip(owners, keys).map { "\(node($0).host):\($1)" })
        #expect(try replies[handles[1]] == "\(node(3).host):\(keys[1])")
        for number in 1...3 {
            let sent = cluster.requests.filter { $0.node == node(number) }.map { $0.words[1] }
            #expect(sent == zip(owners, keys).filter { $0.0 == number }.map(\.1))
        }
    }

    @Test func `only what was redirected is sent again, in its order, with every answer at its place`() async throws {
        let (stays, goes) = (key(1, 0), key(1, 1))
        let cluster = FakeCluster { request in
            if request.node == node(1), request.words[1].contains(goes) { return moved(goes, to: node(2)) }
            return await Self.echo(request)
        }
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        let keys = ["{\(stays)}a", "{\(goes)}b", "{\(stays)}c", "{\(goes)}d", key(3), "{\(goes)}e"]
        for key in keys { _ = batch.enqueue(Push(key)) }
        let owners = [1, 2, 1, 2, 3, 2]
        #expect(try texts(await batch.run()) == zip(owners, keys).map { "\(node($0).host):\($1)" })
        #expect(cluster.requests.filter { $0.node == node(2) }.map { $0.words[1] } == [keys[1], keys[3], keys[5]])
        #expect(cluster.requests.count == keys.count + 3)
    }

    @Test func `each command that is asked for elsewhere has its own ASKING right before it`() async throws {
        let cluster = FakeCluster { request in
            request.node == node(1) ? ask(request.words[1], to: node(2)) : await Self.echo(request)
        }
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        let keys = (0..<3).map { key(1, $0) } + [key(2)]
        for key in keys { _ = batch.enqueue(Push(key)) }
        #expect(try texts(await batch.run()) == keys.map { "\(node(2).host):\($0)" })
        let words = cluster.requests.filter { $0.node == node(2) }.map { $0.words[0] }
        #expect(words.filter { $0 == "ASKING" }.count == 3)
        for (index, word) in words.enumerated() where word == "ASKING" { #expect(words[index + 1] == "PUSH") }
        #expect(router.slotMap[HashSlot(ofKey: keys[0])]?.primary == node(1))
    }

    @Test func `an error reply stays at its place and the others are not disturbed`() async throws {
        let cluster = FakeCluster { request in
            request.words[1] == key(2) ? .reply("-WRONGTYPE no list\r\n") : await Self.echo(request)
        }
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        let handles = [key(1), key(2), key(3)].map { batch.enqueue(Push($0)) }
        let replies = try await batch.run()
        #expect(try replies[handles[0]].hasPrefix(node(1).host))
        #expect(throws: ServerError(message: "WRONGTYPE no list")) { try replies[handles[1]] }
        #expect(try replies[handles[2]].hasPrefix(node(3).host))
        #expect(replies.firstFailure?.position == 1)
    }

    @Test func `a node that dies takes only its own answers with it`() async throws {
        let cluster = FakeCluster { request in
            request.node == node(2) ? .hangUp : await Self.echo(request)
        }
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        let handles = [key(1), key(2), key(3)].map { batch.enqueue(Push($0)) }
        let replies = try await batch.run()
        #expect(try replies[handles[0]].hasPrefix(node(1).host))
        let error = #expect(throws: ConnectionError.self) { try replies[handles[1]] }
        #expect(error?.mayHaveExecuted == true)
        #expect(try replies[handles[2]].hasPrefix(node(3).host))
        #expect(cluster.requests.filter { $0.node == node(2) }.count == 1)
    }

    @Test func `a redirect loop ends for its commands and for nobody else`() async throws {
        let cluster = FakeCluster { request in
            switch request.words[1] {
            case key(1): moved(key(1), to: request.node == node(1) ? node(2) : node(1))
            default: await Self.echo(request)
            }
        }
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        let handles = [key(1), key(3)].map { batch.enqueue(Push($0)) }
        let replies = try await batch.run()
        #expect(throws: ClusterError.tooManyRedirects(count: 8, lastNode: node(2))) { try replies[handles[0]] }
        #expect(try replies[handles[1]].hasPrefix(node(3).host))
    }

    @Test func `TRYAGAIN in a batch is tried again after a pause`() async throws {
        let isFirst = Mutex(true)
        let cluster = FakeCluster { request in
            let refuses = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            return refuses ? .reply("-TRYAGAIN\r\n") : await Self.echo(request)
        }
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        let keys = [key(1, 0), key(1, 1)]
        for key in keys { _ = batch.enqueue(Push(key)) }
        #expect(try texts(await batch.run()) == keys.map { "\(node(1).host):\($0)" })
        #expect(cluster.requests.map { $0.words[1] } == [keys[0], keys[1], keys[0]])
    }

    // MARK: Refused before anything is sent

    @Test func `a command with keys of two slots is refused and nothing is sent`() async throws {
        let cluster = FakeCluster()
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        _ = batch.enqueue(Push(key(1)))
        _ = batch.enqueue(Push(key(1), key(2)))
        await #expect(
            throws: ClusterError.crossSlot(
                command: "PUSH", first: HashSlot(ofKey: key(1)), second: HashSlot(ofKey: key(2)))
        ) {
            try await batch.run()
        }
        #expect(cluster.requests.isEmpty)
    }

    @Test func `a command for all shards is refused in a batch, and one for any node is not`() async throws {
        let cluster = FakeCluster()
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        _ = batch.enqueue(Keyless("DBSIZE", .allShards, .sum))
        await #expect(throws: ClusterError.needsManyNodes(command: "DBSIZE")) { try await batch.run() }
        _ = batch.enqueue(Keyless())
        #expect(try await batch.run().count == 1)
    }

    @Test func `an empty batch asks nobody`() async throws {
        let cluster = FakeCluster()
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await router.pipeline().run().count == 0)
        #expect(cluster.byConnection.isEmpty)
    }

    // MARK: Atomic

    /// A node that serves transactions: queues, and answers EXEC with the keys.
    private static func transactions(
        _ refuse: @escaping @Sendable (FakeCluster.Request) -> String?
    ) -> FakeCluster.Script {
        let queued = Mutex<[Int: [String?]]>([:])
        return { request in
            queued.withLock { queued in
                switch request.words[0] {
                case "MULTI":
                    queued[request.connection] = []
                    return .reply("+OK\r\n")
                case "EXEC":
                    let block = queued.removeValue(forKey: request.connection) ?? []
                    if block.contains(nil) { return .reply("-EXECABORT Transaction discarded\r\n") }
                    let answers = block.compactMap { $0 }.map { "+\(request.node.host):\($0)\r\n" }
                    return .reply("*\(answers.count)\r\n" + answers.joined())
                default:
                    if let error = refuse(request) {
                        queued[request.connection]?.append(nil)
                        return .reply(error)
                    }
                    queued[request.connection]?.append(request.words[1])
                    return .reply("+QUEUED\r\n")
                }
            }
        }
    }

    @Test func `an atomic batch goes to its slot's node as one block`() async throws {
        let cluster = FakeCluster(script: Self.transactions { _ in nil })
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        let keys = ["{\(key(2))}a", "{\(key(2))}b"]
        for key in keys { _ = batch.enqueue(Push(key)) }
        #expect(try texts(await batch.run(atomic: true)) == keys.map { "\(node(2).host):\($0)" })
        #expect(cluster.requests.map { $0.words[0] } == ["MULTI", "PUSH", "PUSH", "EXEC"])
    }

    @Test func `an atomic batch that is redirected is sent again as a whole`() async throws {
        let cluster = FakeCluster(
            script: Self.transactions { request in
                guard request.node == node(1) else { return nil }
                return "-MOVED \(HashSlot(ofKey: request.words[1])) \(node(2).host):6379\r\n"
            })
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        let keys = ["{\(key(1))}a", "{\(key(1))}b"]
        for key in keys { _ = batch.enqueue(Push(key)) }
        #expect(try texts(await batch.run(atomic: true)) == keys.map { "\(node(2).host):\($0)" })
    }

    @Test func `an atomic batch of two slots, or without keys, is refused and nothing is sent`() async throws {
        let cluster = FakeCluster()
        let router = try cluster.router()
        defer { router.close() }
        let batch = router.pipeline()
        _ = batch.enqueue(Push(key(1)))
        _ = batch.enqueue(Push(key(2)))
        await #expect(
            throws: ClusterError.transactionCrossesSlots(
                first: HashSlot(ofKey: key(1)), second: HashSlot(ofKey: key(2)))
        ) {
            try await batch.run(atomic: true)
        }
        _ = batch.enqueue(Keyless())
        await #expect(throws: ClusterError.transactionWithoutKeys) { try await batch.run(atomic: true) }
        #expect(cluster.requests.isEmpty)
    }
}
