// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// What the server knows, and what it does with it.
struct Database {
    private var values: [RESPBytes: RESPBytes] = [:]
    private var commandCount = 0

    /// Writes the reply to a command.
    mutating func answer(_ command: RESPCommand, _ replies: inout ReplyEncoder) {
        commandCount += 1
        let arguments = command.arguments
        switch (command.uppercasedName, arguments.count) {
        case ("PING", 1): replies.simpleString("PONG")
        case ("PING", 2), ("ECHO", 2): replies.bulkString(arguments[1])
        case ("GET", 2): write(values[arguments[1]], &replies)
        case ("MGET", 2...):
            replies.arrayHeader(arguments.count - 1)
            for key in arguments.dropFirst() { write(values[key], &replies) }
        case ("SET", 3):
            values[arguments[1]] = arguments[2]
            replies.simpleString("OK")
        case ("DEL", 2...):
            replies.integer(arguments.dropFirst().count { values.removeValue(forKey: $0) != nil })
        case ("INCR", 2): increment(arguments[1], &replies)
        case ("INFO", _): replies.verbatimString("# Server\r\nkeys:\(values.count)\r\ncommands:\(commandCount)\r\n")
        case ("CONFIG", 3):
            replies.mapHeader(1)
            replies.bulkString(arguments[2])
            replies.bulkString("")
        case ("COMMAND", _): replies.mapHeader(0)
        case ("PING", _), ("ECHO", _), ("GET", _), ("MGET", _), ("SET", _), ("DEL", _), ("INCR", _):
            replies.error(code: "ERR", "wrong number of arguments for '\(command.name)' command")
        default:
            replies.error(code: "ERR", "unknown command '\(command.name)'")
        }
    }

    private func write(_ value: RESPBytes?, _ replies: inout ReplyEncoder) {
        if let value { replies.bulkString(value) } else { replies.null() }
    }

    private mutating func increment(_ key: RESPBytes, _ replies: inout ReplyEncoder) {
        guard let number = Int64(values[key] ?? "0"), number < .max else {
            return replies.error(code: "ERR", "value is not an integer or out of range")
        }
        values[key] = RESPBytes("\(number + 1)")
        replies.integer(number + 1)
    }
}
