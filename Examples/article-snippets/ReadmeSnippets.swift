// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

// The code of README.md, compiled (Scripts/check-docc). Its first program is run by Scripts/check-consumers, the rest needs a server.

private struct SoldOut: Error {}
private struct User {}

/// Stands for that of Examples/json-values.
private struct JSON<Value>: RESPDecodable {
    init(from reader: inout RESPReader) throws(RESPTypeMismatch) { _ = try reader.readString() }
}

private func taste(
    _ client: ValkeyClient, token: String, bill: ([HashField<RESPBytes>]) async throws -> Void
) async throws {
    // Pipelines: one write, typed replies.
    let (stored, hits) = try await client.pipeline(.set("page", "home"), .incr("hits"))

    let pipe = client.pipeline()
    pipe.set("a", "1").set("b", "2")
    let sum = pipe.incrby("a", 41)
    let replies = try await pipe.run()  // run(atomic: true) wraps it in MULTI and EXEC
    print(try replies[sum])  // 42

    // Many of one kind need no handles.
    for id in ["1", "2", "3"] { pipe.get("user:\(id)") }
    print(try await pipe.run().values(as: String?.self))

    // WATCH, read, decide, MULTI … EXEC; starts over when somebody else was faster.
    let left = try await client.transaction(watching: "stock") { tx in
        let stock = try await tx.get("stock", as: Int.self) ?? 0
        guard stock > 0 else { throw SoldOut() }
        let multi = tx.multi()
        let left = multi.decr("stock")
        return multi.commit(left)
    }

    // Replies as types of yours, times as durations, answers with names (JSON is Examples/json-values).
    let user = try await client.get("user:1", as: JSON<User>.self)
    try await client.set("session", token, expiration: .after(.seconds(60)))
    if case .limited(let left) = try await client.ttl("session") { print(left) }

    // Scripts go by their digest, and as text to a server that doesn't know them.
    let highest = Script(
        """
        local best = math.max(redis.call('GET', KEYS[1]) or 0, ARGV[1])
        redis.call('SET', KEYS[1], best)
        return best
        """)
    let best = try await client.eval(highest, keys: ["score:ada"], args: [4711], as: Int.self)

    // A consumer of a group: each entry at least once, over crashes, restarts and failovers.
    for try await order in client.consume("orders", group: "billing", consumer: "host-7", claimingAfter: .seconds(60)) {
        try await bill(order.fields)
        try await order.acknowledge()
    }

    // Publish and subscribe.
    let subscription = try await client.subscribe(to: "news")
    for try await event in subscription { print(event) }

    print(stored, hits, left, user as Any, best)
}

private func onTheLoop(_ client: ValkeyClient, _ keys: [String]) async throws {
    try await withTaskExecutorPreference(EventLoop.shared) {
        for key in keys { print(try await client.get(key) ?? "none") }
    }
}

private func codecAlone(_ received: [UInt8]) throws {
    var decoder = RESPDecoder()
    decoder.append(received.span)
    while let frame = try decoder.next() {
        print(try frame.decode(as: [String].self))
    }
}
