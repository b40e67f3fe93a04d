// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import PubSub
import RESPCodec
import Testing

@Suite struct KeyspaceEventTests {
    private func message(_ channel: String, _ payload: String) -> Message {
        Message(kind: .channel, channel: RESPBytes(channel), payload: RESPBytes(payload))
    }

    @Test func `both kinds of channel say the same event`() {
        let event = KeyspaceEvent(database: 12, key: "user:1", name: .expired)
        #expect(KeyspaceEvent(message("__keyspace@12__:user:1", "expired")) == event)
        #expect(KeyspaceEvent(message("__keyevent@12__:expired", "user:1")) == event)
    }

    @Test func `keys may be anything`() throws {
        let key: [UInt8] = [0xff, 0x5f, 0x5f, 0x3a, 0x00]
        let ofKey = Message(
            kind: .channel, channel: RESPBytes(Array("__keyspace@0__:".utf8) + key), payload: RESPBytes("set"))
        #expect(try #require(KeyspaceEvent(ofKey)).key == RESPBytes(key))
        #expect(KeyspaceEvent(message("__keyspace@0__:", "set"))?.key == RESPBytes())
    }

    @Test(arguments: [
        "", "news", "__keyspace@", "__keyspace@0", "__keyspace@0_:k", "__keyspace@__:k", "__keyspace@-1__:k",
        "__keyspace@99999999999999999999__:k", "__keyevent@x__:set", "x__keyspace@0__:k",
    ])
    func `other messages are none`(channel: String) {
        #expect(KeyspaceEvent(message(channel, "set")) == nil)
    }

    @Test func `names of channels and patterns`() {
        #expect(SubscriptionName.changes(ofKey: "k") == .channel("__keyspace@0__:k"))
        #expect(SubscriptionName.changes(ofKey: "k", database: 3) == .channel("__keyspace@3__:k"))
        #expect(SubscriptionName.changes(ofKeysMatching: "user:*") == .pattern("__keyspace@0__:user:*"))
        #expect(SubscriptionName.changes(ofKeysMatching: "*", database: nil) == .pattern("__keyspace@*__:*"))
        #expect(SubscriptionName.keyEvents(.expired) == .channel("__keyevent@0__:expired"))
        #expect(SubscriptionName.keyEvents("hset", database: nil) == .pattern("__keyevent@*__:hset"))
    }

    @Test func `settings are the server's letters`() {
        #expect(KeyspaceNotifications([.keys, .expired]).description == "Kx")
        #expect(KeyspaceNotifications([.keys, .events, .all]).description == "KEg$lshzxetd")
        #expect(KeyspaceNotifications("AKE") == [.keys, .events, .all])
        #expect(KeyspaceNotifications("") == [])
        #expect(KeyspaceNotifications("AKEmn") == [.keys, .events, .all, .created, .missed])
        #expect(KeyspaceNotifications("K?") == nil)
    }
}
