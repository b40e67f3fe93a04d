// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting

@testable import Transport

// An address that doesn't answer is made on Linux alone, which leaves connects to a full backlog without an answer.
#if os(Linux)
    @Suite(.timeLimit(.minutes(1))) struct SocketConnectorRaceTests {
        @Test(arguments: QueueKind.allCases)
        func `an address that doesn't answer is overtaken by the next after the delay, and closed`(
            kind: QueueKind
        ) async throws {
            let (silent, open) = (try await SilentListener(), try LoopbackListener())
            let (clock, queue) = (ManualClock(), RecordingQueue(try kind.makeQueue()))
            let connector = try connector(queue, clock, to: [silent.listener, open])
            let connecting = Task { try await connector.open(.tcp(host: "two", port: 1)) }
            try await clock.waitForSleepers(2)
            clock.advance(by: .milliseconds(249))
            #expect(clock.sleeperCount == 2, "the delay and the time limit")
            clock.advance(by: .milliseconds(1))
            let client = TransportStream(try await connecting.value)
            let server = TransportStream(try open.accept())
            try await client.write("hello")
            #expect(try await server.read() == Array("hello".utf8))
            #expect(queue.watchedCount == 1, "the attempt that lost is closed")
            #expect(clock.sleeperCount == 0)
        }

        @Test func `an attempt that fails starts the next without any delay`() async throws {
            let open = try LoopbackListener()
            let closed = try (0..<5).map { _ in try LoopbackListener(backlog: nil) }
            let clock = ManualClock()
            let connector = try connector(RecordingQueue(try PollEventQueue()), clock, to: closed + [open])
            let client = try await connector.open(.tcp(host: "six", port: 1))
            #expect(clock.now == ContinuousClock().systemEpoch)
            client.close()
        }

        @Test(arguments: QueueKind.allCases)
        func `when nothing answers within the limit the connect ends, and nothing stays open`(
            kind: QueueKind
        ) async throws {
            let silent = try await SilentListener()
            let (clock, queue) = (ManualClock(), RecordingQueue(try kind.makeQueue()))
            let endpoint = Endpoint.tcp(host: "silent", port: 1)
            let connector = try connector(queue, clock, to: [silent.listener])
            let connecting = Task { try await connector.open(endpoint) }
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(10))
            await #expect(throws: TransportError.connectTimedOut(endpoint)) { try await connecting.value }
            #expect(queue.watchedCount == 0)
        }

        @Test func `the limit covers the lookup of the name`() async throws {
            let (clock, resolver) = (ManualClock(), StubResolver(answer: nil))
            var connector = SocketConnector(resolver: resolver)
            connector.sleep = { try await clock.sleep(for: $0) }
            connector.timeout = .seconds(2)
            let endpoint = Endpoint.tcp(host: "slow", port: 1)
            let connecting = Task { [connector] in try await connector.connect(to: endpoint) }
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(2))
            await #expect(throws: TransportError.connectTimedOut(endpoint)) { try await connecting.value }
        }

        @Test func `cancelling ends all attempts and closes their sockets`() async throws {
            let silent = try await [SilentListener(), SilentListener(), SilentListener()]
            let (clock, queue) = (ManualClock(), RecordingQueue(try EpollEventQueue()))
            let connector = try connector(queue, clock, to: silent.map(\.listener))
            let isOver = Atomic(false)
            let connecting = Task {
                defer { isOver.store(true, ordering: .releasing) }
                return try await connector.open(.tcp(host: "three", port: 1))
            }
            for _ in 0..<2 {
                try await clock.waitForSleepers(2)
                clock.advance(by: .milliseconds(250))
            }
            while queue.watchedCount < 3, !isOver.load(ordering: .acquiring) { await Task.yield() }
            #expect(queue.watchedCount == 3)
            connecting.cancel()
            await #expect(throws: CancellationError.self) { try await connecting.value }
            #expect(queue.watchedCount == 0)
            #expect(clock.sleeperCount == 0)
            withExtendedLifetime(silent) {}
        }

        @Test func `settings out of their range are refused before anything is tried`() async throws {
            var settings: [(TransportError.Setting, SocketConnector)] = []
            func add(_ setting: TransportError.Setting, _ change: (inout SocketConnector) -> Void) {
                var connector = SocketConnector(resolver: StubResolver(answer: nil))
                change(&connector)
                settings.append((setting, connector))
            }
            add(.attemptDelay) { $0.attemptDelay = .milliseconds(-1) }
            add(.connectTimeout) { $0.timeout = .zero }
            add(.keepAliveProbes) { $0.options.keepAliveProbes = 0 }
            for (setting, connector) in settings {
                let error = TransportError.invalidSetting(setting)
                await #expect(throws: error) { try await connector.connect(to: .tcp(host: "any", port: 1)) }
                #expect(!error.isTransient)
            }
        }

        private func connector(
            _ queue: any EventQueue, _ clock: ManualClock, to listeners: [LoopbackListener]
        ) throws -> SocketConnector {
            let addresses = try listeners.map {
                try #require(SocketAddress(ip: "127.0.0.1", port: UInt16($0.port)))
            }
            var connector = SocketConnector(
                eventLoop: EventLoop(queue: queue), resolver: StubResolver(answer: addresses))
            connector.sleep = { try await clock.sleep(for: $0) }
            return connector
        }
    }

    /// Listens, and answers no connect: its queue of connections is full.
    private struct SilentListener {
        let listener: LoopbackListener
        private let filler: SocketTransport

        init() async throws {
            // A backlog of 0 holds one connection.
            listener = try LoopbackListener(backlog: 0)
            filler = try await SocketConnector().open(listener.endpoint)
            // Until then there is room for another connect.
            try listener.waitUntilQueued()
        }
    }
#endif
