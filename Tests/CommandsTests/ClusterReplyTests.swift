// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@Suite struct ClusterReplyTests {
    @Test(arguments: [
        "*1 *4 :0 :5460 *4 $9 127.0.0.1 :7000 $2 n1 *2 $8 hostname $1 h *3 _ :7001 $2 n2",
        "*1 *4 :0 :5460 *4 $9 127.0.0.1 :7000 $2 n1 %1 $8 hostname $1 h *3 $-1 :7001 $2 n2",
        "*1 *4 :0 :5460 *5 $9 127.0.0.1 :7000 $2 n1 *2 $8 hostname $1 h :99 *3 $1 ? :7001 $2 n2",
    ])
    func `CLUSTER SLOTS has ranges with their nodes`(text: String) throws {
        let ranges = try reply(text, as: CLUSTER.SLOTS.Reply.self)
        let range = try #require(ranges.first)
        #expect(range.slots == 0...5460)
        #expect(range.nodes.map(\.port) == [7000, 7001])
        #expect(range.nodes.map(\.endpoint) == ["127.0.0.1", nil])
        #expect(range.nodes.map(\.id) == ["n1", "n2"])
        #expect(range.nodes[0].metadata == ["hostname": "h"])
    }

    @Test(arguments: ["*3 :10 :5 *2 $1 a :1", "*2 :1 :5", "*3 :0 :16384 *2 $1 a :1", "*3 :0 :1 *1 $1 a"])
    func `ranges that make no sense are refused`(text: String) {
        #expect(throws: RESPTypeMismatch.self) { try reply("*1 " + text, as: CLUSTER.SLOTS.Reply.self) }
    }

    @Test(arguments: ["*", "%"])
    func `CLUSTER SHARDS has shards with their nodes`(map: String) throws {
        let (outer, inner) = map == "*" ? ("*6", "*12") : ("%3", "%6")
        let node =
            "\(inner) $2 id $2 n1 $4 port :7000 $8 endpoint $1 ? $4 role $6 master $6 health $6 online $3 new $1 x"
        let text = "*1 \(outer) $5 slots *4 :0 :1 :5 :9 $5 nodes *1 \(node) $2 id $2 s1"
        let shard = try #require(try reply(text, as: CLUSTER.SHARDS.Reply.self).first)
        #expect(shard.slots == [0...1, 5...9])
        #expect(shard.id == "s1")
        let first = try #require(shard.nodes.first)
        #expect(first.id == "n1")
        #expect(first.port == 7000)
        #expect(first.tlsPort == nil)
        #expect(first.endpoint == nil)
        #expect(first.role == "master")
        #expect(first.health == "online")
    }

    @Test func `what a node calls itself is what other commands take`() throws {
        let id = try reply("$2 n1", as: CLUSTER.MYID.Reply.self)
        #expect(id == ClusterNodeID(rawValue: "n1"))
        #expect(try words(.clusterForget(id)) == ["CLUSTER", "FORGET", "n1"])
        #expect(try words(.clusterReplicate(.nodeId(id))) == ["CLUSTER", "REPLICATE", "n1"])
        #expect(try words(.clusterSetslot(5, .migrating(id))) == ["CLUSTER", "SETSLOT", "5", "MIGRATING", "n1"])
        #expect(try words(.clusterSetslot(5, .node(id))) == ["CLUSTER", "SETSLOT", "5", "NODE", "n1"])
    }
}
