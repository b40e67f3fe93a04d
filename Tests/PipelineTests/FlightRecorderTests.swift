// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Pipeline

/// Instants are in seconds; the connection is made at zero.
@Suite struct FlightRecorderTests {
    private typealias Event = FlightRecord.Event

    private func second(_ number: Double) -> Moment { Moment(nanoseconds: Int64(number * 1_000_000_000)) }

    private func recorder(_ capacity: Int = 4) -> FlightRecorder { FlightRecorder(capacity: capacity, at: second(0)) }

    @Test func `events are counted back from the moment of the record`() {
        var recorder = recorder()
        recorder.advance(to: second(1))
        recorder.note(.opened)
        recorder.appended(bytes: 31, at: second(2))
        recorder.received(bytes: 5, replies: 1)
        recorder.appended(bytes: 40, at: second(3))
        let record = recorder.record(at: second(8))
        #expect(
            record.events == [
                Event(kind: .opened, count: 1, bytes: 0, first: .seconds(7), last: .seconds(7)),
                Event(kind: .requests, count: 1, bytes: 31, first: .seconds(6), last: .seconds(6)),
                Event(kind: .replies, count: 1, bytes: 5, first: .seconds(6), last: .seconds(6)),
                Event(kind: .requests, count: 1, bytes: 40, first: .seconds(5), last: .seconds(5)),
            ])
        #expect((record.requests, record.replies) == (2, 1))
        #expect(record.age == .seconds(8))
    }

    @Test func `events of a kind in a row share an entry, and the oldest entries are forgotten`() {
        var recorder = recorder(2)
        for number in 1...5 { recorder.appended(bytes: 10, at: second(Double(number))) }
        recorder.received(bytes: 3, replies: 0)
        recorder.received(bytes: 4, replies: 2)
        recorder.note(.blocked)
        let record = recorder.record(at: second(6))
        #expect(
            record.events == [
                Event(kind: .replies, count: 2, bytes: 7, first: .seconds(1), last: .seconds(1)),
                Event(kind: .blocked, count: 1, bytes: 0, first: .seconds(1), last: .seconds(1)),
            ])
        #expect((record.requests, record.replies) == (5, 2), "the totals forget nothing")
    }

    @Test func `silence is what is certain, since reads ask nobody for the time`() {
        var recorder = recorder()
        recorder.appended(bytes: 1, at: second(1))
        #expect(recorder.record(at: second(3)).silence == .seconds(3), "nothing has ever come")
        recorder.received(bytes: 1, replies: 1)
        #expect(recorder.record(at: second(4)).silence == .zero, "it may have come this moment")
        recorder.appended(bytes: 1, at: second(5))
        #expect(recorder.record(at: second(9)).silence == .seconds(4), "it was here when the next call began")
    }

    @Test func `a call that began before others were noted doesn't turn the time back`() {
        var recorder = recorder()
        recorder.appended(bytes: 1, at: second(5))
        recorder.appended(bytes: 1, at: second(2))
        #expect(recorder.clock == second(5))
        let record = recorder.record(at: second(4))
        #expect(record.events == [Event(kind: .requests, count: 2, bytes: 2, first: .zero, last: .zero)])
    }

    @Test(arguments: [(-1, 0), (0, 0), (1, 1), (3, 4), (32, 32), (Int.max, 1024)])
    func `so many entries are kept`(capacity: Int, kept: Int) {
        var recorder = recorder(capacity)
        for number in 0..<3000 { recorder.note(number % 2 == 0 ? .pushes : .blocked) }
        recorder.appended(bytes: 1, at: second(1))
        let record = recorder.record(at: second(1))
        #expect(record.events.count == kept)
        #expect(record.requests == 1)
    }

    @Test func `a record reads as a sentence`() {
        var recorder = recorder()
        recorder.appended(bytes: 31, at: second(1))
        recorder.received(bytes: 5, replies: 1)
        recorder.appended(bytes: 40, at: second(2))
        var record = recorder.record(at: second(7))
        (record.inFlight, record.unsentBytes) = (1, 12)
        record.call = FlightRecord.Call(
            CallTimes(began: second(1.99), appended: second(2)), .outcomeUnknown, at: second(7))
        #expect(
            "\(record)" == """
                sent 5.0 s ago after 10.0 ms for a connection and a turn, nothing received for 5.0 s, \
                2 requests and 1 replies in 7.0 s, 1 in flight, 12 bytes unsent
                """)
        #expect(record.debugDescription.hasSuffix("\n  5.0 s ago: requests: 1, 40 bytes"))
        record.call = FlightRecord.Call(inLineSince: second(2), at: second(7))
        record.call?.overdue = .milliseconds(300)
        #expect("\(record)".hasPrefix("in line for a turn for 5.0 s, noticed 300.0 ms late by a busy process, "))
    }
}
