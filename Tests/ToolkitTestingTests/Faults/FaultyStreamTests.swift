// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting

@Suite struct FaultyStreamTests {
    private static let start = ContinuousClock().systemEpoch
    private var now = start

    @Test mutating func `without faults bytes arrive as they are written, and then the end`() {
        var stream = FaultyStream([], seed: 1)
        #expect(stream.step(at: now) == .nothing)
        write("hello", to: &stream)
        #expect(stream.step(at: now) == .bytes(5))
        #expect(taken(2, from: &stream) == "he")
        #expect(stream.step(at: now) == .bytes(3))
        stream.finish(at: now)
        #expect(arriving(from: &stream) == "llo|finish")
        #expect(stream.isFinished && stream.log.events.isEmpty && stream.offset == 5)
    }

    @Test(arguments: [
        (Fault.drop(.after(2), count: 3...3), "ab" + "fgh", FaultEvent.Effect.dropped(3)),
        (.drop(.after(2), count: -4 ... -2), "ab" + "defgh", .dropped(1)),
        (.drop(.after(6), count: 5...5), "abcdef", .dropped(5)),
        (.duplicate(.after(2), count: 3...3), "abcde" + "cde" + "fgh", .duplicated(3)),
        (.duplicate(.after(6), count: 5...5), "abcdefgh" + "gh", .duplicated(5)),
        (.insert(.after(2), [0x2B, 0x2B]), "ab++cdefgh", .inserted(2)),
        (.finish(.after(2)), "ab", .finished),
    ])
    mutating func `bytes are changed where the fault is, however they are cut`(
        fault: Fault, result: String, effect: FaultEvent.Effect
    ) {
        for size in 1...8 {
            var stream = FaultyStream([fault], seed: 1)
            write("abcdefgh", to: &stream, inPiecesOf: size)
            stream.finish(at: now)
            #expect(arriving(from: &stream) == result + "|finish")
            #expect(stream.log.events.map(\.effect) == [effect])
        }
    }

    @Test mutating func `one bit of a byte is inverted`() throws {
        var stream = FaultyStream([.corrupt(.after(3))], seed: 9)
        write("aaaaaa", to: &stream)
        let bytes = bytesArriving(from: &stream)
        let changed = bytes.indices.filter { bytes[$0] != 0x61 }
        #expect(changed == [3])
        let mask = bytes[3] ^ 0x61
        #expect(mask.nonzeroBitCount == 1)
        #expect(stream.log.events == [FaultEvent(at: 3, .corrupted(mask: mask))])
    }

    @Test mutating func `a reset comes when its place is reached, behind the bytes before it`() {
        var stream = FaultyStream([.reset(.after(3))], seed: 1)
        write("ab", to: &stream)
        #expect(arriving(from: &stream) == "ab")
        write("c", to: &stream)
        #expect(arriving(from: &stream) == "c|reset")
        write("d", to: &stream)
        #expect(arriving(from: &stream) == "|reset", "what comes later is lost")
        var atOnce = FaultyStream([.reset(.now)], seed: 1)
        #expect(atOnce.step(at: now) == .reset)
    }

    @Test mutating func `pieces have the sizes asked for, also those that are taken in parts`() {
        var stream = FaultyStream([.split(into: 3...3)], seed: 1)
        write("abcdefgh", to: &stream)
        #expect(stream.step(at: now) == .bytes(3))
        #expect(taken(2, from: &stream) == "ab")
        #expect(stream.step(at: now) == .bytes(1))
        #expect(taken(9, from: &stream) == "c")
        #expect(stream.step(at: now) == .bytes(3))
        #expect(taken(9, from: &stream) == "def")
        #expect(stream.step(at: now) == .bytes(2))
        var single = FaultyStream([.split(into: -1...0)], seed: 1)
        write("ab", to: &single)
        #expect(single.step(at: now) == .bytes(1))
    }

    @Test mutating func `delays keep the order and are told of`() throws {
        var stream = FaultyStream([.delay(.milliseconds(100) ... .milliseconds(200))], seed: 3)
        write("a", to: &stream)
        write("b", to: &stream)
        stream.finish(at: now)
        guard case .wait(let first) = stream.step(at: now) else { Issue.record("it waits"); return }
        #expect((.milliseconds(100) ... .milliseconds(200)).contains(first - now))
        now = first - .nanoseconds(1)
        #expect(stream.step(at: now) == .wait(until: first))
        now = first
        #expect(arriving(from: &stream).hasPrefix("a"))
        now = FaultyStreamTests.start + .milliseconds(200)
        #expect(arriving(from: &stream).hasSuffix("b|finish") || stream.step(at: now) == .finish)
        #expect(stream.log.count == 3, "the end is delayed, too")
        #expect(stream.log.events.first == FaultEvent(at: 0, .delayed(first - FaultyStreamTests.start)))
    }

    @Test mutating func `coalesced bytes arrive together at the end of the time that the first began`() {
        var stream = FaultyStream([.coalesce(within: .milliseconds(20))], seed: 1)
        let end = now + .milliseconds(20)
        write("a", to: &stream)
        now += .milliseconds(19)
        write("b", to: &stream)
        #expect(stream.step(at: now) == .wait(until: end))
        now = end
        #expect(arriving(from: &stream) == "ab")
        write("c", to: &stream)
        #expect(stream.step(at: now) == .wait(until: end + .milliseconds(20)))
    }

