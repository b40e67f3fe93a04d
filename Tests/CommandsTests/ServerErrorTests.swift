// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@Suite struct ServerErrorTests {
    @Test(arguments: [
        ("ERR unknown command 'x'", "ERR"), ("WRONGTYPE Operation against a key", "WRONGTYPE"), ("LOADING", "LOADING"),
        ("my own words", "my"), ("", ""), ("NOAUTH\nmore", "NOAUTH"),
    ])
    func `the first word is the code and nothing is lost`(message: String, code: String) {
        let error = ServerError(message: message)
        #expect(error.code.rawValue == code)
        #expect(error.message == message)
        #expect(error.description == message)
    }

    @Test func `both forms of error replies are recognised and other replies are not`() throws {
        let simple = try RESPFrame(encoded: Array("-WRONGPASS no\r\n".utf8))
        let bulk = try RESPFrame(encoded: Array("!13\r\nWRONGPASS no!\r\n".utf8))
        let text = try RESPFrame(encoded: Array("+WRONGPASS no\r\n".utf8))
        #expect(ServerError(simple)?.code == .wrongPassword)
        #expect(ServerError(bulk)?.message == "WRONGPASS no!")
        #expect(ServerError(text) == nil)
    }

    @Test func `replies of which some are errors decode into results`() throws {
        let frame = try RESPFrame(encoded: Array("*2\r\n:1\r\n-WRONGTYPE no\r\n".utf8))
        let results = try frame.decode(as: [Result<Int, ServerError>].self)
        #expect(results == [.success(1), .failure(ServerError(message: "WRONGTYPE no"))])
    }

    @Test(arguments: [
        ("MOVED 3999 127.0.0.1:6381", 3999, "127.0.0.1", 6381),
        ("MOVED 0 ::1:6381", 0, "::1", 6381),
        ("MOVED 16383 2001:db8::8:800:200c:417a:1", 16383, "2001:db8::8:800:200c:417a", 1),
        ("MOVED 3999 [fe80::1]:7000", 3999, "fe80::1", 7000),
        ("MOVED 3999 :6381", 3999, "", 6381),
        ("MOVED 3999 ?:6381", 3999, "", 6381),
        ("MOVED 3999 node-1.example.com:65535", 3999, "node-1.example.com", 65535),
        ("MOVED 3999 127.0.0.1:6381 and more", 3999, "127.0.0.1", 6381),
    ])
    func `a MOVED error says where to go`(message: String, slot: Int, host: String, port: Int) throws {
        let slot = try #require(HashSlot(slot))
        #expect(ServerError(message: message).redirect == .moved(slot: slot, host: host, port: port))
        let ask = "ASK" + message.dropFirst(5)
        #expect(ServerError(message: ask).redirect == .ask(slot: slot, host: host, port: port))
    }

    @Test(arguments: [
        "MOVED", "MOVED 3999", "MOVED x 127.0.0.1:6381", "MOVED 16384 127.0.0.1:6381", "MOVED -1 127.0.0.1:6381",
        "MOVED 3999 127.0.0.1", "MOVED 3999 127.0.0.1:", "MOVED 3999 127.0.0.1:0", "MOVED 3999 127.0.0.1:65536",
        "ERR MOVED 3999 127.0.0.1:6381", "ASKING 3999 127.0.0.1:6381",
    ])
    func `what makes no sense is no redirect`(message: String) {
        #expect(ServerError(message: message).redirect == nil)
    }
}

extension ServerErrorTests {
    @Test func `REDIRECT names the primary, whose port is behind the last colon`() {
        #expect(ServerError(message: "REDIRECT 10.0.0.2:6380").redirect == .primary(host: "10.0.0.2", port: 6380))
        #expect(ServerError(message: "REDIRECT fe80::1:6380").redirect == .primary(host: "fe80::1", port: 6380))
        #expect(ServerError(message: "REDIRECT :6380").redirect == .primary(host: "", port: 6380))
        for nonsense in ["REDIRECT", "REDIRECT host", "REDIRECT host:", "REDIRECT host:0", "REDIRECT host:65536"] {
            #expect(ServerError(message: nonsense).redirect == nil)
        }
    }
}
