// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

/// What a router and a retry decision learn from a command.
@Suite struct RoutingTests {
    @Test func `keys come in the order of the request, values do not`() {
        #expect(keys(.get("k")) == ["k"])
        #expect(keys(.set("k", "v")) == ["k"])
        #expect(keys(.del("a", "b", "c")) == ["a", "b", "c"])
        #expect(keys(.mset([("a", 1), ("b", 2)])) == ["a", "b"])
        #expect(keys(.mset("a", 1)) == ["a"])
        #expect(keys(.hset("k", "f", "v")) == ["k"])
        #expect(keys(.zunionstore("d", ["a", "b"])) == ["d", "a", "b"])
        #expect(keys(.sortStore("k", store: "d")) == ["k", "d"])
        #expect(keys(.eval("return 1", keys: ["a"], args: ["x"])) == ["a"])
        #expect(keys(.xread([("s", .beginning), ("t", .end)])) == ["s", "t"])
        #expect(keys(.objectEncoding("k")) == ["k"])
        #expect(keys(.ping()) == [])
        #expect(keys(.get(12)) == ["12"])
    }

    @Test func `a shard channel is routed like a key and an ordinary one is not`() {
        #expect(keys(.spublish("c", "m")) == ["c"])
        #expect(keys(.publish("c", "m")) == [])
    }

    @Test func `readers are read-only and writers are not`() {
        #expect(GET<RESPBytes>.metadata.isReadOnly)
        #expect(GET<RESPBytes>.metadata.idempotency == .readOnly)
        #expect(SET.metadata.isWrite)
        #expect(!SET.metadata.isReadOnly)
        #expect(CLUSTER.SLOTS.metadata.idempotency == .readOnly)
        #expect(CLUSTER.SLOTS.metadata.name == "CLUSTER SLOTS")
    }

    @Test func `what accumulates is never taken for idempotent`() {
        let accumulating = [
            INCR.metadata, INCRBY.metadata, INCRBYFLOAT.metadata, DECR.metadata, APPEND.metadata, LPUSH.metadata,
            RPUSH.metadata, LPOP<RESPBytes>.metadata, SPOP<RESPBytes>.metadata, HINCRBY.metadata, ZINCRBY.metadata,
            ZPOPMIN<RESPBytes>.metadata, XADD.metadata, PUBLISH.metadata, EVAL<RESPBytes>.metadata, RENAME.metadata,
            LMOVE<RESPBytes>.metadata, GETSET<RESPBytes>.metadata, GETDEL<RESPBytes>.metadata, LINSERT.metadata,
            LREM.metadata, ZADD_INCR.metadata, SET_GET<RESPBytes>.metadata,
        ]
        for metadata in accumulating { #expect(metadata.idempotency == .accumulating, "\(metadata.name)") }
        let idempotent = [
            SET.metadata, DEL.metadata, HSET.metadata, HDEL.metadata, SADD.metadata, SREM.metadata, ZADD.metadata,
            EXPIRE.metadata, MSET.metadata, LSET.metadata, PERSIST.metadata,
        ]
        for metadata in idempotent { #expect(metadata.idempotency == .idempotent, "\(metadata.name)") }
    }

    @Test func `waiting commands are flagged, XREAD only with its option`() {
        #expect(BLPOP<RESPBytes>.metadata.isBlocking)
        #expect(WAIT.metadata.isBlocking)
        #expect(!LPOP<RESPBytes>.metadata.isBlocking)
        let streams = BulkStringList.two("s", "$")
        #expect(!XREAD<RESPBytes>(streams: streams).callMetadata.isBlocking)
        #expect(XREAD<RESPBytes>(block: .seconds(1), streams: streams).callMetadata.isBlocking)
        #expect(XREAD<RESPBytes>(block: .seconds(1), streams: streams).callMetadata.isReadOnly)
    }

    @Test func `policies for several nodes are the server's`() {
        #expect(DEL.metadata.requestPolicy == .multiShard)
        #expect(DEL.metadata.responsePolicy == .sum)
        #expect(FLUSHALL.metadata.requestPolicy == .allShards)
        #expect(FLUSHALL.metadata.responsePolicy == .allSucceeded)
        #expect(GET<RESPBytes>.metadata.requestPolicy == .none)
    }
}
