// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Testing

@Suite struct HashSlotTests {
    @Test(arguments: [
        ("123456789", 12739), ("", 0), ("foo", 12182), ("bar", 5061), ("{user1000}.following", 3443),
        ("user1000", 3443), ("{}foo", 9500), ("foo{}{bar}", 8363), ("foo{{bar}}zap", 4015), ("{bar", 4015),
        ("foo{bar}{zap}", 5061), ("{a", 10276), ("a}b{c}", 7365), ("c", 7365),
    ])
    func `a key has the slot that the server computes`(key: String, slot: Int) {
        #expect(HashSlot(ofKey: key).index == slot)
    }

    @Test func `text, bytes and numbers of the same bytes have the same slot`() {
        #expect(HashSlot(ofKey: [0x31, 0x32] as [UInt8]) == HashSlot(ofKey: 12))
        #expect(HashSlot(ofKey: "1.5") == HashSlot(ofKey: 1.5))
    }

    @Test func `only 16,384 numbers are slots`() {
        #expect([-1, 0, 16_383, 16_384].map { HashSlot($0)?.index } == [nil, 0, 16_383, nil])
        #expect(HashSlot.all == 0...16_383)
        #expect(HashSlot(rawValue: 16_384) == nil)
    }
}
