// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

@testable import Cluster
import Commands
import Pipeline
import Pool
import RESPCodec
import Synchronization
import Testing

/// Settings per call, leased connections and the graceful end, in a cluster.
@Suite(.timeLimit(.minutes(2))) struct ClusterSettingsTests {
    /// What a router's call throws on a cluster whose nodes always answer CLUSTERDOWN, and for how long it tried.
    private func clusterDown(
        _ call: (ClusterRouter) async throws -> Void
    ) async throws -> (error: any Error, attempts: Int, time: Duration) {
        let cluster = FakeCluster { _ in .reply("-CLUSTERDOWN Hash slot not served\r\n") }
        let router = try cluster.router()
        defer { router.close() }
        try await router.connect()
        let start = cluster.time.now
        do {
            try await call(router)
        } catch {
            return (error, cluster.requests.count, start.duration(to: cluster.time.now))
        }
        throw CancellationError()
    }

    @Test func `a timeout covers all the retries of a call, and is the call's own`() async throws {
        let standard = try await clusterDown { _ = try await $0.execute(Push(key(1))) }
        let short = try await clusterDown { _ = try await $0.with(timeout: .milliseconds(1500)).execute(Push(key(1))) }
        guard case ClusterError.deadlineExceeded = short.error else {
            Issue.record("got \(short.error)")
            return
        }
        #expect(short.time <= .milliseconds(1500) && short.attempts < standard.attempts)
    }

    @Test func `one deadline holds for batches too`() async throws {
        let (error, _, time) = try await clusterDown { router in
            let batch = router.with(deadline: router.deadline(in: .milliseconds(1500))).pipeline()
            batch.enqueue(Push(key(1)))
            batch.enqueue(Push(key(2)))
            let replies = try await batch.run()
            throw replies.firstFailure?.error ?? CancellationError()
        }
        guard case ClusterError.deadlineExceeded = error else {
            Issue.record("got \(error)")
            return
        }
        #expect(time <= .milliseconds(1500))
    }

    @Test func `with retrying nothing a refusal is the caller's at once, and redirects are followed`() async throws {
        let down = try await clusterDown { _ = try await $0.with(retrying: .nothing).execute(Push(key(1))) }
        #expect((down.error as? ServerError)?.code == .clusterDown)
        #expect(down.attempts == 1 && down.time == .zero)
        let cluster = FakeCluster { request in
            request.node == node(1) ? moved(key(1), to: node(2)) : .reply("+\(request.node.host)\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        #expect(try await router.with(retrying: .nothing).execute(Push(key(1))) == node(2).host)
    }

    @Test func `a write that may be repeated is sent again after a lost reply by choice only`() async throws {
        let hasAnswered = Mutex(false)
        let cluster = FakeCluster { _ in
            hasAnswered.withLock { answered in
                defer { answered = true }
                return answered ? .reply("+OK\r\n") : .hangUp
            }
        }
        let router = try cluster.router()
        defer { router.close() }
        let set = SET(key: key(1).bulkString, value: "v".bulkString)
        #expect(try await router.with(retrying: .idempotentWrites).execute(set).isStored)
        #expect(cluster.requests.count == 2)
        hasAnswered.withLock { $0 = false }
        await #expect(throws: ConnectionError.self) { _ = try await router.execute(set) }
        #expect(cluster.requests.count == 3)
    }

    @Test func `large replies come over connections of their own`() async throws {
        let cluster = FakeCluster { .reply("+\($0.node.host)\r\n") }
        let router = try cluster.router()
        defer { router.close() }
        _ = try await router.execute(Push(key(1)))
        _ = try await router.with(largeReply: true).execute(Push(key(1)))
        let batch = router.with(largeReply: true).pipeline()
        batch.enqueue(Push(key(1)))
        _ = try await batch.run()
        _ = try await router.execute(Push(key(1)))
        let connections = cluster.requests.map(\.connection)
        #expect(connections[0] == connections[3] && connections[1] == connections[2])
        #expect(connections[0] != connections[1])
    }

    @Test func `a leased connection is the owner's of the key, and a redirect on it is learnt from`() async throws {
        let cluster = FakeCluster { request in
            request.node == node(1) ? moved(key(1), to: node(2)) : .reply("+\(request.node.host)\r\n")
        }
        let router = try cluster.router()
        defer { router.close() }
        let host = try await router.withConnection(for: key(3)) { try await $0.execute(Push(key(3))) }
        #expect(host == node(3).host)
        let error = await #expect(throws: ServerError.self) {
            try await router.withConnection(for: key(1)) { try await $0.execute(Push(key(1))) }
        }
        #expect(error?.code == .moved)
        let second = try await router.withConnection(for: key(1)) { try await $0.execute(Push(key(1))) }
        #expect(second == node(2).host)
    }

    @Test func `a shutdown lets calls finish and refuses new ones`() async throws {
        let (held, release) = AsyncStream.makeStream(of: Void.self)
        let cluster = FakeCluster { request in
            if request.words.last == key(2) { for await _ in held {} }
            return .reply("+\(request.node.host)\r\n")
        }
        let router = try cluster.router()
        _ = try await router.execute(Push(key(1)))
        let call = Task { try await router.execute(Push(key(2))) }
        while cluster.requests.count < 2 { await Task.yield() }
        let shutdown = Task { await router.shutdown(within: .seconds(3600)) }
        while (try? await router.execute(Push(key(1)))) != nil {}
        await #expect(throws: ClusterError.self) { _ = try await router.execute(Push(key(3))) }
        release.finish()
        #expect(try await call.value == node(2).host)
        #expect(await shutdown.value)
    }

    @Test func `what has not finished at the end of a shutdown is ended, and it says so`() async throws {
        let cluster = FakeCluster { $0.words.last == key(2) ? .silence : .reply("+OK\r\n") }
        let router = try cluster.router()
        let call = Task { try await router.execute(Push(key(2))) }
        while cluster.requests.isEmpty { await Task.yield() }
        #expect(await router.shutdown(within: .zero) == false)
        await #expect(throws: (any Error).self) { _ = try await call.value }
    }
}

extension ClusterRouter {
    /// That much from now on the router's clock.
    fileprivate func deadline(in time: Duration) -> ContinuousClock.Instant { environment.now() + time }
}
