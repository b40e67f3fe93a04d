// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What was published on one channel by one publisher, and what its subscriber heard: the checker of M and L for
/// subscriptions. Pure.
struct MessageLedger: Sendable {
    private let channel: String
    /// How many subscribers the server said that each message had reached, by number from 1 on; nil if it didn't say.
    private var receivers: [Int?] = []
    private var heard = 0
    private(set) var lastHeard = 0
    private var hadGap = false
    private(set) var gaps = 0
    private(set) var violations: [Violation] = []

    init(channel: String) { self.channel = channel }

    /// Messages that were heard.
    var heardCount: Int { heard }

    /// A number for the next message.
    mutating func nextMessage() -> Int {
        receivers.append(nil)
        return receivers.count
    }

    /// PUBLISH of a message was answered.
    mutating func published(_ number: Int, receivers count: Int) { receivers[number - 1] = count }

    /// The subscriber was told that messages may be missing.
    mutating func gap() {
        gaps += 1
        hadGap = true
    }

    /// A message was heard; nil is a payload that is no number.
    mutating func heard(_ number: Int?, on channel: String) {
        heard += 1
        defer { hadGap = false }
        guard channel == self.channel else { return note(.misdelivery, "a message of channel \(channel) was heard") }
        guard let number, (1...max(1, receivers.count)).contains(number) else {
            return note(.misdelivery, "message \(number ?? -1) was heard, which nobody has sent")
        }
        guard number > lastHeard else {
            return note(.misdelivery, "message \(number) was heard behind \(lastHeard)")
        }
        // Before the first message there was no subscription yet.
        if !hadGap, lastHeard > 0, number > lastHeard + 1 {
            for missing in (lastHeard + 1)..<number where (receivers[missing - 1] ?? 0) > 0 {
                note(.loss, "message \(missing) is missing, and no gap was reported")
            }
        }
        lastHeard = number
    }

    /// The subscription ended by itself.
    mutating func ended(with error: String) { note(.loss, "the subscription ended: \(error)") }

    private mutating func note(_ criterion: Criterion, _ text: String) {
        if violations.count < 100 { violations.append(Violation(criterion: criterion, text: text)) }
    }
}
