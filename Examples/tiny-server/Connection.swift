// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ExampleSupport
internal import RESPCodec

/// One client.
final class Connection {
    let socket: Socket
    private let number: Int
    private var commands = RESPCommandDecoder(limits: .server)
    private var replies = ReplyEncoder(version: .resp2)
    /// Whether no more commands are answered.
    private var isEnding = false

    init(_ socket: consuming Socket, number: Int) {
        self.socket = socket
        self.number = number
    }

    var isOver: Bool { isEnding && replies.isEmpty }
    var hasReplies: Bool { !replies.isEmpty }
    /// Whoever doesn't take replies gets no more of them.
    var mayReceive: Bool { !isEnding && replies.count < 1 << 20 }

    /// Answers what the client has sent: of a pipeline, everything that is there.
    func receive(_ database: inout Database) {
        let isOpen = commands.receive { output in socket.receive(into: &output) }
        do throws(RESPDecodingError) {
            while !isEnding, let command = try commands.next() {
                answer(command, &database)
            }
        } catch {
            replies.error(code: "ERR", "Protocol error: \(error)")
            isEnding = true
        }
        if !isOpen { isEnding = true }
        send()
    }

    /// Sends replies, as many as the client takes: all of a pipeline's in one write.
    func send() {
        guard !replies.isEmpty else { return }
        if let sent = socket.send(replies.span) {
            replies.removeFirst(sent)
        } else {
            replies.removeAll()
            isEnding = true
        }
    }

    private func answer(_ command: RESPCommand, _ database: inout Database) {
        if command.isNamed("HELLO") {
            hello(command)
        } else if command.isNamed("QUIT") {
            replies.simpleString("OK")
            isEnding = true
        } else {
            database.answer(command, &replies)
        }
    }

    /// Changes to the version of the protocol that the client asks for, and introduces the server in it.
    private func hello(_ command: RESPCommand) {
        if let argument = command.argument(at: 1) {
            guard let version = Int(argument).flatMap(RESPVersion.init(rawValue:)) else {
                return replies.error(code: "NOPROTO", "unsupported protocol version")
            }
            replies.version = version
        }
        replies.mapHeader(7)
        replies.bulkString("server")
        replies.bulkString("tiny-server")
        replies.bulkString("version")
        replies.bulkString("1.0.0")
        replies.bulkString("proto")
        replies.integer(replies.version.rawValue)
        replies.bulkString("id")
        replies.integer(number)
        replies.bulkString("mode")
        replies.bulkString("standalone")
        replies.bulkString("role")
        replies.bulkString("master")
        replies.bulkString("modules")
        replies.arrayHeader(0)
    }
}
