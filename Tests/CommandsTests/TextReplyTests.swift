// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

/// Replies that the server writes as text.
@Suite struct TextReplyTests {
    @Test func `CLIENT LIST has a connection each`() throws {
        let text = """
            id=5 addr=127.0.0.1:52555 laddr=127.0.0.1:6379 fd=8 name= age=34 idle=3 flags=N db=2 resp=3 redir=-1 user=joe cmd=client|list tot-mem=17060 lib-name=toolkit lib-ver=1
            id=6 addr=/tmp/a=b:0 name=worker redir=5

            """
        let clients = try bulk(text, as: CLIENT.LIST.Reply.self)
        #expect(clients.map(\.id) == [5, 6])
        #expect(clients[0].address == "127.0.0.1:52555")
        #expect(clients[0].name == "")
        #expect(clients[0].age == .seconds(34))
        #expect(clients[0].database == 2)
        #expect(clients[0].protocolVersion == 3)
        #expect(clients[0].redirect == nil)
        #expect(clients[0].lastCommand == "client|list")
        #expect(clients[1].fields["addr"] == "/tmp/a=b:0")
        #expect(clients[1].redirect == 5)
        #expect(try bulk(text, as: CLIENT.INFO.Reply.self).user == "joe")
        #expect(try bulk("", as: CLIENT.LIST.Reply.self).isEmpty)
    }

    @Test(arguments: ["\r\n", "\n"])
    func `INFO has sections of fields`(end: String) throws {
        let lines = [
            "# Server", "redis_version:7.2.4", "tcp_port:6379", "", "# Keyspace", "db0:keys=2,expires=1,avg_ttl=0",
            "odd",
        ]
        let info = try bulk(lines.joined(separator: end), as: INFO.Reply.self)
        #expect(info.sections.map(\.name) == ["Server", "Keyspace"])
        #expect(info["redis_version"] == "7.2.4")
        #expect(info["tcp_port", as: Int.self] == 6379)
        #expect(info["redis_version", as: Int.self] == nil)
        #expect(info["nothing"] == nil)
        #expect(info["odd"] == "")
        #expect(info.parts(of: "db0") == ["keys": "2", "expires": "1", "avg_ttl": "0"])
    }

    @Test func `CLUSTER NODES has a node each`() throws {
        let text = """
            n1 127.0.0.1:7000@17000,host-1,tls-port=0,shard-id=s master - 0 1000 2 connected 0-5460 7000
            n2 ::1:7001@17001,, myself,slave n1 0 0 1 disconnected
            n3 :7002@17002 master - 5 7 3 connected 9 [93->-n4] [77-<-n5]

            """
        let nodes = try bulk(text, as: CLUSTER.NODES.Reply.self)
        #expect(nodes.map(\.id) == ["n1", "n2", "n3"])
        #expect(nodes.map(\.address) == ["127.0.0.1", "::1", ""])
        #expect(nodes.map(\.port) == [7000, 7001, 7002])
        #expect(nodes.map(\.busPort) == [17000, 17001, 17002])
        #expect(nodes.map(\.hostname) == ["host-1", nil, nil])
        #expect(nodes[0].slots == [0...5460, 7000...7000])
        #expect(nodes[0].isPrimary)
        #expect(nodes[0].pongReceived == .seconds(1))
        #expect(nodes[1].flags == ["myself", "slave"])
        #expect(nodes[1].primary == "n1")
        #expect(!nodes[1].isConnected)
        #expect(nodes[2].migrating == [.init(slot: 93, node: "n4")])
        #expect(nodes[2].importing == [.init(slot: 77, node: "n5")])
    }

    @Test(arguments: [
        "n1", "n1 127.0.0.1:x@1 master - 0 0 1 connected", "n1 h:1 master - 0 0 1 connected 9-5",
        "n1 h:1 master - 0 0 1 connected [9]",
    ])
    func `a node that makes no sense is refused`(line: String) {
        #expect(throws: RESPTypeMismatch.self) { try bulk(line, as: CLUSTER.NODES.Reply.self) }
    }
}