    @Test mutating func `a throttled stream has its rate`() {
        var stream = FaultyStream([.throttle(bytesPerSecond: 1000)], seed: 1)
        write(String(repeating: "x", count: 500), to: &stream)
        var count = 0
        for milliseconds in stride(from: 0, through: 500, by: 50) {
            now = FaultyStreamTests.start + .milliseconds(milliseconds)
            count += bytesArriving(from: &stream).count
            #expect(count == milliseconds)
        }
        var slowest = FaultyStream([.throttle(bytesPerSecond: -5)], seed: 1)
        write("ab", to: &slowest)
        #expect(slowest.step(at: now) == .wait(until: now + .seconds(1)))
    }

    @Test mutating func `a stall holds everything, and its sender up, and then all of it arrives`() {
        var stream = FaultyStream([.stall(.after(2), for: .seconds(5))], seed: 1, capacity: 6)
        let end = now + .seconds(5)
        write("abcd", to: &stream)
        #expect(arriving(from: &stream) == "ab")
        #expect(stream.step(at: now) == .wait(until: end))
        now += .seconds(1)
        write("efgh", to: &stream)
        stream.finish(at: now)
        #expect(stream.room == 0)
        now = end
        #expect(arriving(from: &stream) == "cdefgh|finish")
        #expect(stream.room == 6)
    }

    @Test mutating func `a stall without an end lasts until the faults are changed`() {
        var stream = FaultyStream([], seed: 1)
        write("ab", to: &stream)
        stream.setFaults([.stall(.now)], at: now)
        #expect(arriving(from: &stream) == "ab", "what was under way arrives")
        write("cd", to: &stream)
        now += .seconds(1_000_000)
        #expect(stream.step(at: now) == .nothing)
        stream.setFaults([], at: now)
        #expect(arriving(from: &stream) == "cd")
        #expect(stream.log.description == "at 2: stalled(for: nil)")
    }

    @Test mutating func `a black hole takes bytes for its time, and the end is told behind it`() {
        var stream = FaultyStream([.blackHole(.after(1), for: .seconds(5)), .corrupt(.after(2))], seed: 1, capacity: 4)
        write("abcdefgh", to: &stream)
        #expect(stream.room == 3, "lost bytes need no room")
        #expect(arriving(from: &stream) == "a")
        stream.finish(at: now)
        #expect(stream.step(at: now) == .wait(until: now + .seconds(5)))
        now += .seconds(5)
        #expect(arriving(from: &stream) == "|finish")
        #expect(stream.log.events == [FaultEvent(at: 1, .blackHole(for: .seconds(5)))])

        var forever = FaultyStream([.blackHole(.now)], seed: 1)
        write("abc", to: &forever)
        forever.finish(at: now)
        #expect(forever.step(at: now) == .nothing)
        forever.setFaults([], at: now)
        #expect(arriving(from: &forever) == "|finish")
    }

    @Test func `the log forgets old events and says so`() {
        var stream = FaultyStream([.corrupt(.probability(1))], seed: 1, capacity: 5000)
        stream.append([UInt8](repeating: 0, count: 5000).span, at: now)
        #expect(stream.log.count == 5000)
        #expect((1000...2000).contains(stream.log.events.count))
        #expect(stream.log.events.last?.offset == 4999)
        #expect(stream.log.description.hasPrefix("\(5000 - stream.log.events.count) earlier events\nat "))
    }

    @Test mutating func `what arrives depends on seed and bytes alone`() {
        let faults: [Fault] = [
            .corrupt(.probability(0.01)), .drop(.probability(0.01), count: 1...9),
            .duplicate(.probability(0.01), count: 1...9), .split(into: 1...50), .insert(.after(77), [1, 2, 3]),
        ]
        let text = String(repeating: "0123456789", count: 200)
        func result(_ seed: UInt64, _ size: Int) -> ([UInt8], FaultLog) {
            var test = FaultyStreamTests()
            var stream = FaultPlan(seed: seed, receiving: faults).makeStream(.receiving)
            test.write(text, to: &stream, inPiecesOf: size)
            return (test.bytesArriving(from: &stream), stream.log)
        }
        let first = result(11, 2000)
        #expect(first.1.count > 10)
        for size in [1, 3, 100] { #expect(result(11, size) == first) }
        #expect(result(12, 2000) != first)
    }

    // MARK: Help

    private mutating func write(_ text: String, to stream: inout FaultyStream, inPiecesOf size: Int = .max) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(size))
            stream.append(piece.span, at: now)
            rest = rest.dropFirst(piece.count)
        }
    }

    private func taken(_ count: Int, from stream: inout FaultyStream) -> String {
        String(decoding: [UInt8](capacity: count) { _ = stream.move(into: &$0) }, as: UTF8.self)
    }

    private func bytesArriving(from stream: inout FaultyStream) -> [UInt8] {
        var bytes: [UInt8] = []
        while case .bytes(let count) = stream.step(at: now) {
            bytes += [UInt8](capacity: count) { #expect(stream.move(into: &$0) == count) }
        }
        return bytes
    }

    /// What arrives now as text, and the end if there is one.
    private func arriving(from stream: inout FaultyStream) -> String {
        let text = String(decoding: bytesArriving(from: &stream), as: UTF8.self)
        return switch stream.step(at: now) {
        case .finish: text + "|finish"
        case .reset: text + "|reset"
        default: text
        }
    }
}
