// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting

@testable import Pipeline

@Suite struct RequestQueueTests {
    private typealias Queue = RequestQueue<String>
    private func second(_ number: Int64) -> Moment { Moment(nanoseconds: number * 1_000_000_000) }

    private func queue(_ entries: (ticket: UInt64, remaining: Int, bytes: Range<Int>)...) -> Queue {
        var queue = Queue()
        for entry in entries {
            queue.append(
                .init(ticket: entry.ticket, remaining: entry.remaining, bytes: entry.bytes), for: "r\(entry.ticket)")
        }
        return queue
    }

    private func answer(_ queue: inout Queue, _ available: Int, errors: Set<Int> = []) -> [String] {
        guard let answer = queue.answer(available: available, isError: errors.contains) else { return ["nobody"] }
        return [answer.recipient ?? "dropped", "\(answer.count)", answer.isComplete ? "done" : "more"]
    }

    @Test func `replies go to requests in the order in which these were appended`() {
        var queue = queue((1, 1, 0..<10), (2, 1, 10..<20))
        #expect(answer(&queue, 5) == ["r1", "1", "done"])
        #expect(answer(&queue, 4) == ["r2", "1", "done"])
        #expect(answer(&queue, 3) == ["nobody"])
    }

    @Test func `a batch takes its replies in as many pieces as they come`() {
        var queue = queue((1, 5, 0..<50), (2, 1, 50..<60))
        #expect(answer(&queue, 2) == ["r1", "2", "more"])
        #expect(answer(&queue, 9) == ["r1", "3", "done"])
        #expect(answer(&queue, 6) == ["r2", "1", "done"])
    }

    @Test func `a fence takes errors until another reply comes`() {
        var queue = Queue()
        queue.append(.init(ticket: 1, remaining: 1, isFence: true, bytes: 0..<10), for: "fence")
        queue.append(.init(ticket: 2, remaining: 1, bytes: 10..<20), for: "next")
        #expect(answer(&queue, 2, errors: [0, 1]) == ["fence", "2", "more"])
        #expect(answer(&queue, 3, errors: [0]) == ["fence", "2", "done"])
        #expect(answer(&queue, 1) == ["next", "1", "done"])
    }

    @Test func `an abandoned request whose bytes have left stays as a tombstone and its reply is dropped`() throws {
        var queue = queue((1, 1, 0..<10), (2, 1, 10..<20))
        let outcome = queue.abandon(ticket: 1, sent: 15)
        let abandoned = try #require(outcome)
        #expect(abandoned.recipient == "r1")
        #expect(!abandoned.isWithdrawn)
        #expect(answer(&queue, 2) == ["dropped", "1", "done"])
        #expect(answer(&queue, 1) == ["r2", "1", "done"])
    }

    @Test func `an abandoned request of which no byte has left is withdrawn and those behind it move up`() throws {
        var queue = queue((1, 1, 0..<10), (2, 1, 10..<25), (3, 1, 25..<40))
        let outcome = queue.abandon(ticket: 2, sent: 10)
        let abandoned = try #require(outcome)
        #expect(abandoned.isWithdrawn)
        #expect(abandoned.bytes == 10..<25)
        #expect(answer(&queue, 2) == ["r1", "1", "done"])
        let last = queue.abandon(ticket: 3, sent: 10)
        #expect(last?.bytes == 10..<25)
        #expect(queue.isEmpty)
    }

    @Test func `a request that was answered can not be abandoned`() {
        var queue = queue((1, 1, 0..<10))
        #expect(answer(&queue, 1) == ["r1", "1", "done"])
        let again = queue.abandon(ticket: 1, sent: 10)
        #expect(again == nil)
    }

    @Test func `a tombstone can not be abandoned again`() {
        var queue = queue((1, 1, 0..<10))
        _ = queue.abandon(ticket: 1, sent: 10)
        let again = queue.abandon(ticket: 1, sent: 10)
        #expect(again == nil)
    }

