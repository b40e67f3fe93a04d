// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting

@testable import Transport

@Suite(.timeLimit(.minutes(1))) struct EventLoopExecutorTests {
    @Test(arguments: QueueKind.allCases)
    func `a task that prefers a loop runs on its thread, after each wait too`(kind: QueueKind) async throws {
        let loop = try kind.makeLoop()
        #expect(!loop.isCurrent)
        let places = await withTaskExecutorPreference(loop) {
            var places = [loop.isCurrent]
            await Task.yield()
            places.append(loop.isCurrent)
            await Task.detached { await Task.yield() }.value
            places.append(loop.isCurrent)
            async let child = loop.isCurrent
            places.append(await child)
            return places
        }
        #expect(places == [true, true, true, true])
        #expect(!loop.isCurrent)
    }

    @Test func `jobs from the loop's own thread wake nothing`() async throws {
        let queue = RecordingQueue(try EventLoopExecutorTests.queue())
        let loop = EventLoop(queue: queue)
        let wakes = await withTaskExecutorPreference(loop) {
            let before = queue.wakeCount
            for _ in 0..<100 { await Task.yield() }
            await withTaskGroup { group in
                for _ in 0..<100 { group.addTask { await Task.yield() } }
            }
            return queue.wakeCount - before
        }
        #expect(wakes == 0)
    }

    @Test(arguments: QueueKind.allCases)
    func `tasks that never rest don't keep sockets waiting`(kind: QueueKind) async throws {
        let loop = try kind.makeLoop()
        let ends = try makeSocketPair()
        let near = try SocketTransport(adopting: ends.0, eventLoop: loop)
        let far = try SocketTransport(adopting: ends.1, eventLoop: loop)
        let isReady = Flag()
        try await withThrowingTaskGroup { group in
            for _ in 0..<10 {
                group.addTask(executorPreference: loop) {
                    while !isReady.isSet { await Task.yield() }
                }
            }
            group.addTask(executorPreference: loop) {
                near.setReadinessHandler { _ in isReady.set() }
                near.arm(.readable)
                try await TransportStream(far).write("x")
            }
            try await group.waitForAll()
        }
        near.close()
    }

    @Test(arguments: QueueKind.allCases)
    func `a loop lives as long as tasks that prefer it, and loses none of their jobs`(kind: QueueKind) async throws {
        weak var core: EventLoopCore?
        let (ended, continuation) = AsyncStream<Void>.makeStream()
        let done = TurnLog()
        func start() throws -> [Task<Void, Never>] {
            let loop = EventLoop(queue: WatchedQueue(try kind.makeQueue()) { continuation.yield() })
            core = loop.core
            return (0..<50).map { _ in
                Task(executorPreference: loop) {
                    for _ in 0..<20 { await Task.yield() }
                    await Task.detached { await Task.yield() }.value
                    _ = done.append("done")
                }
            }
        }
        var tasks = try start()
        for task in tasks { await task.value }
        #expect(done.entries.count == 50)
        tasks = []
        for await _ in ended { break }
        #expect(core == nil)
    }

    @Test(arguments: QueueKind.allCases)
    func `who arms again on the loop after each report tells the queue once, where it keeps`(
        kind: QueueKind
    ) async throws {
        let queue = RecordingQueue(try kind.makeQueue())
        let loop = EventLoop(queue: queue)
        let ends = try makeSocketPair()
        let near = try SocketTransport(adopting: ends.0, eventLoop: loop)
        let far = try SocketTransport(adopting: ends.1, eventLoop: loop)
        let (reports, continuation) = AsyncStream<Void>.makeStream()
        near.setReadinessHandler { _ in
            _ = [UInt8](capacity: 16) { output in _ = try? near.tryRead(into: &output) }
            near.arm(.readable)
            continuation.yield()
        }
        await withTaskExecutorPreference(loop) { near.arm(.readable) }
        let before = queue.armCount
        var iterator = reports.makeAsyncIterator()
        for _ in 0..<10 {
            #expect(try far.tryWrite([1].span) == 1)
            await iterator.next()
        }
        #expect(queue.armCount - before == (kind == .poll ? 10 : 0))
        near.close()
    }

    @Test func `tasks that prefer a loop without a thread run all the same`() async throws {
        let loop = EventLoop(unavailable: .system(errno: 24, operation: .watch))
        let sum = await withTaskExecutorPreference(loop) {
            await withTaskGroup(of: Int.self) { group in
                for number in 1...10 {
                    group.addTask {
                        await Task.yield()
                        return number
                    }
                }
                return await group.reduce(0, +)
            }
        }
        #expect(sum == 55)
    }

    @Test func `the end of a turn comes once, when everything that was ready has run`() async throws {
        let loop = EventLoop(queue: try EventLoopExecutorTests.queue())
        let log = TurnLog()
        let entries = await withTaskExecutorPreference(loop) {
            await withTaskGroup { group in
                for _ in 0..<5 {
                    group.addTask {
                        if log.append("job") { loop.atEndOfTurn(log) }
                        await Task.yield()
                        _ = log.append("again")
                    }
                }
            }
            while log.entries.last != "end" { await Task.yield() }
            return log.entries
        }
        // Jobs that others enqueue belong to the same turn.
        #expect(entries == Array(repeating: "job", count: 5) + Array(repeating: "again", count: 5) + ["end"])
    }

    private static func queue() throws -> any EventQueue { try QueueKind.allCases[0].makeQueue() }
}

private final class Flag: Sendable {
    private let state = Atomic(false)

    var isSet: Bool { state.load(ordering: .relaxed) }
    func set() { state.store(true, ordering: .relaxed) }
}

/// What happened on a loop, in order.
private final class TurnLog: LoopTurnObserver {
    private let log = Mutex<[String]>([])

    var entries: [String] { log.withLock { $0 } }

    /// Says whether it is the first entry.
    func append(_ entry: String) -> Bool {
        log.withLock { log in
            log.append(entry)
            return log.count == 1
        }
    }

    func loopTurnEnded() { _ = append("end") }
}
