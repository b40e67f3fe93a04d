// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Cluster
import Commands
import Pipeline
import RESPCodec
import Synchronization
import Testing

@Suite struct ClusterRedirectTests {
    @Test func `MOVED is followed at once, and the next command goes there directly`() async throws {
        let cluster = FakeCluster { request in
            request.node == node(1) ? moved(key(1), to: node(2)) : .reply("+\(request.node.host)\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await router.execute(Push(key(1))) == node(2).host)
        #expect(try await router.execute(Push(key(1))) == node(2).host)
        #expect(cluster.requests.map(\.node) == [node(1), node(2), node(2)])
        #expect(router.slotMap[HashSlot(ofKey: key(1))]?.primary == node(2))
        #expect(router.slotMap[HashSlot(ofKey: key(1, 1))]?.primary == node(1))
        #expect(cluster.time.shortSleeps.isEmpty)
    }

    @Test func `an observer hears of the redirect, and of one call to the node that answered it`() async throws {
        let heard = Mutex((events: [String](), calls: [CallReport]()))
        struct Observer: ClientObserver {
            let event: @Sendable (ClientEvent) -> Void
            let call: @Sendable (CallReport) -> Void
            func clientEvent(_ event: ClientEvent) { self.event(event) }
            func callEnded(_ call: CallReport) { self.call(call) }
        }
        let observer = Observer(
            event: { event in
                guard case .redirected(let operation, let target) = event.kind else { return }
                heard.withLock { $0.events.append("\(operation) to \(target)") }
            }, call: { call in heard.withLock { $0.calls.append(call) } })
        let cluster = FakeCluster { request in
            request.node == node(1) ? moved(key(1), to: node(2)) : .reply("+\(request.node.host)\r\n")
        }
        let router = try cluster.router(observer: observer)
        defer { router.close() }
        #expect(try await router.execute(Push(key(1))) == node(2).host)
        let (events, calls) = heard.withLock { ($0.events, $0.calls.filter { !$0.operation.hasPrefix("CLUSTER") }) }
        #expect(events == ["PUSH to \(node(2))"])
        #expect(calls.map(\.attempts) == [2])
        let attributes = calls.flatMap(\.attributes).map { "\($0)" }
        #expect(attributes.contains("server.address=\(node(1).host)"), "the seed")
        #expect(attributes.contains("network.peer.address=\(node(2).host)"))
    }

    @Test func `MOVED may name a node that nobody had heard of`() async throws {
        let cluster = FakeCluster { request in
            request.node == node(1) ? moved(key(1), to: node(7)) : .reply("+\(request.node.host)\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await router.execute(Push(key(1))) == node(7).host)
    }

    @Test func `MOVED without a host means the node that answered, at another port`() async throws {
        let cluster = FakeCluster { request in
            request.node == node(1)
                ? .reply("-MOVED \(HashSlot(ofKey: key(1))) :7777\r\n") : .reply("+\(request.node)\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await router.execute(Push(key(1))) == "10.0.0.1:7777")
    }

    @Test func `ASKING and its command arrive back to back although others use the connection`() async throws {
        let cluster = FakeCluster { request in
            request.node == node(1) ? ask(request.words[1], to: node(2)) : .reply("+\(request.node.host)\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<100 {
                tasks.addTask {
                    let host = try await router.execute(Push(key(index % 2 + 1, index)))
                    #expect(host == node(2).host)
                }
            }
            try await tasks.waitForAll()
        }
        var asked = 0
        for words in cluster.byConnection.values {
            for (command, following) in zip(words, words.dropFirst()) where command == ["ASKING"] {
                #expect(following.first == "PUSH")
                asked += 1
            }
        }
        #expect(asked == 50)
        #expect(router.slotMap[HashSlot(ofKey: key(1))]?.primary == node(1))
        #expect(cluster.topologyQuestions.count == 1)
    }

    @Test func `TRYAGAIN is tried again after growing pauses`() async throws {
        let refusals = Mutex(3)
        let cluster = FakeCluster { _ in
            let isRefused = refusals.withLock { left in
                left -= 1
                return left >= 0
            }
            return .reply(isRefused ? "-TRYAGAIN Multiple keys request during rehashing of slot\r\n" : "+done\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await router.execute(Push(key(1))) == "done")
        #expect(cluster.time.shortSleeps == [7500, 15_000, 30_000].map { .microseconds($0) })
        #expect(cluster.requests.map(\.node) == [node(1), node(1), node(1), node(1)])
    }

    @Test(arguments: ["TRYAGAIN now", "CLUSTERDOWN Hash slot not served", "LOADING dataset", "MASTERDOWN link"])
    func `a refusal that does not end becomes the caller's`(message: String) async throws {
        let cluster = FakeCluster { _ in .reply("-\(message)\r\n") }
        let router = try cluster.router()
        defer { router.close() }
        await #expect(throws: ServerError(message: message)) { try await router.execute(Push(key(1))) }
        #expect(cluster.requests.count == 21)
    }

    @Test func `a refusal that outlasts the deadline says what it was`() async throws {
        let cluster = FakeCluster { _ in .reply("-TRYAGAIN now\r\n") }
        let router = try cluster.router { $0.node.commandTimeout = .milliseconds(1500) }
        defer { router.close() }
        await #expect(throws: ClusterError.deadlineExceeded(lastRefusal: "TRYAGAIN now")) {
            try await router.execute(Push(key(1)))
        }
    }

    @Test func `two nodes that redirect to each other get patience, and then an error`() async throws {
        let cluster = FakeCluster { request in
            moved(request.words[1], to: request.node == node(1) ? node(2) : node(1))
        }
        let router = try cluster.router()
        defer { router.close() }
        await #expect(throws: ClusterError.tooManyRedirects(count: 8, lastNode: node(2))) {
            try await router.execute(Push(key(1)))
        }
        #expect(cluster.requests.count == 9)
        #expect(cluster.time.shortSleeps == [2, 4, 8, 16, 32, 64, 64].map { .milliseconds($0) })
    }

    @Test func `a hand-over in which both nodes point at each other for a moment succeeds`() async throws {
        let arrivals = Mutex(0)
        let cluster = FakeCluster { request in
            let count = arrivals.withLock { count in
                count += 1
                return count
            }
            if count == 6 { return .reply("+\(request.node.host)\r\n") }
            return moved(request.words[1], to: request.node == node(1) ? node(2) : node(1))
        }
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await router.execute(Push(key(1))) == node(2).host)
    }

    @Test func `a node that redirects to itself gets a new connection`() async throws {
        let cluster = FakeCluster { request in
            request.connection == 1 ? moved(request.words[1], to: node(1)) : .reply("+\(request.connection)\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await router.execute(Push(key(1))) == "2")
    }

    // MARK: Lost nodes

    @Test func `a write whose reply was lost is not sent again`() async throws {
        let cluster = FakeCluster { _ in .hangUp }
        let router = try cluster.router()
        defer { router.close() }
        let error = await #expect(throws: ConnectionError.self) { try await router.execute(Push(key(1))) }
        #expect(error?.mayHaveExecuted == true)
        #expect(cluster.requests.count == 1)
    }

    @Test func `a read whose reply was lost is sent again`() async throws {
        let isFirst = Mutex(true)
        let cluster = FakeCluster { _ in
            let hangsUp = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            return hangsUp ? .hangUp : .reply("+value\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await router.execute(Read(key(1))) == "value")
        #expect(cluster.requests.count == 2)
    }

    @Test func `when a primary dies its slots are found at the replica that took over`() async throws {
        let cluster = FakeCluster { .reply("+\($0.node.host)\r\n") }
        let router = try cluster.router(seeds: [node(2)])
        defer { router.close() }
        #expect(try await router.execute(Push(key(1))) == node(1).host)
        cluster.kill(node(1))
        let flow = Task { await cluster.time.flow() }
        defer { flow.cancel() }
        cluster.setTopology(
            ClusterTopology(shards: [
                .init(primary: node(4), slots: [0...5460]), .init(primary: node(2), slots: [5461...10922]),
                .init(primary: node(3), slots: [10923...16383]),
            ]))
        #expect(try await router.execute(Push(key(1))) == node(4).host)
        #expect(try await router.execute(Push(key(2))) == node(2).host)
        #expect(router.slotMap.nodes == [node(4), node(2), node(3)])
    }

    @Test func `when all known nodes are gone the seeds are asked again`() async throws {
        let cluster = FakeCluster { .reply("+\($0.node.host)\r\n") }
        let seed = NodeAddress(host: "seed.example", port: 6379)
        let router = try cluster.router(seeds: [seed])
        defer { router.close() }
        #expect(try await router.execute(Push(key(1))) == node(1).host)
        for number in 1...6 { cluster.kill(node(number)) }
        let flow = Task { await cluster.time.flow() }
        defer { flow.cancel() }
        cluster.setTopology(ClusterTopology(shards: [.init(primary: node(9), slots: [0...16383])]))
        #expect(try await router.execute(Push(key(1))) == node(9).host)
        #expect(cluster.topologyQuestions.prefix(2) == [seed, seed])
    }

    @Test func `a thousand redirects at once ask for the topology once more, later`() async throws {
        let cluster = FakeCluster { request in
            request.node == node(1) ? moved(request.words[1], to: node(2)) : .reply("+fine\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        try await router.connect()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let tag = key(1)
            for index in 0..<1000 { tasks.addTask { _ = try await router.execute(Push("{\(tag)}\(index)")) } }
            try await tasks.waitForAll()
        }
        #expect(cluster.topologyQuestions.count == 1)
        cluster.time.advance(by: .seconds(10))
        while cluster.topologyQuestions.count < 2 { await Task.yield() }
        #expect(cluster.topologyQuestions == [node(1), node(2)])
    }
}
