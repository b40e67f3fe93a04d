// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@testable internal import PubSub

@Suite struct SubscriptionPushTests {
    @Test(arguments: [">", "*"])
    func `both protocols' messages are taken apart the same`(marker: String) throws {
        #expect(
            try push("\(marker)3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n")
                == .message(Message(kind: .channel, channel: "a", payload: "hi")))
        #expect(
            try push("\(marker)4\r\n$8\r\npmessage\r\n$2\r\na*\r\n$2\r\nab\r\n$0\r\n\r\n")
                == .message(Message(kind: .pattern, channel: "ab", pattern: "a*", payload: "")))
        #expect(
            try push("\(marker)3\r\n$8\r\nsmessage\r\n$1\r\ns\r\n$2\r\nhi\r\n")
                == .message(Message(kind: .shardChannel, channel: "s", payload: "hi")))
    }

    @Test(arguments: [">", "*"])
    func `confirmations say what and how many are left`(marker: String) throws {
        for (word, kind) in [("", SubscriptionName.Kind.channel), ("p", .pattern), ("s", .shardChannel)] {
            #expect(
                try push("\(marker)3\r\n+\(word)subscribe\r\n$1\r\na\r\n:2\r\n")
                    == .subscribed(SubscriptionName(kind, "a"), count: 2))
            #expect(
                try push("\(marker)3\r\n+\(word)unsubscribe\r\n$1\r\na\r\n:0\r\n")
                    == .unsubscribed(SubscriptionName(kind, "a"), count: 0))
            let null = marker == ">" ? "_" : "$-1"
            #expect(
                try push("\(marker)3\r\n+\(word)unsubscribe\r\n\(null)\r\n:0\r\n") == .unsubscribedFromNothing(kind))
        }
    }

    @Test func `names and payloads are bytes`() throws {
        let frame = try RESPFrame(
            encoded: Array(">3\r\n$7\r\nmessage\r\n$2\r\n".utf8) + [0xFF, 0x00] + Array("\r\n$1\r\n".utf8)
                + [0xFE] + [13, 10])
        #expect(
            SubscriptionPush(frame)
                == .message(Message(kind: .channel, channel: RESPBytes([0xFF, 0x00]), payload: RESPBytes([0xFE]))))
    }

    @Test func `other pushes are left alone`() throws {
        #expect(try push(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n") == .other)
        #expect(try push(">0\r\n") == .other)
        #expect(try push(">2\r\n$9\r\nsubscribe\r\n$1\r\na\r\n") == .other)
    }

    @Test(arguments: [
        ">2\r\n$7\r\nmessage\r\n$1\r\na\r\n", ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n_\r\n",
        ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n$1\r\nx\r\n", ">3\r\n$7\r\nmessage\r\n*0\r\n$1\r\na\r\n", "+OK\r\n",
        ">1\r\n*0\r\n",
    ])
    func `what looks like a push and isn't is refused`(text: String) throws {
        #expect(try push(text) == nil)
    }

    private func push(_ text: String) throws -> SubscriptionPush? {
        SubscriptionPush(try RESPFrame(encoded: Array(text.utf8)))
    }
}