    @Test func `only requests whose deadline has passed expire`() {
        var queue = Queue()
        for (ticket, seconds) in [(1, 3), (2, 1), (3, 9)] as [(UInt64, Int64)] {
            queue.append(
                .init(ticket: ticket, remaining: 1, deadline: second(seconds), bytes: 0..<0), for: "r\(ticket)")
        }
        #expect(queue.nextDeadline == second(1))
        let now = second(3)
        var offset = 0
        let expired = [
            queue.expireOne(at: now, sent: 1, from: &offset), queue.expireOne(at: now, sent: 1, from: &offset),
        ]
        #expect(expired.map { $0?.recipient } == ["r1", "r2"])
        let another = queue.expireOne(at: now, sent: 1, from: &offset)
        #expect(another == nil)
        #expect(queue.nextDeadline == second(9))
    }

    @Test(arguments: [
        (0, ["notSent", "notSent"]), (9, ["notSent", "notSent"]), (10, ["outcomeUnknown", "notSent"]),
        (11, ["outcomeUnknown", "outcomeUnknown"]), (60, ["outcomeUnknown", "outcomeUnknown"]),
    ])
    func `when the connection ends a request has run only if its last byte left, a batch if any byte left`(
        sent: Int, expected: [String]
    ) {
        var queue = queue((1, 1, 0..<10), (2, 5, 10..<60))
        let lost = queue.removeAll(sent: sent)
        #expect(lost.map(\.recipient) == ["r1", "r2"])
        #expect(lost.map { "\($0.certainty)" } == expected)
        #expect(queue.isEmpty)
    }

    @Test(arguments: [(0, "notSent"), (1, "notSent"), (49, "notSent"), (50, "outcomeUnknown")])
    func `a transaction has run only if its last byte left`(sent: Int, expected: String) {
        var queue = Queue()
        queue.append(.init(ticket: 1, remaining: 4, isAtomic: true, bytes: 0..<50), for: "r1")
        let lost = queue.removeAll(sent: sent)
        #expect(lost.map { "\($0.certainty)" } == [expected])
    }

    @Test func `a batch of which all replies but one have come has run, whatever has left`() {
        var queue = queue((1, 3, 0..<30))
        #expect(answer(&queue, 2) == ["r1", "2", "more"])
        #expect(queue.removeAll(sent: 20).map { "\($0.certainty)" } == ["outcomeUnknown"])
    }

    @Test func `a thousand requests keep their order while the line grows and shrinks`() {
        var queue = Queue()
        var (appended, answered) = (0, 0)
        for round in 0..<1000 {
            for _ in 0...(round % 7) {
                queue.append(.init(ticket: UInt64(appended), remaining: 1, bytes: 0..<0), for: "\(appended)")
                appended += 1
            }
            for _ in 0..<min(round % 6, queue.count) {
                #expect(answer(&queue, 1).first == "\(answered)")
                answered += 1
            }
        }
        #expect(queue.count == appended - answered)
    }

    @Test(arguments: 0..<50)
    func `requests are found by their tickets though callers overtook each other`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var queue = Queue()
        var line: [UInt64] = []
        // Callers that have drawn a ticket and not yet appended.
        var drawn: [UInt64] = []
        var (ticket, end) = (UInt64(0), 0)
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0, 1, 2:
                ticket += 1
                drawn.append(ticket)
            case 3, 4, 5:
                guard let place = drawn.indices.randomElement(using: &generator) else { continue }
                let next = drawn.remove(at: place)
                queue.append(.init(ticket: next, remaining: 1, bytes: end..<end + 1), for: "r\(next)")
                end += 1
                line.append(next)
            case 6:
                #expect(answer(&queue, 1).first == (line.isEmpty ? "nobody" : "r\(line.removeFirst())"))
            default:
                // Sometimes one that was answered, or has not come yet.
                let wanted = line.randomElement(using: &generator) ?? UInt64.random(in: 0...ticket, using: &generator)
                let found = queue.abandon(ticket: wanted, sent: 0)
                #expect((found?.recipient == "r\(wanted)") == line.contains(wanted))
                if found != nil { end -= 1 }
                line.removeAll { $0 == wanted }
                let unknown = queue.abandon(ticket: ticket + 1, sent: 0)
                #expect(unknown == nil)
            }
        }
        #expect(queue.count == line.count)
    }
}
