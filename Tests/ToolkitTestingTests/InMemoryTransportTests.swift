// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(1))) struct InMemoryTransportTests {
    @Test func `with a manual scheduler nothing happens by itself`() throws {
        let scheduler = ManualScheduler()
        let (first, second) = InMemoryTransport.pair(options { $0.scheduler = scheduler.scheduler })
        let calls = Mutex<[Readiness]>([])
        first.setReadinessHandler { readiness in calls.withLock { $0.append(readiness) } }
        first.arm(.readable)
        #expect(scheduler.count == 0)
        #expect(try second.tryWrite([1, 2, 3].span) == 3)
        #expect(try second.tryWrite([4].span) == 1)
        #expect(scheduler.count == 1, "one call for what is armed once")
        #expect(calls.withLock { $0 }.isEmpty)
        #expect(scheduler.runUntilIdle() == 1)
        #expect(calls.withLock { $0 } == [.readable])
        #expect(first.readableByteCount == 4)
    }

    @Test func `calls of one handler never overlap, and none is lost`() {
        let scheduler = ManualScheduler()
        let (first, _) = InMemoryTransport.pair(options { $0.scheduler = scheduler.scheduler })
        let depth = Mutex((now: 0, most: 0, calls: 0))
        first.setReadinessHandler { [weak first] _ in
            depth.withLock {
                $0.now += 1
                $0.calls += 1
                $0.most = max($0.most, $0.now)
            }
            if depth.withLock({ $0.calls }) < 5 { first?.arm(.writable) }
            // Would run a second call inside this one, were it scheduled already.
            scheduler.runUntilIdle()
            depth.withLock { $0.now -= 1 }
        }
        first.arm(.writable)
        scheduler.runUntilIdle()
        #expect(depth.withLock { $0 } == (now: 0, most: 1, calls: 5))
    }

    @Test func `its buffers are bounded and its pieces as small as asked`() throws {
        let (first, second) = InMemoryTransport.pair(
            options {
                $0.capacity = 10
                $0.maximumWrite = 6
                $0.maximumRead = 4
            })
        let bytes = [UInt8](0..<20)
        #expect(try first.tryWrite(bytes.span) == 6)
        #expect(try first.tryWrite(bytes.span.extracting(6...)) == 4)
        #expect(try first.tryWrite(bytes.span.extracting(10...)) == 0)
        #expect(read(second) == .success([0, 1, 2, 3]))
        #expect(try first.tryWrite(bytes.span.extracting(10...)) == 4)
        #expect(read(second, capacity: 3) == .success([4, 5, 6]))
    }

    @Test func `a reset loses what was under way and is told to the peer alone`() throws {
        let (first, second) = InMemoryTransport.pair()
        _ = try first.tryWrite([1, 2, 3].span)
        first.reset()
        #expect(throws: TransportError.connectionReset(during: .read)) { try read(second).get() }
        #expect(throws: TransportError.connectionReset(during: .write)) { try second.tryWrite([1].span) }
        #expect(throws: TransportError.closed) { try read(first).get() }
        #expect(first.isClosed && !second.isClosed)
    }

    @Test func `a half-closed connection carries the other direction`() throws {
        let (first, second) = InMemoryTransport.pair()
        _ = try first.tryWrite([1].span)
        try first.finishWriting()
        #expect(throws: TransportError.writingFinished) { try first.tryWrite([2].span) }
        #expect(read(second) == .success([1]))
        #expect(read(second) == .success([]))
        _ = try second.tryWrite([3].span)
        #expect(read(first) == .success([3]))
    }

    @Test func `waiting inline never waits`() throws {
        for canWait in [false, true] {
            let (first, second) = InMemoryTransport.pair(options { $0.canWaitInline = canWait })
            #expect(first.canWaitInline == canWait)
            #expect(readWaiting(first) == .wouldBlock)
            _ = try second.tryWrite([1].span)
            #expect(readWaiting(first) == .bytes(1))
        }
    }

    @Test func `a connector hands the server's end over before it returns, or fails by what is thrown`() async throws {
        let servers = Mutex<[(Endpoint, InMemoryTransport)]>([])
        let connector = InMemoryConnector { endpoint, server in
            if endpoint == .unix(path: "closed") { throw TransportError.connectionRefused(endpoint) }
            servers.withLock { $0.append((endpoint, server)) }
        }
        let client = try await connector.connect(to: .tcp(host: "a", port: 1))
        let server = try #require(servers.withLock { $0.first })
        #expect(server.0 == .tcp(host: "a", port: 1))
        _ = try client.tryWrite([7].span)
        #expect(server.1.readableByteCount == 1)
        await #expect(throws: TransportError.connectionRefused(.unix(path: "closed"))) {
            try await connector.connect(to: .unix(path: "closed"))
        }
    }

    private func options(_ change: (inout InMemoryTransport.Options) -> Void) -> InMemoryTransport.Options {
        var options = InMemoryTransport.Options()
        change(&options)
        return options
    }

    private func readWaiting(_ transport: InMemoryTransport) -> ReadResult? {
        var result: ReadResult?
        _ = try? [UInt8](capacity: 64) { buffer in result = try transport.readWaiting(into: &buffer) }
        return result
    }

    /// What a read gives: bytes, none at the end of the stream; a read that would block is a failure here.
    private func read(_ transport: InMemoryTransport, capacity: Int = 64) -> Result<[UInt8], TransportError> {
        var result = ReadResult.wouldBlock
        do throws(TransportError) {
            let bytes = try [UInt8](capacity: capacity) { buffer throws(TransportError) in
                result = try transport.tryRead(into: &buffer)
            }
            #expect(result != .wouldBlock)
            return .success(bytes)
        } catch {
            return .failure(error)
        }
    }
}
