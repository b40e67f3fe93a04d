// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ValkeyToolkit

extension Tour {
    func channelsAndPatterns() async throws {
        // Subscribing returns when the server has confirmed. Whoever wants to see the confirmations asks for them.
        let options = SubscriptionOptions(reports: .confirmations)
        let subscription = try await client.subscribe(to: "tour:first", "tour:second", options: options)
        try await subscription.subscribe(toPatterns: "tour:f*")
        for expected in 1...3 {
            guard case .subscribed(let name, let count)? = try await subscription.next() else {
                throw TourFailure("there must be three confirmations")
            }
            say("confirmed: \(name), now \(count)")
            try check(count == expected, "the confirmations must count up")
        }

        // The channel and the pattern both match, so the message arrives twice.
        let receivers = try await client.publish("tour:first", "some data")
        say("published to \(receivers) subscriptions")
        guard let direct = try await subscription.next()?.message, let matched = try await subscription.next()?.message
        else { throw TourFailure("there must be two messages") }
        say("\(direct.subscription) brought: \(direct.payload)")
        say("\(matched.subscription) brought: \(matched.payload)")
        try check(direct.kind == .channel && direct.payload == "some data", "the channel must bring the message")
        try check(matched.pattern == "tour:f*" && matched.channel == "tour:first", "the pattern must bring it too")

        subscription.unsubscribe(from: "tour:first", "tour:second")
        subscription.unsubscribe(fromPatterns: "tour:f*")
        for _ in 1...3 {
            guard case .unsubscribed(let name, let count)? = try await subscription.next() else {
                throw TourFailure("there must be three confirmations of the end")
            }
            say("ended: \(name), now \(count)")
        }
        subscription.cancel()
        try check(try await subscription.next() == nil, "a cancelled subscription must end")
    }

    /// A table of handlers; the names to subscribe to are those that have one.
    func handlers() async throws {
        struct BadNews: Error {}
        let (handled, inbox) = AsyncStream.makeStream(of: String.self)
        var router = MessageRouter()
        router.on("tour:my-channel") { message in inbox.yield("my handler: \(message.payload)") }
        router.on(pattern: "tour:news.*") { _ in throw BadNews() }
        router.onError { error, message in inbox.yield("\(error) on \(message.channel)") }

        let table = router
        try await client.withSubscription(to: table.names) { subscription in
            // The handlers run in a task of their own, until the subscription ends.
            async let running: Void = table.run(subscription)
            try await client.publish("tour:my-channel", "awesome data")
            try await client.publish("tour:news.today", "rain")
            var lines = handled.makeAsyncIterator()
            let first = await lines.next()
            let second = await lines.next()
            say(first ?? "nothing")
            say(second ?? "nothing")
            try check(first == "my handler: awesome data", "the handler must get the message")
            try check(second == "BadNews() on tour:news.today", "the error's handler must get the error")
            subscription.cancel()
            try await running
        }
    }

    /// A subscription is an asynchronous sequence; a slow reader's buffer is bounded.
    func asyncSequence() async throws {
        let subscription = try await client.subscribe(to: "tour:words")
        async let published = client.pipeline(
            .publish("tour:words", "one"), .publish("tour:words", "two"), .publish("tour:words", "end"))
        var words: [String] = []
        for try await message in subscription.messages {
            let word = String(message.payload)
            if word == "end" { break }
            words.append(word)
        }
        _ = try await published
        subscription.cancel()
        say("heard until 'end': \(words)")
        try check(words == ["one", "two"], "the words must come in order")
    }

    /// A lost connection is restored with all its subscriptions; where messages may be missing there is a gap.
    func lostConnection() async throws {
        let options = SubscriptionOptions(reports: .interruptions)
        let subscription = try await client.subscribe(to: "tour:alerts", options: options)
        try await client.publish("tour:alerts", "before")
        let before = try await subscription.next()
        say("message: \(before?.message?.payload ?? "none")")
        try check(before?.message?.payload == "before", "the first message must come")

        let killed = try await client.execute(RawCommand("CLIENT", "KILL", "TYPE", "pubsub", as: Int.self))
        say("the server closed \(killed) connection")
        try check(try await subscription.next() == .interrupted, "the loss must be reported")
        guard case .gap(let gap)? = try await subscription.next() else { throw TourFailure("a gap must be reported") }
        say("restored; what was published in between is missing")
        try check(gap.causes == .connectionLost, "the lost connection must be the gap's cause")

        // By the time the gap is read everything is subscribed again.
        let receivers = try await client.publish("tour:alerts", "after")
        let after = try await subscription.next()
        say("message: \(after?.message?.payload ?? "none")")
        try check(receivers == 1 && after?.message?.payload == "after", "the subscription must go on")
        subscription.cancel()
    }

    func introspection() async throws {
        let subscription = try await client.subscribe(to: "tour:foo", "tour:bar")
        try await subscription.subscribe(toPatterns: "tour:baz*")
        defer { subscription.cancel() }
        let channels = try await client.pubsubChannels(pattern: "tour:*", as: String.self).sorted()
        let counts = try await client.pubsubSubscriberCounts("tour:foo", "tour:nobody")
        let patterns = try await client.pubsubPatternCount()
        say("channels \(channels)")
        say("subscribers of tour:foo \(counts["tour:foo"] ?? -1), of tour:nobody \(counts["tour:nobody"] ?? -1)")
        say("patterns \(patterns)")
        try check(Set(channels).isSuperset(of: ["tour:foo", "tour:bar"]), "both channels must be known")
        try check(counts == ["tour:foo": 1, "tour:nobody": 0], "the counts must be 1 and 0")
        try check(patterns >= 1, "the pattern must be counted")
    }

    /// Every command that the server executes, as it happens.
    func monitor() async throws {
        try await client.withMonitor { feed in
            try await client.set("tour:foo", "seen")
            for try await entry in feed where entry.arguments.contains("tour:foo") {
                say("database \(entry.database): \(entry.arguments.map { String($0) }.joined(separator: " "))")
                try check(entry.arguments == ["SET", "tour:foo", "seen"], "the command must be shown as it was sent")
                break
            }
        }
    }
}
