// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec

/// What is encoded over and over: keys and values of everyday size.
struct Commands {
    static let repetitions = 100_000
    let key = "key:000012345"
    let value = "abcdefghijklmnop"
    let fields = (0..<20).map { ("field:\($0)", "value of field \($0)") }

    /// One command again and again into one buffer, emptied as after a write of 64 KiB.
    @inline(__always)
    func encode(_ command: (borrowing Commands, inout CommandEncoder) -> Void) -> Int {
        var encoder = CommandEncoder(capacity: 128 << 10)
        var total = 0
        for _ in 0..<Commands.repetitions {
            command(self, &encoder)
            if encoder.count > 64 << 10 {
                total &+= encoder.count
                encoder.removeAll()
            }
        }
        return total &+ encoder.count
    }

    func get() -> Int {
        encode { commands, encoder in
            encoder.literal("*2\r\n$3\r\nGET\r\n")
            encoder.bulk(commands.key)
        }
    }

    func set() -> Int {
        encode { commands, encoder in
            encoder.literal("*3\r\n$3\r\nSET\r\n")
            encoder.bulk(commands.key)
            encoder.bulk(commands.value)
        }
    }

    func hset() -> Int {
        encode { commands, encoder in
            encoder.command(42)
            encoder.literal("$4\r\nHSET\r\n")
            encoder.bulk(commands.key)
            // A loop over the array would retain and release every string.
            encoder.bulk(pairs: commands.fields.span)
        }
    }

    /// The arguments of the same, for those who take them as a list.
    static func arguments(_ name: String) -> [String] {
        let commands = Commands()
        return switch name {
        case "GET": ["GET", commands.key]
        case "SET": ["SET", commands.key, commands.value]
        default: ["HSET", commands.key] + commands.fields.flatMap { [$0.0, $0.1] }
        }
    }
}

extension Table {
    /// T2: commands are written into a connection's buffer.
    static let encoding = Table(
        id: "T2", title: "Encode", unit: "command", columns: ["encode", "redisFormatSdsCommandArgv"],
        ratio: (0, 1),
        rows: [
            row("GET", "GET") { Commands().get() },
            row("SET", "SET") { Commands().set() },
            row("HSET of 20 fields from an array of pairs of strings", "HSET") { Commands().hset() },
        ])

    private static func row(_ title: String, _ name: String, _ body: @escaping @Sendable () -> Int) -> Row {
        Row(
            name: title,
            workloads: [
                Workload(name: "encode-\(name)", elements: Commands.repetitions, body: body),
                hiredisFormat("hiredis-format-\(name)", Commands.arguments(name)),
            ],
            must: 0.12, reach: 0.06, allocations: 0)
    }
}
