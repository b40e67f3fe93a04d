// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import fault_scenarios

@Suite struct MessageLedgerTests {
    private var ledger = MessageLedger(channel: "news")

    init() {
        for number in 1...5 {
            _ = ledger.nextMessage()
            // The server said that message 4 had reached nobody.
            ledger.published(number, receivers: number == 4 ? 0 : 1)
        }
    }

    @Test(arguments: [[1, 2, 3, 5], [3, 5], [2, 3]])
    mutating func `messages in order are fine, missing what nobody could have got`(heard: [Int]) {
        for number in heard { ledger.heard(number, on: "news") }
        #expect(ledger.violations.isEmpty)
        #expect(ledger.heardCount == heard.count)
    }

    @Test(arguments: [[1, 1], [2, 1], [1, 6], [0]])
    mutating func `a message twice, out of order, or of nobody is misdelivered`(heard: [Int]) {
        for number in heard { ledger.heard(number, on: "news") }
        #expect(ledger.violations.map(\.criterion) == [.misdelivery])
    }

    @Test mutating func `a message of another channel, or that is no number, is misdelivered`() {
        ledger.heard(1, on: "weather")
        ledger.heard(nil, on: "news")
        #expect(ledger.violations.map(\.criterion) == [.misdelivery, .misdelivery])
    }

    @Test mutating func `a missing message is a loss unless a gap was reported`() {
        ledger.heard(1, on: "news")
        ledger.heard(3, on: "news")
        #expect(ledger.violations.map(\.criterion) == [.loss])
        ledger = MessageLedger(channel: "news")
        for number in 1...3 { ledger.published(ledger.nextMessage(), receivers: number) }
        ledger.heard(1, on: "news")
        ledger.gap()
        ledger.heard(3, on: "news")
        #expect(ledger.violations.isEmpty)
        #expect(ledger.gaps == 1)
    }

    @Test mutating func `a subscription that ends by itself is a loss`() {
        ledger.ended(with: "refused")
        #expect(ledger.violations.map(\.criterion) == [.loss])
    }
}
