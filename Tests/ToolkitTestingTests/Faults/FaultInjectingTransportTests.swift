// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(1))) struct FaultInjectingTransportTests {
    private let clock = ManualClock()
    private var options: FaultInjectingTransport.Options { .init(clock: clock) }

    @Test func `without faults it is a transport like any other`() async throws {
        let (client, server) = pair(FaultPlan())
        try await client.write("hello")
        #expect(try await text(server, 5) == "hello")
        try await server.write("welcome")
        #expect(try await text(client, 7) == "welcome")
        try client.transport.finishWriting()
        try client.transport.finishWriting()
        #expect(try await server.readToEnd().isEmpty)
        #expect(throws: TransportError.writingFinished) { try client.transport.tryWrite([1].span) }
        server.close()
        #expect(try await client.readToEnd().isEmpty)
        #expect("\(client.transport)" == "faults by seed 0: none")
    }

    @Test func `pieces arrive one by one, and all of them`() async throws {
        let (client, server) = pair(.both([.split(into: 1...1)]))
        try await server.write("abc")
        #expect(try await client.read() == [0x61])
        #expect(try await client.read() == [0x62])
        #expect(try await client.read() == [0x63])
        try await client.write("xyz")
        #expect(try await text(server, 3) == "xyz")
    }

    @Test func `bytes are sent when they are due, and told of when they have arrived`() async throws {
        let delay = Fault.delay(.milliseconds(100) ... .milliseconds(100))
        let (client, server) = pair(.both([delay]))
        try await client.write("question")
        let inMemory = try #require(server.transport as? InMemoryTransport)
        #expect(inMemory.readableByteCount == 0)
        try await clock.waitForSleeper(until: clock.now + .milliseconds(100))
        clock.advance(by: .milliseconds(100))
        #expect(try await text(server, 8) == "question")

        try await server.write("answer")
        async let answer = text(client, 6)
        try await clock.waitForSleeper(until: clock.now + .milliseconds(100))
        clock.advance(by: .milliseconds(100))
        #expect(try await answer == "answer")
    }

    @Test func `a reset behind so many bytes of a reply is met behind just these`() async throws {
        let (client, server) = pair(FaultPlan(receiving: [.reset(.after(4))]))
        try await server.write("+OK\r\n")
        #expect(try await text(client, 4) == "+OK\r")
        await #expect(throws: TransportError.connectionReset(during: .read)) { try await client.read() }
        await #expect(throws: TransportError.connectionReset(during: .write)) { try await client.write("more") }
        await #expect(throws: TransportError.connectionReset(during: .read)) { try await server.read() }
    }

    @Test func `a reset behind so many bytes of a request reaches the peer`() async throws {
        let (client, server) = pair(FaultPlan(sending: [.reset(.after(3))]))
        try await client.write("ab")
        #expect(try await text(server, 2) == "ab")
        try await client.write("cd")
        await #expect(throws: TransportError.connectionReset(during: .read)) { try await server.read() }
        await #expect(throws: TransportError.connectionReset(during: .read)) { try await client.read() }
    }

    @Test func `a reset wakes who waits to read`() async throws {
        let (client, server) = pair(FaultPlan())
        let read = Task { try await client.read() }
        try fault(client).setFaults([.reset(.now)], for: .receiving)
        await #expect(throws: TransportError.connectionReset(during: .read)) { try await read.value }
        server.close()
    }

    @Test func `a direction that ends early carries no more, and the other goes on`() async throws {
        let (client, server) = pair(FaultPlan(sending: [.finish(.after(2))]))
        try await client.write("abcd")
        #expect(try await String(decoding: server.readToEnd(), as: UTF8.self) == "ab")
        try await client.write(String(repeating: "lost", count: 100_000))
        try await server.write("still here")
        #expect(try await text(client, 10) == "still here")

        let (reader, writer) = pair(FaultPlan(receiving: [.finish(.after(2))]))
        try await writer.write("abcd")
        #expect(try await String(decoding: reader.readToEnd(), as: UTF8.self) == "ab")
        try await reader.write("still here")
        #expect(try await text(writer, 10) == "still here")
    }

    @Test func `a stall without an end stops the writer and loses nothing`() async throws {
        let (client, server) = pair(FaultPlan(sending: [.stall(.after(2))]))
        let sent = [UInt8](repeating: 7, count: 1 << 20)
        let writer = Task { try await client.write(sent) }
        #expect(try await server.read(exactly: 2) == [7, 7])
        #expect(clock.sleeperCount == 0, "there is nothing to wait for by the clock")
        try fault(client).setFaults([])
        #expect(try await server.read(exactly: sent.count - 2).count == sent.count - 2)
        try await writer.value
    }

    @Test func `into a black hole everything is written, and behind it the stream goes on`() async throws {
        let (client, server) = pair(FaultPlan(sending: [.blackHole(.after(1))]))
        try await client.write(String(repeating: "x", count: 1 << 20))
        #expect(try await text(server, 1) == "x")
        try fault(client).setFaults([])
        try await client.write("y")
        #expect(try await text(server, 1) == "y")
        #expect(try fault(client).log(of: .sending).events == [FaultEvent(at: 1, .blackHole(for: nil))])
    }

    @Test func `in a black hole the peer's end is not told until it is over`() async throws {
        let (client, server) = pair(FaultPlan(receiving: [.blackHole(.now, for: .seconds(20))]))
        try await server.write("lost")
        server.close()
        async let end = client.read()
        try await clock.waitForSleeper(until: clock.now + .seconds(20))
        clock.advance(by: .seconds(20))
        #expect(try await end.isEmpty)
    }

    @Test func `a failure of the transport below comes behind the bytes before it`() async throws {
        let (client, server) = pair(FaultPlan(receiving: [.delay(.seconds(1) ... .seconds(1))]))
        try await server.write("last")
        let received = Task { try await text(client, 4) }
        try await clock.waitForSleepers(1)
        (server.transport as? InMemoryTransport)?.reset()
        let time = Task { try await clock.runFreely() }
        #expect(try await received.value == "last")
        await #expect(throws: TransportError.connectionReset(during: .read)) { try await client.read() }
        await #expect(throws: TransportError.connectionReset(during: .write)) {
            while true { try await client.write("x") }
        }
        time.cancel()
    }

    @Test func `closing ends the timers, and what was on its way is dropped`() async throws {
        let (client, server) = pair(.both([.delay(.seconds(1) ... .seconds(1))]))
        try await client.write("lost")
        try await clock.waitForSleepers(1)
        client.close()
        #expect(clock.sleeperCount == 0)
        #expect(try await server.read().isEmpty)
        #expect(throws: TransportError.closed) { try client.transport.finishWriting() }
    }

    @Test func `the same seed does the same, whatever the calls were`() async throws {
        let faults: [Fault] = [
            .corrupt(.probability(0.01)), .drop(.probability(0.005), count: 1...9), .duplicate(.probability(0.005)),
            .split(into: 1...100),
        ]
        var results: [String] = []
        for (seed, size) in [(1, 1000), (1, 7), (2, 1000)] as [(UInt64, Int)] {
            let (client, server) = pair(.both(seed: seed, faults))
            let sent = [UInt8](repeating: 0x55, count: 5000)
            var start = 0
            while start < sent.count {
                try await client.write(Array(sent[start..<min(start + size, sent.count)]))
                start += size
            }
            try client.transport.finishWriting()
            let received = try await server.readToEnd()
            results.append("\(client.transport) \(received)")
        }
        #expect(results[0] == results[1])
        #expect(results[0] != results[2])
        #expect(results[0].contains("\n  sending at "))
    }

    @Test func `with a manual scheduler handlers run when the test says so`() throws {
        let scheduler = ManualScheduler()
        var options = options
        options.scheduler = scheduler.scheduler
        var memory = InMemoryTransport.Options()
        memory.scheduler = scheduler.scheduler
        let (base, server) = InMemoryTransport.pair(memory)
        let client = FaultInjectingTransport(base, plan: FaultPlan(), options: options)
        let (calls, continuation) = AsyncStream<Readiness>.makeStream()
        client.setReadinessHandler { continuation.yield($0) }
        client.arm(.readable)
        _ = try server.tryWrite([1].span)
        #expect(scheduler.runUntilIdle() == 2, "one call of the transport below, one of this one")
        client.close()
        _ = calls
    }

    // MARK: Help

    private func pair(_ plan: FaultPlan) -> (TransportStream, TransportStream) {
        let (first, second) = InMemoryTransport.pair()
        let client = FaultInjectingTransport(first, plan: plan, options: options)
        return (TransportStream(client), TransportStream(second))
    }

    private func fault(_ stream: TransportStream) throws -> FaultInjectingTransport {
        try #require(stream.transport as? FaultInjectingTransport)
    }

    private func text(_ stream: TransportStream, _ count: Int) async throws -> String {
        String(decoding: try await stream.read(exactly: count), as: UTF8.self)
    }
}
