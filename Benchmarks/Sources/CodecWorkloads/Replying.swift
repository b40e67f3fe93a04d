// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec

/// Replies that are encoded over and over.
private enum Reply {
    static let repetitions = 100_000
    static let value = "abcdefghijklmnop"
    static let values = [String](repeating: value, count: 10)

    /// One reply again and again into one buffer, emptied as after a write of 64 KiB.
    @inline(__always)
    static func encode(_ version: RESPVersion, _ reply: (inout ReplyEncoder) -> Void) -> Int {
        var encoder = ReplyEncoder(version: version, capacity: 128 << 10)
        var total = 0
        for _ in 0..<repetitions {
            reply(&encoder)
            if encoder.count > 64 << 10 {
                total &+= encoder.count
                encoder.removeAll()
            }
        }
        return total &+ encoder.count
    }
}

extension Table {
    /// A server's output. hiredis has nothing that writes replies.
    static let replies = Table(
        id: "replies", title: "Write replies as a server", unit: "reply", columns: ["RESP3", "RESP2"],
        rows: [
            row("`OK`", "OK") { encoder in encoder.simpleString("OK") },
            row("integer of 5 digits", "integer") { encoder in encoder.integer(12_345) },
            row("bulk string of 16 bytes", "bulk") { encoder in encoder.bulkString(Reply.value) },
            row("null", "null") { encoder in encoder.null() },
            row("double 3.25", "double") { encoder in encoder.double(3.25) },
            row("array of 10 such strings", "array") { encoder in
                encoder.arrayHeader(Reply.values.count)
                for value in Reply.values { encoder.bulkString(value) }
            },
            row("map of 5 pairs of such", "map") { encoder in
                encoder.mapHeader(Reply.values.count / 2)
                for value in Reply.values { encoder.bulkString(value) }
            },
            row("frame of a map of 5 pairs", "frame") { encoder in encoder.frame(Table.map) },
        ])

    private static let map: RESPFrame = {
        var encoder = ReplyEncoder(version: .resp3)
        encoder.mapHeader(Reply.values.count / 2)
        for value in Reply.values { encoder.bulkString(value) }
        // A frame that was just encoded can be decoded, or the tables have no business to go on.
        return try! RESPFrame(encoded: Array(RESPBytes(encoder.span)))
    }()

    private static func row(
        _ title: String, _ name: String, _ reply: @escaping @Sendable (inout ReplyEncoder) -> Void
    ) -> Row {
        Row(
            name: title,
            workloads: [("resp3", RESPVersion.resp3), ("resp2", .resp2)].map { suffix, version in
                Workload(name: "reply-\(name)-\(suffix)", elements: Reply.repetitions) {
                    Reply.encode(version, reply)
                }
            })
    }
}
