// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// What has passed the proxy.
struct Statistics {
    private var commands: [RESPBytes: Int] = [:]
    private var errors: [String: Int] = [:]
    private var malformed: [String] = []
    private var replyCount = 0
    private var pushCount = 0

    /// Counts a command under its name, however it was spelled, without looking at the rest of it.
    mutating func count(_ command: RESPCommand) {
        commands[command.uppercasedName, default: 0] += 1
    }

    /// Counts what a server has sent.
    mutating func count(_ frame: RESPFrame) {
        if frame.isPush {
            pushCount += 1
            return
        }
        replyCount += 1
        if let message = frame.errorMessage {
            errors[String(message.prefix { $0 != " " }), default: 0] += 1
        }
    }

    /// Notes that one side has sent something that is no RESP; it is passed on, too.
    mutating func count(_ error: RESPDecodingError) { malformed.append("\(error)") }

    /// The most frequent commands first.
    var lines: [String] {
        let names = commands.sorted { $0.value != $1.value ? $0.value > $1.value : String($0.key) < String($1.key) }
        return names.map { "\($0.key) \($0.value)" }
            + ["replies \(replyCount), pushes \(pushCount)"]
            + errors.sorted { $0.key < $1.key }.map { "error \($0.key) \($0.value)" }
            + malformed.map { "malformed: \($0)" }
    }
}
