// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ValkeyToolkit

extension Tour {
    /// The calls are the same. Commands are grouped by node and sent to all of them at the same time; the replies come
    /// in the order of the commands.
    func clusterPipelines() async throws {
        guard let cluster else { return }
        let pipe = cluster.pipeline()
        _ = pipe.set("tour:foo", "value1")
        _ = pipe.set("tour:bar", "value2")
        let foo = pipe.get("tour:foo", as: String.self)
        let bar = pipe.get("tour:bar", as: String.self)
        let replies = try await pipe.run()
        say("\(replies.count) replies: \(try replies[foo] ?? "nothing"), \(try replies[bar] ?? "nothing")")
        try check(try replies[foo] == "value1" && replies[bar] == "value2", "the replies must be in order")

        let (_, bar1) = try await cluster.pipeline(.set("tour:foo1", "bar1"), .get("tour:foo1", as: String.self))
        say("as a tuple: \(bar1 ?? "nothing")")
        try check(bar1 == "bar1", "the value must be the stored one")

        // Keys with the same {tag} are in the same slot, and there a batch can be atomic.
        let (_, visits) = try await cluster.transaction(
            .set("tour:{user:7}:name", "Ann"), .incr("tour:{user:7}:visits"))
        say("atomically in one slot: visit \(visits)")
        try check(visits == 1, "the counter must begin with 1")

        // WATCH works there too, on a connection of its own to the slot's node.
        let more = try await cluster.transaction(watching: "tour:{user:7}:visits") { watching in
            let visits = try await watching.get("tour:{user:7}:visits", as: Int.self) ?? 0
            let multi = watching.multi()
            _ = multi.set("tour:{user:7}:visits", visits * 10)
            let stored = multi.get("tour:{user:7}:visits", as: Int.self)
            return multi.commit(stored)
        }
        say("read and written under WATCH: \(more ?? 0)")
        try check(more == 10, "the counter must have been multiplied")

        // Keys of several slots can't be: refused before anything is sent.
        do {
            _ = try await cluster.transaction(.set("tour:foo", "1"), .set("tour:bar", "2"))
            throw TourFailure("a transaction over several slots must be refused")
        } catch let error as ClusterError {
            say("atomically across slots: \(error)")
        }
        let kept = try await cluster.get("tour:foo", as: String.self)
        try check(kept == "value1", "a refused transaction must have no effect")
    }
}

extension Tour {
    /// Shard channels stay within the shard that has their slot; each is heard at that node.
    func shardedPubSub() async throws {
        guard let cluster else { return }
        let subscription = try await cluster.subscribe(toShardChannels: "tour:orders", "tour:alerts")
        let receivers = try await cluster.spublish("tour:orders", "order 1")
        try await cluster.spublish("tour:alerts", "alert 1")
        var heard: [String: String] = [:]
        while heard.count < 2, let event = try await subscription.next() {
            guard let message = event.message else { continue }
            try check(message.kind == .shardChannel, "a shard channel must bring the message")
            heard[String(message.channel)] = String(message.payload)
        }
        subscription.cancel()
        say("published to \(receivers) subscription; heard \(heard.map { "\($0.key): \($0.value)" }.sorted())")
        try check(heard == ["tour:orders": "order 1", "tour:alerts": "alert 1"], "both messages must come")
        try check(receivers == 1, "one subscription must have got the message")
    }
}
