// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Keeps the last events of one connection, so that an error can say what came before it. Pure.
///
/// An event is a few numbers: nothing of what was sent or received is in it. Events of a kind in a row share one entry, so
/// that a few entries reach far back on a busy connection too.
///
/// It never asks for the time. Who notes an event passes the moment that it knows anyway, and reads, which know none, count
/// as of the latest moment that anybody has passed. So an event may have been later than its entry says, by no more than
/// until the next one; and silence is said to be as long as it was at least.
struct FlightRecorder: Sendable {
    private struct Entry: Sendable {
        var kind: FlightRecord.Event.Kind
        var count: Int
        var bytes: Int
        var first: Moment
        var last: Moment
    }

    /// The entry that the next event may join. Apart from the others, so that most events touch no array.
    private var current: Entry?
    /// A ring of those before it, whose size is a power of two, or empty.
    private var entries: [Entry]
    /// Entries ever put into the ring.
    private var completed = 0
    private let opened: Moment
    /// The latest moment that is known.
    private(set) var clock: Moment
    private var requests = 0
    private var replies = 0
    /// When the last bytes were here for certain; those that came since, if any, are not timed yet.
    private var heardBy: Moment
    private var hasNews = false

    /// - Parameter capacity: how many entries to keep, rounded up to a power of two, 1024 at most; none are kept for
    ///   zero and less, only totals.
    init(capacity: Int, at opened: Moment) {
        var size = 1
        while size < min(capacity, 1024) { size *= 2 }
        let nothing = Entry(kind: .opened, count: 0, bytes: 0, first: opened, last: opened)
        entries = capacity > 0 ? Array(repeating: nothing, count: size) : []
        (self.opened, clock, heardBy) = (opened, opened, opened)
    }

    // MARK: Events

    /// A request was given to the connection.
    @inline(__always)
    mutating func appended(bytes: Int, at moment: Moment) {
        advance(to: moment)
        requests &+= 1
        note(.requests, count: 1, bytes: bytes)
    }

    /// A read brought bytes, and among them so many replies.
    @inline(__always)
    mutating func received(bytes: Int, replies: Int) {
        hasNews = true
        self.replies &+= replies
        note(.replies, count: replies, bytes: bytes)
    }

    /// Something was received, who knows when.
    mutating func heard() { hasNews = true }

    /// Something that has no time of its own happened.
    @inline(__always)
    mutating func note(_ kind: FlightRecord.Event.Kind, count: Int = 1, bytes: Int = 0) {
        guard !entries.isEmpty else { return }
        if var entry = current {
            if entry.kind == kind {
                entry.count &+= count
                entry.bytes &+= bytes
                entry.last = clock
                current = entry
                return
            }
            entries[completed & (entries.count &- 1)] = entry
            completed &+= 1
        }
        current = Entry(kind: kind, count: count, bytes: bytes, first: clock, last: clock)
    }

    /// Somebody knows that it is at least this late.
    @inline(__always)
    mutating func advance(to moment: Moment) {
        if moment > clock { clock = moment }
        if hasNews {
            hasNews = false
            heardBy = clock
        }
    }

    // MARK: The record

    /// What is known now; the connection's load is added by its driver.
    func record(at now: Moment) -> FlightRecord {
        let now = max(now, clock)
        let kept = min(completed, entries.count - 1)
        let known = entries.isEmpty ? [] : (completed - kept..<completed).map { entries[$0 & (entries.count - 1)] }
        let events = (known + [current].compactMap(\.self)).map { entry in
            FlightRecord.Event(
                kind: entry.kind, count: entry.count, bytes: entry.bytes, first: now - entry.first,
                last: now - entry.last)
        }
        return FlightRecord(
            events: events, requests: requests, replies: replies, age: now - opened,
            silence: hasNews ? .zero : now - heardBy)
    }
}

extension Moment {
    static func - (later: Moment, earlier: Moment) -> Duration {
        .nanoseconds(later.nanoseconds &- earlier.nanoseconds)
    }
}
