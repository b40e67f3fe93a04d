// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Tables of handlers, slow readers, refused names and MONITOR.
@Suite(.timeLimit(.minutes(1))) struct PubSubHandlerTests {
    @Test(arguments: Dialect.all)
    func `handlers get the messages of their names, and their errors their own handler`(
        dialect: Dialect
    ) async throws {
        struct BadNews: Error {}
        try await dialect.withClient { client async throws in
            let (channel, prefix) = (unique("orders"), unique("news"))
            let (lines, inbox) = AsyncStream.makeStream(of: String.self)
            var router = MessageRouter()
            router.on(channel) { message in inbox.yield("order \(message.payload)") }
            router.on(pattern: "\(prefix).*") { _ in throw BadNews() }
            router.onError { error, message in inbox.yield("\(error) \(message.payload)") }
            let table = router
            let running = Task { try await client.run(table) }
            try await eventually("the channel is subscribed to") {
                try await client.pubsubSubscriberCounts(channel) == [RESPBytes(channel): 1]
            }
            try await eventually("the pattern is subscribed to") {
                try await client.publish("\(prefix).today", "rain") == 1
            }
            try await client.publish(channel, 1)
            try await client.publish(channel, 2)
            try await client.publish(channel, "end")
            var heard: [String] = []
            for await line in lines {
                heard.append(line)
                if line == "order end" { break }
            }
            #expect(heard == ["BadNews() rain", "order 1", "order 2", "order end"])
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
        }
    }

    /// What is published behind the messages says, when it arrives, that all of them have arrived before.
    private static func flood(_ client: ValkeyClient, _ channel: String, _ mark: Subscription) async throws {
        let pipe = client.pipeline()
        for number in 0..<100 { pipe.publish(channel, number) }
        pipe.publish("\(channel):mark", "all sent")
        let replies = try await pipe.run()
        #expect(replies.firstFailure == nil)
        _ = try await mark.next()
    }

    @Test(arguments: Dialect.all)
    func `a slow reader loses the oldest, the newest or its subscription, as it chose, and is told`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient { client async throws in
            let channel = unique("flood")
            func slow(_ overflow: BufferPolicy.Overflow) async throws -> Subscription {
                let buffer = BufferPolicy(maximumMessages: 10, overflow: overflow)
                return try await client.subscribe(to: channel, options: SubscriptionOptions(buffer: buffer))
            }
            let (oldest, newest) = (try await slow(.dropOldest), try await slow(.dropNewest))
            let (failing, quick) = (try await slow(.fail), try await client.subscribe(to: channel))
            let mark = try await client.subscribe(to: "\(channel):mark")
            try await Self.flood(client, channel, mark)

            #expect(
                try await oldest.next() == .gap(SubscriptionGap(causes: .bufferOverflow, droppedMessages: 90)))
            for number in 90..<100 { #expect(try await oldest.next()?.message?.payload == RESPBytes("\(number)")) }
            for number in 0..<10 { #expect(try await newest.next()?.message?.payload == RESPBytes("\(number)")) }
            #expect(
                try await newest.next() == .gap(SubscriptionGap(causes: .bufferOverflow, droppedMessages: 90)))
            for number in 0..<10 { #expect(try await failing.next()?.message?.payload == RESPBytes("\(number)")) }
            let error = await #expect(throws: PubSubError.self) { try await failing.next() }
            #expect(error == .bufferOverflow(limit: 10))
            for number in 0..<100 { #expect(try await quick.next()?.message?.payload == RESPBytes("\(number)")) }
            // The slow ones, read again, hear again.
            try await client.publish(channel, "again")
            #expect(try await oldest.next()?.message?.payload == "again")
            #expect(try await newest.next()?.message?.payload == "again")
            #expect(try await quick.next()?.message?.payload == "again")
        }
    }

    @Test(arguments: Dialect.all)
    func `a name that the server refuses is the error of its subscriber alone`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version)
        defer { server.kill() }
        try await server.cli("ACL", "SETUSER", "reader", "on", ">secret", "+@all", "~*", "resetchannels", "&open*")
        try await dialect.withClient(
            of: server,
            configure: {
                $0.credentials = Credentials(username: "reader", password: "secret")
            }
        ) { client async throws in
            let open = try await client.subscribe(to: "open")
            let error = await #expect(throws: ServerError.self) { try await client.subscribe(to: "closed") }
            #expect(error?.code == .noPermission)
            // Of several names none stays when one is refused.
            let mixed = await #expect(throws: ServerError.self) { try await client.subscribe(to: "open2", "closed") }
            #expect(mixed?.code == .noPermission)
            try await eventually("nothing is left of the refused call") {
                try await client.pubsubSubscriberCounts("open", "open2") == ["open": 1, "open2": 0]
            }
            await #expect(throws: ServerError.self) { try await open.subscribe(to: "closed") }
            try await server.cli("PUBLISH", "open", "heard")
            #expect(try await open.next()?.message?.payload == "heard")
            #expect(try await open.next(after: { try await server.cli("PUBLISH", "open", "again") }) == "again")
        }
    }

    @Test(arguments: Dialect.all)
    func `MONITOR shows the commands of other clients, bytes and all`(dialect: Dialect) async throws {
        let key = "monitored"
        let server = try await TestServer.start(dialect.version)
        defer { server.kill() }
        try await dialect.withClient(of: server, configure: { $0.database = 6 }) { client async throws in
            try await dialect.withClient(of: server) { watcher in
                try await watcher.withMonitor { feed in
                    try await client.set(key, [0, 34, 92, 13, 10, 255])
                    _ = try await client.get(key)
                    var seen: [MonitorEntry] = []
                    for try await entry in feed where entry.arguments.contains(RESPBytes(key)) {
                        seen.append(entry)
                        if seen.count == 2 { break }
                    }
                    #expect(seen.map { $0.arguments.count } == [3, 2])
                    #expect(seen.first?.arguments.last == RESPBytes([0, 34, 92, 13, 10, 255]))
                    #expect(seen.allSatisfy { $0.database == 6 })
                    #expect(feed.malformedLines == 0)
                    // The client that monitors goes on with its commands.
                    #expect(try await watcher.echo("free") == "free")
                    feed.cancel()
                }
            }
        }
    }
}

extension Subscription {
    /// Does something, then waits for the next message and returns its payload.
    fileprivate func next(after action: () async throws -> some Any) async throws -> RESPBytes? {
        _ = try await action()
        return try await next()?.message?.payload
    }
}
