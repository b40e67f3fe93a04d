// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@Suite struct RawCommandTests {
    @Test func `its words are sent as they are`() {
        let key = "k"
        #expect(wire(RawCommand("JSON.SET", key, "$", 1)) == "*4 $8 JSON.SET $1 k $1 $ $1 1")
        #expect(wire(RawCommand("PING")) == "*1 $4 PING")
    }

    @Test func `key positions are those of the server`() {
        #expect(keys(RawCommand("OBJECT", "ENCODING", "k", keys: [2], as: String.self)) == ["k"])
        #expect(keys(RawCommand("BITOP", "AND", "d", "a", "b", keys: [2, 3, 4])) == ["d", "a", "b"])
        #expect(keys(RawCommand("GET", "k")) == [])
    }

    @Test func `it is taken for a write that must not be sent twice`() {
        let metadata = RawCommand("get", "k").callMetadata
        #expect(metadata.name == "GET")
        #expect(!metadata.isReadOnly)
        #expect(metadata.idempotency == .accumulating)
        #expect(metadata.flags == [])
    }

    @Test func `it is what it says it is`() {
        let reads = RawCommand("JSON.GET", "k", keys: [1], idempotency: .readOnly, as: String?.self).callMetadata
        #expect(reads.isReadOnly)
        #expect(reads.idempotency == .readOnly)
        let sets = RawCommand("JSON.SET", "k", "$", 1, keys: [1], idempotency: .idempotent).callMetadata
        #expect(!sets.isReadOnly)
        #expect(sets.idempotency == .idempotent)
        // Saying so makes nothing of what binds a connection.
        #expect(RawCommand("WATCH", "k", idempotency: .readOnly).callMetadata.bindsConnection)
    }

    @Test(arguments: [
        "SELECT", "select", "Auth", "HELLO", "MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH", "SUBSCRIBE", "psubscribe",
        "SSUBSCRIBE", "UNSUBSCRIBE", "MONITOR", "SYNC", "PSYNC", "RESET", "QUIT", "ASKING", "READONLY", "READWRITE",
    ])
    func `names that bind a connection are known in any case`(name: String) {
        #expect(RawCommand(name, "x").callMetadata.bindsConnection)
    }

    @Test func `subcommands decide where the name alone does not`() {
        #expect(RawCommand("CLIENT", "TRACKING", "ON").callMetadata.bindsConnection)
        #expect(RawCommand("client", "reply", "off").callMetadata.bindsConnection)
        #expect(RawCommand("CLIENT", "SETNAME", "x").callMetadata.bindsConnection)
        #expect(!RawCommand("CLIENT", "LIST").callMetadata.bindsConnection)
        #expect(!RawCommand("CLIENT").callMetadata.bindsConnection)
        #expect(RawCommand("SCRIPT", "DEBUG", "YES").callMetadata.bindsConnection)
        #expect(!RawCommand("SCRIPT", "LOAD", "x").callMetadata.bindsConnection)
    }

    @Test func `waiting commands are known by name and XREAD by its option`() {
        #expect(RawCommand("blpop", "k", 0).callMetadata.isBlocking)
        #expect(RawCommand("WAIT", 1, 0).callMetadata.isBlocking)
        #expect(RawCommand("XREAD", "BLOCK", 0, "STREAMS", "s", "$").callMetadata.isBlocking)
        #expect(!RawCommand("XREAD", "STREAMS", "BLOCK", "0").callMetadata.isBlocking)
        #expect(!RawCommand("GET", "BLOCK").callMetadata.isBlocking)
    }

    @Test func `a refusal says what to do instead`() {
        #expect(CommandMisuse.bindsConnection(name: "SELECT").description.contains("SELECT binds state"))
    }
}
