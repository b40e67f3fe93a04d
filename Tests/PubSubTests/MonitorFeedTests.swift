// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import PubSub
internal import RESPCodec
internal import Testing
internal import ToolkitTesting

@Suite(.timeLimit(.minutes(1))) struct MonitorFeedTests {
    @Test(arguments: [ProtocolVersion.resp2, .resp3])
    func `entries arrive as they happen, on a connection of their own`(version: ProtocolVersion) async throws {
        let fixture = PubSubFixture(version)
        let feed = try await fixture.client.monitor()
        fixture.server.send(.simple(#"1.000001 [0 127.0.0.1:1] "get" "a\x00""#))
        fixture.server.send(.simple("1.000001 nonsense"))
        fixture.server.send(.simple(#"1.000002 [5 lua] "incr" "b""#))
        #expect(try await feed.next()?.arguments == ["get", RESPBytes([0x61, 0])])
        let entry = try await feed.next()
        #expect(
            entry?.database == 5 && entry?.client == .script
                && entry?.time == UnixTime(sinceEpoch: .microseconds(1_000_002)))
        #expect(feed.malformedLines == 1)
        try await fixture.client.connect()
        #expect(fixture.server.connectionCount == 2)
    }

    @Test func `a lost connection ends the feed with its error`() async throws {
        let fixture = PubSubFixture(.resp3)
        let feed = try await fixture.client.monitor()
        fixture.server.disconnect()
        await #expect(throws: ConnectionError.self) { try await feed.next() }
    }

    @Test func `leaving the scope closes the connection`() async throws {
        let fixture = PubSubFixture(.resp3)
        let feed = try await fixture.client.withMonitor { feed in feed }
        #expect(try await feed.next() == nil)
    }

    @Test func `a slow reader loses the oldest entries and can tell`() async throws {
        let fixture = PubSubFixture(.resp3)
        let feed = try await fixture.client.monitor(buffer: BufferPolicy(maximumMessages: 1))
        for number in 1...3 { fixture.server.send(.simple("\(number).000000 [0 lua] \"ping\"")) }
        fixture.server.send(.simple("4 nonsense"))
        while feed.malformedLines < 1 { await Task.yield() }
        #expect(try await feed.next()?.time == .seconds(3))
        #expect(feed.droppedEntries == 2)
    }
}
