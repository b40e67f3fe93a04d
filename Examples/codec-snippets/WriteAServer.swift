// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

func answerCommands() throws {
    var replies = ReplyEncoder(version: .resp3)
    var sent = 0
    func write(_ bytes: Span<UInt8>) { sent = bytes.count }
    func isRight(_ password: RESPBytes?) -> Bool { password == "secret" }

    var commands = RESPCommandDecoder(limits: .serverBeforeAuthentication)
    let received = bytes("AUTH secret\r\n*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n")
    commands.append(received.span)
    while let command = try commands.next() {
        switch command.uppercasedName {
        case "AUTH" where isRight(command.argument(at: 1)):
            commands.limits = .server
            replies.simpleString("OK")
        case "ECHO" where command.argumentCount == 2:
            replies.bulkString(command.argument(at: 1) ?? "")
        default:
            replies.error(code: "ERR", "unknown command or wrong number of arguments")
        }
    }
    write(replies.span)
    replies.removeAll()
    expect(sent == 13 && commands.limits == .server)

    replies.mapHeader(2)
    replies.bulkString("visits")
    replies.integer(7)
    replies.bulkString("score")
    replies.double(1.5)
    expect(replies.count == 37)

    let upstream = try RESPFrame(encoded: bytes("%1\r\n+a\r\n#t\r\n"))
    var oldClient = ReplyEncoder(version: .resp2)
    oldClient.frame(upstream)
    expect(try RESPFrame(encoded: [UInt8](copying: oldClient.span)).description == #"["a", 1]"#)
}

extension [UInt8] {
    fileprivate init(copying bytes: Span<UInt8>) {
        self = []
        for index in bytes.indices { append(bytes[index]) }
    }
}
