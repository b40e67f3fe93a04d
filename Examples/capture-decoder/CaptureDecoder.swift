// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Reads what was captured of one connection, as files with the bytes of either side, and prints every command with its
// reply: capture-decoder COMMANDS REPLIES. `command-proxy` makes such files.

internal import ExampleSupport
internal import RESPCodec

@main
enum CaptureDecoder {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2, var commands = CommandCapture(path: arguments[0]),
            var replies = ReplyCapture(path: arguments[1])
        else { return say("usage: capture-decoder COMMANDS REPLIES, two files that can be read") }

        while let command = try commands.next() {
            var answer = "no reply in the capture"
            while let frame = try replies.next() {
                // Replies come in the order of the commands; pushes belong to none of them.
                if frame.isPush {
                    say("(push) \(frame)")
                } else {
                    answer = "\(frame)"
                    break
                }
            }
            // A command's own description leaves arguments out: they may be secrets.
            say("\(command.arguments.map(String.init).joined(separator: " ")) -> \(answer)")
        }
        while let frame = try replies.next() { say("(without a command) \(frame)") }
    }
}
