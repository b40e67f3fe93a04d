// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pool
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// Values that are sent in pieces.
@Suite(.timeLimit(.minutes(2))) struct UploadTests {
    private static let pieces: [[UInt8]] = [10, 0, 100_000, 1, 70_000, 40].enumerated().map { number, count in
        [UInt8](repeating: UInt8(number), count: count)
    }
    private static let length = pieces.reduce(0) { $0 + $1.count }

    private func stream<Element: Sendable>(_ elements: [Element]) -> AsyncStream<Element> {
        AsyncStream { continuation in
            for element in elements { continuation.yield(element) }
            continuation.finish()
        }
    }

    @Test(arguments: [1, 1_000, 1 << 20])
    func `pieces make up the value, whatever the transport takes at a time, and the connection is used again`(
        cut: Int
    ) async throws {
        var options = InMemoryTransport.Options()
        options.maximumWrite = cut
        let scripted = ScriptedClient(ScriptedServer(options: options) { _ in .ok })
        for _ in 0..<2 {
            let reply = try await scripted.client.set("k", contentsOf: stream(Self.pieces), length: Self.length)
            #expect(reply.isStored)
        }
        #expect(scripted.server.commands.count == 2)
        #expect(scripted.server.commands.allSatisfy { $0.arguments[2] == Array(Self.pieces.joined()) })
        #expect(scripted.server.connectionCount == 1)
    }

    @Test func `condition and expiration follow the value, and a null reply says that it was not stored`() async throws
    {
        let scripted = ScriptedClient(ScriptedServer { _ in .null })
        let reply = try await scripted.client.set(
            "k", contentsOf: stream(["ab", "c"]), length: 3, condition: .nx, expiration: .seconds(9))
        #expect(!reply.isStored)
        #expect(scripted.server.commands.map(\.words) == [["SET", "k", "abc", "NX", "EX", "9"]])
    }

    @Test(arguments: [-1, 0, 1, 2, 4, 5])
    func `a source of another length leaves the command incomplete, and the next call works`(length: Int) async throws {
        let scripted = ScriptedClient(ScriptedServer { $0.name == "SET" ? .ok : .bulk($0.words[1]) })
        let error = await #expect(throws: ValueStreamError.self) {
            try await scripted.client.set("k", contentsOf: stream(["a", "bc"]), length: length)
        }
        guard case .wrongLength(length, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(try await scripted.client.execute(echo("next")) == "next")
        #expect(scripted.server.commands.map(\.name) == ["ECHO"])
        #expect(scripted.client.pool.status.leased == 0)
    }

    @Test func `a source that fails leaves the command incomplete, and its error is told`() async throws {
        struct DiskError: Error {}
        let scripted = ScriptedClient(ScriptedServer { _ in .ok })
        let source = AsyncThrowingStream<String, any Error> { continuation in
            continuation.yield("abc")
            continuation.finish(throwing: DiskError())
        }
        let error = await #expect(throws: ValueStreamError.self) {
            try await scripted.client.set("k", contentsOf: source, length: 3)
        }
        guard case .sourceFailed(let cause)? = error, cause is DiskError else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(scripted.server.commands.isEmpty)
        #expect(scripted.client.pool.status.idle == 0)
    }

    @Test func `an error reply is thrown, and the connection lives on`() async throws {
        let scripted = ScriptedClient(ScriptedServer(replies: [.error("OOM command not allowed"), .ok]))
        await #expect(throws: ServerError.self) {
            try await scripted.client.set("k", contentsOf: stream(["a"]), length: 1)
        }
        try await scripted.client.set("k", contentsOf: stream(["a"]), length: 1)
        #expect(scripted.server.connectionCount == 1)
    }

    @Test func `what the server says before it hangs up in the middle is the error`() async throws {
        let scripted = ScriptedClient(ScriptedServer { _ in .ok })
        let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
        let source = Source(stream)
        let upload = Task { try await scripted.client.set("k", contentsOf: source, length: 1 << 20) }
        continuation.yield([1])
        try await wait { source.asked.load(ordering: .relaxed) == 2 }
        scripted.server.send(.error("ERR Protocol error: invalid bulk length").thenClose(), to: 0)
        for _ in 0..<100 { continuation.yield([UInt8](repeating: 0, count: 10_000)) }
        let error = await #expect(throws: ServerError.self) { try await upload.value }
        #expect(error?.message.contains("invalid bulk length") == true)
        #expect(scripted.server.commands.isEmpty)
        #expect(scripted.client.pool.status.idle == 0)
        continuation.finish()
    }

    /// Counts what it is asked for.
    private final class Source: AsyncSequence, AsyncIteratorProtocol, Sendable {
        typealias Element = [UInt8]
        let asked = Atomic(0)
        let pieces: AsyncStream<[UInt8]>

        init(_ pieces: AsyncStream<[UInt8]>) { self.pieces = pieces }

        func makeAsyncIterator() -> Source { self }

        func next() async -> [UInt8]? {
            asked.wrappingAdd(1, ordering: .relaxed)
            var iterator = pieces.makeAsyncIterator()
            return await iterator.next()
        }
    }

    @Test func `a source is asked for no more than the connection takes, and who waits can be cancelled`()
        async throws
    {
        // The server reads the handshake, and no more.
        let ends = Mutex<[InMemoryTransport]>([])
        let connector = InMemoryConnector { _, transport in ends.withLock { $0.append(transport) } }
        let clock = ManualClock()
        let client = NodeClient(
            NodeConfiguration(endpoint: .unix(path: "memory")), environment: ClientEnvironment(connector, clock))
        let source = Source(AsyncStream { [UInt8](repeating: 7, count: 50_000) })
        let upload = Task { try await client.set("k", contentsOf: source, length: 1 << 30) }
        try await wait { ends.withLock { !$0.isEmpty } }
        let far = ends.withLock { $0[0] }
        // One answer for each step of the handshake.
        try await wait { far.readableByteCount > 0 }
        try far.answerHandshake()
        try await wait { far.readableByteCount == 65_536 }
        for _ in 0..<1_000 { await Task.yield() }
        #expect(source.asked.load(ordering: .relaxed) == 2)
        upload.cancel()
        await #expect(throws: CancellationError.self) { try await upload.value }
        #expect(client.pool.status.leased == 0)
    }
}
