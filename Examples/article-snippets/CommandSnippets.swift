// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

// The code of the articles in Commands.docc, compiled (Scripts/check-docc). It isn't run here, since it needs a server.

func overview(_ client: ValkeyClient) async throws {
    try await client.set("greeting", "hello", expiration: .seconds(60))
    let greeting = try await client.get("greeting", as: String.self)
    print(greeting ?? "")
}

enum Color: String, BulkStringConvertible, RESPDecodable { case red, green, blue }

func optionsAndDurations(_ client: ValkeyClient) async throws {
    let isFirst = try await client.set("lock", "me", condition: .nx, expiration: .seconds(10)).isStored
    try await client.zadd("scores", 12.5, "ada", condition: .gt, ch: true)

    try await client.expire("session", .seconds(30 * 60))
    try await client.set("report", "…", expiration: .at(.seconds(1_900_000_000)))
    switch try await client.ttl("session") {
    case .missing: print("there is no session")
    case .unlimited: print("it never ends")
    case .limited(let time): print("it ends in \(time)")
    }

    try await client.del("a", "b", "c")
    let names = ["a", "b", "c"]
    let values = try await client.mget(names, as: Int.self)
    try await client.hset("user:1", ["name": "Ada", "born": "1815"])
    try await client.hset("user:1", [("visits", 3), ("logins", 1)])

    let removed = names.isEmpty ? 0 : try await client.srem("online", names)

    try await client.sadd("colors", Color.red, .blue)
    let colors = try await client.smembers("colors", as: Color.self)
    print(isFirst, values, removed, colors)
}

func repliesAndTheirTypes(_ client: ValkeyClient) async throws {
    let bytes = try await client.get("visits")
    let visits = try await client.get("visits", as: Int.self) ?? 0
    let row = try await client.hmget("user:1", "name", "mail", as: String.self)

    let fields = try await client.execute(
        HGETALL<RESPBytes>(key: "user:1").decoded(as: RESPPairs<String, String>.self))

    let user = try await client.hgetall("user:1", as: String.self)
    let name = user["name"]

    do {
        try await client.lpush("greeting", "not a list")
    } catch let error as ServerError where error.code == .wrongType {
        print("greeting is no list")
    }
    print(bytes ?? "", visits, row, fields, name ?? "")
}

func scriptsAndFunctions(_ client: ValkeyClient) async throws {
    let takeToken = Script(
        """
        local left = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
        if left < 1 then return 0 end
        redis.call('SET', KEYS[1], left - 1, 'EX', ARGV[2])
        return 1
        """)
    let isAllowed = try await client.eval(takeToken, keys: ["tokens:ada"], args: [10, 60], as: Bool.self)

    let counters = try FunctionCode(
        """
        #!lua name=counters
        redis.register_function('bump', function(keys, args) return redis.call('INCRBY', keys[1], args[1]) end)
        """)
    try await client.functionLoad(counters)
    let hits = try await client.fcall("bump", keys: ["hits"], args: [2], as: Int.self)
    print(isAllowed, hits)
}

func streamsAndGroups(_ client: ValkeyClient) async throws {
    let id = try await client.xadd("orders", .automatic, [("item", "book"), ("price", "12")])

    for try await entry in client.follow("orders", after: .beginning, as: String.self) {
        print(entry.id, entry["item"] ?? "")
        if entry.id == id { break }
    }

    for try await order in client.consume("orders", group: "billing", consumer: "host-7", creatingFrom: .beginning) {
        print("billing", order.fields)
        try await order.acknowledge()
        if order.id == id { break }
    }

    let entries = try await client.xrange("orders", .first, .last, count: 10, as: String.self)
    for entry in entries { print(entry.id, entry.fields ?? []) }
}
