// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import PubSub
internal import RESPCodec
internal import Testing

@Suite struct MonitorEntryTests {
    @Test func `a line tells time, database, client and arguments`() {
        #expect(
            entry(#"1339518083.107412 [3 127.0.0.1:60866] "set" "key" "value with spaces""#)
                == MonitorEntry(
                    time: UnixTime(sinceEpoch: .microseconds(1_339_518_083_107_412)), database: 3,
                    client: .address(host: "127.0.0.1", port: 60866), arguments: ["set", "key", "value with spaces"]))
    }

    @Test(arguments: [
        ("127.0.0.1:6379", MonitorEntry.Client.address(host: "127.0.0.1", port: 6379)),
        ("[::1]:6379", .address(host: "::1", port: 6379)), ("fe80::1:6379", .address(host: "fe80::1", port: 6379)),
        ("lua", .script), ("unix:/run/server.sock", .unix(path: "/run/server.sock")), ("unix:", .unix(path: "")),
        ("unix:/a] b/s", .unix(path: "/a] b/s")),
    ])
    func `each kind of client is recognised`(text: String, client: MonitorEntry.Client) {
        #expect(entry("1.000001 [0 \(text)] \"ping\"")?.client == client)
    }

    @Test func `every escape of the server is undone`() {
        #expect(
            entry(#"1.000001 [0 lua] "\"\\\n\r\t\a\b\x00\xff\xFF" "" "]""#)?.arguments == [
                RESPBytes([0x22, 0x5C, 10, 13, 9, 7, 8, 0, 0xFF, 0xFF]), "", "]",
            ])
    }

    @Test(arguments: [
        "", "OK", "1339518083 [0 lua] \"ping\"", "1.5 [0 lua] \"ping\"", "1.0000001 [0 lua] \"ping\"",
        "1.000001 [x lua] \"ping\"", "1.000001 [0 lua \"ping\"", "1.000001 [0 lua]", "1.000001 [0 lua] ping",
        "1.000001 [0 lua] \"ping", "1.000001 [0 lua] \"ping\\\"", "1.000001 [0 lua] \"\\x1\"",
        "1.000001 [0 lua] \"\\xg0\"", "1.000001 [0 lua] \"\\q\"", "1.000001 [0 lua] \"a\"\"b\"",
        "1.000001 [0 nowhere] \"ping\"", "1.000001 [0 host:70000] \"ping\"", "1.000001 [0 host:] \"ping\"",
        "999999999999999999.000001 [0 lua] \"ping\"", "9999999999999999999999.000001 [0 lua] \"ping\"",
        "1.000001 [0 lua] \"ping\" ",
    ])
    func `a malformed line is none`(line: String) {
        #expect(entry(line) == nil)
    }

    @Test func `no prefix of a line and no changed byte makes the parser fail otherwise`() {
        let line = Array(#"1339518083.107412 [0 [::1]:60866] "set" "\x00k\"" "\\""#.utf8)
        for length in line.indices { #expect(entry(Array(line[..<length]))?.arguments.isEmpty != true) }
        for index in line.indices {
            for byte in [0, 0x22, 0x5C, 0x5D, 0x20, 0xFF] as [UInt8] {
                var changed = line
                changed[index] = byte
                #expect(entry(changed)?.database ?? 0 >= 0)
            }
        }
    }

    private func entry(_ line: String) -> MonitorEntry? { entry(Array(line.utf8)) }

    private func entry(_ line: [UInt8]) -> MonitorEntry? { MonitorEntry(line: line.span) }
}
