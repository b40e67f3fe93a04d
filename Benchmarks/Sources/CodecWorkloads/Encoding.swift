// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec

/// What is encoded over and over: keys and values of everyday size.
struct Requests {
    static let repetitions = 100_000
    let key = "key:000012345"
    let value = "abcdefghijklmnop"
    let fields: [(String, String)]
    let dictionary: [String: String]
    let keys = (0..<100).map { "key:\(10_000 + $0)" }

    init() {
        fields = (0..<20).map { ("field:\($0)", "value of field \($0)") }
        dictionary = Dictionary(uniqueKeysWithValues: fields)
    }

    /// One command again and again into one buffer, emptied as after a write of 64 KiB.
    @inline(__always)
    func encode(_ command: (borrowing Requests, inout CommandEncoder) -> Void) -> Int {
        var encoder = CommandEncoder(capacity: 128 << 10)
        var total = 0
        for _ in 0..<Requests.repetitions {
            command(self, &encoder)
            if encoder.count > 64 << 10 {
                total &+= encoder.count
                encoder.removeAll()
            }
        }
        return total &+ encoder.count
    }

    func get() -> Int {
        encode { requests, encoder in
            encoder.literal("*2\r\n$3\r\nGET\r\n")
            encoder.bulk(requests.key)
        }
    }

    func set() -> Int {
        encode { requests, encoder in
            encoder.literal("*3\r\n$3\r\nSET\r\n")
            encoder.bulk(requests.key)
            encoder.bulk(requests.value)
        }
    }

    func hset() -> Int {
        encode { requests, encoder in
            encoder.command(42)
            encoder.literal("$4\r\nHSET\r\n")
            encoder.bulk(requests.key)
            // A loop over the array would retain and release every string.
            encoder.bulk(pairs: requests.fields.span)
        }
    }

    /// A command that was made beforehand. Not inlined: how its arguments were given isn't known here.
    @inline(never)
    static func encode(made command: some Command) -> Int {
        Requests().encode { _, encoder in command.encode(into: &encoder) }
    }

    static var set: SET {
        let requests = Requests()
        return SET(key: requests.key.bulkString, value: requests.value.bulkString)
    }

    /// The same commands by their methods, on something that queues them as a batch does.
    @inline(__always)
    func call(_ method: (borrowing Requests, EncodingQueue) -> Void) -> Int {
        let queue = EncodingQueue()
        for _ in 0..<Requests.repetitions { method(self, queue) }
        return unsafe queue.total &+ queue.encoder.count
    }

    /// The arguments of the same, for those who take them as a list.
    static func arguments(_ name: String) -> [String] {
        let requests = Requests()
        return switch name {
        case "GET": ["GET", requests.key]
        case "SET": ["SET", requests.key, requests.value]
        case "MGET": ["MGET"] + requests.keys
        default: ["HSET", requests.key] + requests.fields.flatMap { [$0.0, $0.1] }
        }
    }
}

/// Queues commands by encoding them, into a buffer that is emptied as after a write of 64 KiB.
final class EncodingQueue: CommandBuffer, CommandQueue {
    /// Nobody else has the queue; a batch does without Swift's check, too.
    @exclusivity(unchecked) var encoder = CommandEncoder(capacity: 128 << 10)
    var total = 0

    @inline(__always)
    func append<C: Command>(_ command: C) -> Int {
        unsafe command.encode(into: &encoder)
        if unsafe encoder.count > 64 << 10 {
            unsafe total &+= encoder.count
            unsafe encoder.removeAll()
        }
        return 0
    }

    @inline(__always)
    func enqueue<C: Command>(_ command: C) -> Queued<C.Reply> { Queued(buffer: self, index: append(command)) }
}

extension Table {
    /// T2: commands are written into a connection's buffer.
    static let encoding = Table(
        id: "T2", title: "Encode", unit: "command", columns: ["encode", "redisFormatSdsCommandArgv"],
        ratio: (0, 1),
        rows: [
            row("GET", "GET") { Requests().get() },
            row("SET", "SET") { Requests().set() },
            row("HSET of 20 fields from an array of pairs of strings", "HSET") { Requests().hset() },
            row("`SET(key:value:)`, made beforehand", "SET", made: "set-made") { Requests.encode(made: Requests.set) },
            row("`get(key)`", "GET", made: "get") { Requests().call { $1.get($0.key) } },
            row("`set(key, value)`", "SET", made: "set") { Requests().call { $1.set($0.key, $0.value) } },
            row("`mget(keys)` of 100", "MGET", made: "mget") { Requests().call { $1.mget($0.keys) } },
            row("`hset(key, pairs)` of 20", "HSET", made: "hset") { Requests().call { $1.hset($0.key, $0.fields) } },
            row("`hset(key, dictionary)` of 20", "HSET", made: "hset-dictionary") {
                Requests().call { $1.hset($0.key, $0.dictionary) }
            },
        ])

    private static func row(
        _ title: String, _ name: String, made method: String? = nil, _ body: @escaping @Sendable () -> Int
    ) -> Row {
        Row(
            name: title,
            workloads: [
                Workload(name: "encode-\(method ?? name)", elements: Requests.repetitions, body: body),
                hiredisFormat("hiredis-format-\(name)", Requests.arguments(name)),
            ],
            must: 0.12, reach: 0.06, allocations: 0)
    }
}
