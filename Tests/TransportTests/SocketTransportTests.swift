// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting

@testable import Transport

@Suite(.timeLimit(.minutes(1))) struct SocketTransportTests {
    @Test(arguments: QueueKind.allCases)
    func `a reset by the peer is thrown by reads, with its errno`(kind: QueueKind) async throws {
        let listener = try LoopbackListener()
        let transport = try await SocketConnector(eventLoop: try kind.makeLoop()).open(listener.endpoint)
        let stream = TransportStream(transport)
        try listener.acceptAndReset()
        for _ in 0..<3 {
            // The system itself would call it the end of the stream from the second time on.
            await #expect(throws: TransportError.connectionReset(during: .read)) {
                while try await !stream.read().isEmpty {}
            }
        }
        await #expect(throws: TransportError.connectionReset(during: .write)) { try await stream.write("x") }
        #expect(TransportError.connectionReset(during: .read) == .system(errno: systemErrors.reset, operation: .read))
    }

    @Test func `writing to a peer that has gone doesn't raise SIGPIPE`() async throws {
        restoreDeadlySIGPIPE()
        let (client, server) = try await makeTCPPair(.shared)
        server.close()
        let stream = TransportStream(client)
        // A raised signal would end the whole test process here.
        await #expect(throws: TransportError.self) {
            while true { try await stream.write("PING\r\n") }
        }
    }

    @Test func `an adopted descriptor becomes non-blocking and belongs to the transport`() throws {
        let ends = try makeSocketPair()
        let identity = try #require(fileIdentity(ends.0))
        let peer = Descriptor(owning: ends.1)
        do {
            let transport = try SocketTransport(adopting: ends.0)
            let result = try withBuffer { buffer throws(TransportError) in try transport.tryRead(into: &buffer) }
            #expect(result == .wouldBlock)
            #expect(openDescriptors(matching: identity).matches == 1)
        }
        #expect(openDescriptors(matching: identity).matches == 0)
        withExtendedLifetime(peer) {}
    }

    @Test func `adopting something that isn't open throws and says what was done`() {
        #expect(throws: TransportError.system(errno: systemErrors.badDescriptor, operation: .configure)) {
            try SocketTransport(adopting: 1_000_000)
        }
    }

    @Test func `a closed transport keeps its descriptor's number until it is dropped`() throws {
        let ends = try makeSocketPair()
        let peer = try SocketTransport(adopting: ends.1)
        var transport: SocketTransport? = try SocketTransport(adopting: ends.0)
        let identity = try #require(fileIdentity(ends.0))
        transport?.close()
        // Whoever is inside a call still has the number; it must not be anybody else's meanwhile.
        #expect(fileIdentity(ends.0) == identity)
        transport = nil
        #expect(openDescriptors(matching: identity).matches == 0)
        withExtendedLifetime(peer) {}
    }

    @Test func `closing ends the reads of a thread that waits inline`() async throws {
        let (client, server) = try await makeTCPPair(.shared)
        let (started, continuation) = AsyncStream<Void>.makeStream()
        let reading = Task.detached {
            continuation.yield()
            while true { _ = try readWaiting(client) }
        }
        for await _ in started { break }
        client.close()
        await #expect(throws: TransportError.closed) { try await reading.value }
        withExtendedLifetime(server) {}
    }

    @Test func `waiting inline for nothing ends by itself`() async throws {
        let (client, server) = try await makeTCPPair(.shared)
        #expect(client.canWaitInline)
        #expect(try readWaiting(client) == .wouldBlock)
        withExtendedLifetime(server) {}
    }

    @Test func `ending the sending direction leaves the other open`() async throws {
        let (client, server) = try await makeTCPPair(.shared)
        let (near, far) = (TransportStream(client), TransportStream(server))
        try await near.write("last words")
        try client.finishWriting()
        #expect(try await far.readToEnd() == Array("last words".utf8))
        try await far.write("answer")
        #expect(try await near.read(exactly: 6) == Array("answer".utf8))
    }

    @Test(arguments: QueueKind.allCases)
    func `many connections on one loop each get their own bytes`(kind: QueueKind) async throws {
        let loop = try kind.makeLoop()
        let listener = try LoopbackListener()
        let connector = SocketConnector(eventLoop: loop)
        try await withThrowingTaskGroup { group in
            for number in 0..<120 {
                // One after the other: a connection is accepted by the number under which it was made.
                let client = TransportStream(try await connector.connect(to: listener.endpoint))
                let server = TransportStream(try listener.accept(eventLoop: loop))
                group.addTask {
                    for round in 0..<5 {
                        try await client.write("\(number) \(round)\n")
                        let request = try await server.read()
                        try await server.write(request + [10])
                        let expected = Array("\(number) \(round)\n\n".utf8)
                        #expect(try await client.read(exactly: expected.count) == expected)
                    }
                    client.close()
                    #expect(try await server.read().isEmpty)
                    server.close()
                }
            }
            try await group.waitForAll()
        }
    }

    private func readWaiting(_ transport: SocketTransport) throws(TransportError) -> ReadResult {
        try withBuffer { buffer throws(TransportError) in try transport.readWaiting(into: &buffer) }
    }

    private func withBuffer<R>(
        _ body: (inout OutputSpan<UInt8>) throws(TransportError) -> R
    ) throws(TransportError) -> R {
        var result: R?
        _ = try [UInt8](capacity: 64) { buffer throws(TransportError) in result = try body(&buffer) }
        guard let result else { throw .closed }
        return result
    }
}
