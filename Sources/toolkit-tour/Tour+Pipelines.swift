// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ValkeyToolkit

extension Tour {
    func bufferedCommands() async throws {
        try await client.set("tour:bing", "baz")

        // Each call buffers a command and returns a handle that knows the type of its reply.
        let pipe = client.pipeline()
        let foo = pipe.set("tour:foo", "bar")
        let bing = pipe.get("tour:bing", as: String.self)
        // This sends all of them in one write, and waits for all replies.
        let replies = try await pipe.run()
        say("SET and GET in one round trip: stored \(try replies[foo].isStored), \(try replies[bing] ?? "nothing")")
        try check(try replies[bing] == "baz", "the second reply must be the second command's")

        // A handle is a queue too, so calls chain. The empty pipeline can be filled again.
        let number = pipe.set("tour:foo", "bar").sadd("tour:faz", "baz").incr("tour:auto-number")
        let chained = try await pipe.run()
        say("chained SET, SADD and INCR: \(chained.count) replies, the last one \(try chained[number])")
        try check(try chained[number] == 1 && chained.count == 3, "the chain must have three replies")

        // A few commands whose number is known: their replies come as a tuple, each with its type.
        let (_, added, next) = try await client.pipeline(
            .set("tour:foo", "bar"), .sadd("tour:faz", "baz"), .incr("tour:auto-number"))
        say("as a tuple: \(added) added, number \(next)")
        try check(added == 0 && next == 2, "'baz' must be there already, and the number be 2")

        // One command's error is its own reply; the commands beside it have run.
        let text = pipe.set("tour:text", "no number")
        let failing = pipe.incr("tour:text")
        let after = pipe.get("tour:text", as: String.self)
        let mixed = try await pipe.run()
        do {
            _ = try mixed[failing]
            throw TourFailure("INCR of a text must fail")
        } catch let error as ServerError {
            say("one command failed: \(error)")
        }
        _ = try mixed[text]
        try check(try mixed[after] == "no number", "the commands beside a failed one must run")
    }

    func atomicPipelines() async throws {
        // Not atomic unless you say so: MULTI and EXEC around the commands make other clients' commands wait.
        let pipe = client.pipeline()
        let first = pipe.incr("tour:{a}1")
        let second = pipe.incr("tour:{a}2")
        let replies = try await pipe.run(atomic: true)
        say("in MULTI and EXEC: \(try replies[first]) and \(try replies[second])")
        try check(try replies[first] == 1 && replies[second] == 1, "both must have counted")

        let (one, two) = try await client.transaction(.incr("tour:{a}1"), .incr("tour:{a}2"))
        say("as a tuple: \(one) and \(two)")
        try check(one == 2 && two == 2, "both must have counted again")
    }
}
