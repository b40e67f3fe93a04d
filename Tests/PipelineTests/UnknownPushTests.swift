// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// What a server pushes that this version doesn't know.
@Suite(.timeLimit(.minutes(1))) struct UnknownPushTests {
    private static let news = ScriptedReply.push([.bulk("news"), .bulk("secret")])

    private func client(
        _ observer: RecordingObserver, cut: Int = 100_000,
        _ script: @escaping @Sendable (ScriptedCommand) -> ScriptedReply
    ) -> (NodeClient, ScriptedServer) {
        var options = InMemoryTransport.Options()
        options.maximumRead = cut
        let server = ScriptedServer(options: options, script: script)
        var environment = ClientEnvironment(server.connector, ManualClock())
        environment.observer = observer
        var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
        configuration.connection.keepalive = nil
        return (NodeClient(configuration, environment: environment), server)
    }

    private func kinds(_ observer: RecordingObserver) -> [String] {
        observer.events.compactMap { if case .unknownPush(let kind) = $0.kind { kind } else { nil } }
    }

    @Test(arguments: [1, 7, 100_000])
    func `comes between replies: it is told and ignored, and everybody has the reply of their own`(cut: Int)
        async throws
    {
        let observer = RecordingObserver()
        let (client, server) = client(observer, cut: cut) { command in
            Self.news.then(.bulk(command.words[1])).then(Self.news)
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask { try await client.execute(echo("\(number)")) == "\(number)" }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(server.connectionCount == 1)
        // What comes behind the last reply is read with the next one.
        #expect((39...40).contains(kinds(observer).count))
        #expect(Set(kinds(observer)) == ["news"])
        #expect(!observer.events.map { "\($0)" }.joined().contains("secret"))
    }

    @Test(arguments: [1000, 100_000])
    func `comes before a value that is streamed, and behind it`(cut: Int) async throws {
        let observer = RecordingObserver()
        let large = String(repeating: "v", count: 100_000)
        let (client, server) = client(observer, cut: cut) { _ in Self.news.then(.bulk(large)).then(Self.news) }
        for _ in 0..<2 {
            let length = try await client.withStream(of: "k") { pieces in
                var length = 0
                for try await piece in pieces { length += piece.count }
                return length
            }
            #expect(length == large.utf8.count)
        }
        // A connection with something unread behind a value isn't used again.
        #expect(kinds(observer).count >= 2)
        #expect(server.commands.count == 2)
    }

    @Test func `messages and invalidations have their own way, and nobody is told`() async throws {
        let observer = RecordingObserver()
        let pushes = Mutex<[RESPFrame]>([])
        let server = ScriptedServer { command in
            .push([.bulk("invalidate"), .array([.bulk("k")])]).then(.bulk(command.words[1]))
        }
        var environment = ClientEnvironment(server.connector, ManualClock())
        environment.observer = observer
        let connection = try await RESPConnection.open(
            NodeConfiguration(endpoint: .unix(path: "memory")), environment: environment, mode: .commands,
            onPush: { push in pushes.withLock { $0.append(push) } })
        let options = CallOptions(now: ContinuousClock.now, deadline: nil, mayWaitInline: true)
        _ = try await connection.roundTrip(options) { RawCommand("ECHO", "x").encode(into: &$0) }
        #expect(pushes.withLock { $0.count } == 1)
        #expect(kinds(observer).isEmpty)
        connection.close()
    }
}
