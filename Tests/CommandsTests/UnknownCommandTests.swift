// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Commands

@Suite struct UnknownCommandTests {
    private let redis = ServerIdentity(product: "redis", version: ServerVersion(7, 0, 15))

    private func unknown(_ message: String) -> UnknownCommand? {
        ServerError(message: message).explained(by: redis).unknownCommand
    }

    @Test(arguments: [
        ("ERR unknown command 'delifeq', with args beginning with: 'k' 'v' ", "DELIFEQ", ServerVersion(9, 0)),
        ("ERR unknown command `DELIFEQ`, with args beginning with: `k`, ", "DELIFEQ", ServerVersion(9, 0)),
        (
            "ERR unknown command 'COMMANDLOG', with args beginning with: 'get' '1' ", "COMMANDLOG GET",
            ServerVersion(8, 1)
        ),
        ("ERR unknown subcommand 'MYSHARDID'. Try CLUSTER HELP.", "CLUSTER MYSHARDID", ServerVersion(7, 2)),
        ("ERR unknown subcommand 'slot-stats'. Try CLUSTER HELP.", "CLUSTER SLOT-STATS", ServerVersion(8, 0)),
        ("ERR unknown command 'JSON.GET', with args beginning with: ", "JSON.GET", nil),
        ("ERR unknown command 'flushall'", "FLUSHALL", nil),
    ])
    func `the command and its first version are read from the server's words`(
        message: String, name: String, since: ServerVersion?
    ) {
        #expect(unknown(message)?.name == name)
        #expect(unknown(message)?.since == since)
        #expect(unknown(message)?.server == redis)
    }

    @Test(arguments: [
        "ERR syntax error", "WRONGTYPE unknown command 'x'", "ERR unknown command", "ERR unknown subcommand 'x'.", "",
        "ERR Unknown subcommand or wrong number of arguments for 'X'. Try OBJECT HELP.", "ERR unknown subcommand ''",
        "ERR unknown command 'HELLO", "ERR unknown subcommand 'a' 'b'",
    ])
    func `other errors stay what they are`(message: String) {
        let error = ServerError(message: message)
        #expect(error.explained(by: redis) == error)
        #expect(error.description == message)
    }

    @Test func `the description names the command, its first version, the product and the server's version`() {
        let message = "ERR unknown command 'DELIFEQ', with args beginning with: 'k' 'v' "
        let error = ServerError(message: message).explained(by: redis)
        #expect(error.code == .generic && error.message == message)
        #expect(error.description == "\(message) (DELIFEQ exists since Valkey 9.0.0, and the server is redis 7.0.15)")
        let old = ServerError(message: "ERR unknown command 'WAITAOF', …").explained(by: nil)
        #expect(
            old.unknownCommand?.description
                == "WAITAOF exists since Valkey and Redis 7.2.0, and the server doesn't say which one it is")
        let renamed = ServerError(message: "ERR unknown command 'FLUSHALL', …").explained(by: redis)
        #expect(renamed.unknownCommand?.description == "FLUSHALL is unknown to it, and the server is redis 7.0.15")
    }

    @Test(arguments: [
        ("9.1.2", ServerVersion(9, 1, 2)), ("7.4", ServerVersion(7, 4)), ("8", ServerVersion(8, 0)),
        ("255.255.255", ServerVersion(255, 255, 255)), ("8.0.0-rc1", ServerVersion(8, 0)),
        ("7.2.99999", ServerVersion(7, 2, .max)), ("6.2.6.1", ServerVersion(6, 2, 6)), ("", nil), ("v9", nil),
        (".1", nil), ("unstable", nil),
    ])
    func `versions are read as far as they are numbers`(text: String, version: ServerVersion?) {
        #expect(ServerVersion(text) == version)
    }

    @Test func `versions are in order by their first number that differs`() {
        let sorted = [ServerVersion(7, 0, 15), .init(7, 2), .init(8, 0, 1), .init(8, 1), .init(9, 0), .init(10, 0)]
        #expect(sorted.shuffled().sorted() == sorted)
        #expect(ServerVersion(9, 1, 2).description == "9.1.2")
    }

    @Test func `the table of newer commands has what the commands' facts say`() {
        #expect(unknown("ERR unknown command 'MSETEX'")?.since == MSETEX.metadata.since)
        #expect(unknown("ERR unknown command 'HGETDEL'")?.since == HGETDEL<Int>.metadata.since)
        #expect(unknown("ERR unknown command 'GET'")?.since == nil)
    }
}
