// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting

@testable import Transport

@Suite(.timeLimit(.minutes(1))) struct EventLoopTests {
    @Test(arguments: QueueKind.allCases)
    func `a loop's thread ends when the loop has gone`(kind: QueueKind) async throws {
        weak var core: EventLoopCore?
        let (ended, continuation) = AsyncStream<Void>.makeStream()
        do {
            let loop = EventLoop(queue: WatchedQueue(try kind.makeQueue()) { continuation.yield() })
            core = loop.core
            let ends = try makeSocketPair()
            let transport = try SocketTransport(adopting: ends.0, eventLoop: loop)
            let peer = try SocketTransport(adopting: ends.1, eventLoop: loop)
            let stream = TransportStream(transport)
            try await TransportStream(peer).write("x")
            #expect(try await stream.read() == [UInt8(ascii: "x")])
        }
        for await _ in ended { break }
        #expect(core == nil)
    }

    @Test(arguments: QueueKind.allCases)
    func `a handler may close its own transport and use others`(kind: QueueKind) async throws {
        let loop = try kind.makeLoop()
        let first = try await makeTCPPair(loop)
        let second = try await makeTCPPair(loop)
        let (closed, continuation) = AsyncStream<Readiness>.makeStream()
        first.0.setReadinessHandler { [transport = first.0, other = second.0] readiness in
            transport.close()
            other.arm(.writable)
            transport.arm([.readable, .writable])
            continuation.yield(readiness)
        }
        second.0.setReadinessHandler { readiness in
            continuation.yield(readiness)
            continuation.finish()
        }
        first.0.arm(.writable)
        var calls: [Readiness] = []
        for await readiness in closed { calls.append(readiness) }
        #expect(calls == [.writable, .writable])
        second.0.close()
    }

    @Test(arguments: QueueKind.allCases)
    func `arming what is armed costs nothing`(kind: QueueKind) async throws {
        let queue = RecordingQueue(try kind.makeQueue())
        let loop = EventLoop(queue: queue)
        let ends = try makeSocketPair()
        let transport = try SocketTransport(adopting: ends.0, eventLoop: loop)
        let peer = try SocketTransport(adopting: ends.1, eventLoop: loop)
        for _ in 0..<10 { transport.arm(.readable) }
        #expect(queue.armCount == 1)
        transport.close()
        transport.arm([.readable, .writable])
        #expect(queue.armCount == 1)
        #expect(queue.watchedCount == 1)
        withExtendedLifetime(peer) {}
    }

    @Test func `without a queue, opening a transport throws the reason`() async throws {
        let reason = TransportError.system(errno: 24, operation: .watch)
        let loop = EventLoop(queue: UnavailableEventQueue(reason: reason))
        let ends = try makeSocketPair()
        let identity = try #require(fileIdentity(ends.0))
        let peer = Descriptor(owning: ends.1)
        #expect(throws: reason) { try SocketTransport(adopting: ends.0, eventLoop: loop) }
        #expect(openDescriptors(matching: identity).matches == 0)
        withExtendedLifetime(peer) {}
    }

    @Test(arguments: QueueKind.allCases)
    func `a queue reports once per arming, and what is armed then`(kind: QueueKind) throws {
        let queue = try kind.makeQueue()
        let ends = try makeSocketPair()
        let (near, far) = (Descriptor(owning: ends.0), Descriptor(owning: ends.1))
        try queue.add(near.number, token: 7)
        try queue.add(far.number, token: 8)
        queue.arm(near.number, token: 7, for: [.readable, .writable])
        queue.arm(far.number, token: 8, for: .readable)
        #expect(waitForEvents(queue) == [ReadinessEvent(token: 7, readiness: .writable)])

        // Armed for nothing now: only the wake-up ends this wait.
        queue.wake()
        #expect(waitOnce(queue) == [])

        // A hang-up is both readable and writable, as far as somebody waits.
        queue.arm(near.number, token: 7, for: .readable)
        queue.remove(far.number)
        shutDown(far, bothDirections: true)
        #expect(waitForEvents(queue).first?.readiness.contains(.readable) == true)

        queue.remove(near.number)
        queue.wake()
        #expect(waitOnce(queue) == [])
    }

    @Test(arguments: QueueKind.allCases)
    func `peers that end or break their side don't keep the loop busy when nobody reads`(kind: QueueKind) async throws {
        let queue = RecordingQueue(try kind.makeQueue())
        let loop = EventLoop(queue: queue)
        let fence = try await makeTCPPair(loop)
        let log = AsyncStream<Void>.makeStream()
        fence.0.setReadinessHandler { _ in log.continuation.yield() }
        var calls = log.stream.makeAsyncIterator()

        var kept: [(SocketTransport, SocketTransport)] = []
        for armed: Readiness in [[], .readable, .writable, [.readable, .writable]] {
            for isReset in [false, true] {
                let pair = try await makeTCPPair(loop)
                pair.0.setReadinessHandler { _ in }
                // Unread bytes first, then the end, then a full hang-up or a reset.
                _ = try pair.1.tryWrite([1, 2, 3].span)
                _ = try pair.0.tryWrite([1, 2, 3].span)
                pair.0.arm(armed)
                try pair.1.finishWriting()
                if isReset { pair.1.reset() } else { pair.1.close() }
                pair.0.arm(armed)
                kept.append(pair)
            }
        }
        let before = queue.reportCount
        for _ in 0..<500 {
            fence.0.arm(.writable)
            await calls.next()
        }
        // One report for each fence, and the few that were under way: each of the eight may tell of the bytes, the end and
        // the hang-up. A loop that is kept busy tells thousands of times of the same.
        #expect(queue.reportCount - before <= 500 + 3 * kept.count)
        for pair in kept { pair.0.close() }
    }

    private func waitOnce(_ queue: any EventQueue) -> [ReadinessEvent] {
        var events: [ReadinessEvent] = []
        queue.wait(into: &events)
        return events
    }

    private func waitForEvents(_ queue: any EventQueue) -> [ReadinessEvent] {
        while true {
            let events = waitOnce(queue)
            if !events.isEmpty { return events }
        }
    }
}

/// Tells when it is let go, which a loop's thread does last of all.
final class WatchedQueue: EventQueue {
    private let base: any EventQueue
    private let onDeinit: @Sendable () -> Void

    init(_ base: any EventQueue, onDeinit: @escaping @Sendable () -> Void) {
        self.base = base
        self.onDeinit = onDeinit
    }

    deinit {
        onDeinit()
    }

    func add(_ descriptor: Int32, token: UInt64) throws(TransportError) { try base.add(descriptor, token: token) }
    func arm(_ descriptor: Int32, token: UInt64, for interest: Readiness) {
        base.arm(descriptor, token: token, for: interest)
    }
    func remove(_ descriptor: Int32) { base.remove(descriptor) }
    func wait(into events: inout [ReadinessEvent]) { base.wait(into: &events) }
    func wake() { base.wake() }
}
