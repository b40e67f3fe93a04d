// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Says whose request may join a connection now, and keeps the others in line until there is room: back-pressure.
///
/// A request has room while fewer than `maximumInFlight` wait for their replies and it fits into `maximumUnsentBytes`;
/// one that is larger than that has room when nothing else is unsent. Whoever comes while others wait waits behind
/// them. Who gets its turn has its room kept until it has joined. Pure: waiters are opaque values, time is an argument,
/// and the connection's load comes in with each question.
struct AdmissionLine<Waiter: Sendable>: Sendable {
    /// What a connection holds.
    struct Load: Equatable, Sendable {
        /// Requests that wait for replies, abandoned ones included.
        var inFlight: Int
        /// Bytes appended and not handed to the transport yet.
        var unsent: Int
    }

    private struct Place: Sendable {
        /// `nil` once the waiter has gone.
        var waiter: Waiter?
        var ticket: UInt64
        var bytes: Int
        var deadline: Moment?
        var began: Moment
    }

    private let maximumInFlight: Int
    private let maximumUnsentBytes: Int
    private let maximumWaiting: Int
    /// By ticket, which is the order of calling; those before `first` have left.
    private var places: [Place] = []
    private var first = 0
    /// How many wait.
    private(set) var count = 0
    /// Room kept for those whose turn has come.
    private var kept = Load(inFlight: 0, unsent: 0)

    /// A line with bounds; ones that would let nobody pass are raised to let one pass at a time.
    init(maximumInFlight: Int, maximumUnsentBytes: Int, maximumWaiting: Int) {
        self.maximumInFlight = max(1, maximumInFlight)
        self.maximumUnsentBytes = max(0, maximumUnsentBytes)
        self.maximumWaiting = max(0, maximumWaiting)
    }

    /// Whether nobody waits.
    var isEmpty: Bool { count == 0 }

    /// Whether a request of so many bytes that comes now may join at once. Two comparisons if nobody waits.
    func admits(bytes: Int, _ load: Load) -> Bool {
        count == 0 && hasRoom(for: bytes, load)
    }

    private func hasRoom(for bytes: Int, _ load: Load) -> Bool {
        guard load.inFlight &+ kept.inFlight < maximumInFlight else { return false }
        let unsent = load.unsent &+ kept.unsent
        return unsent <= 0 || bytes <= maximumUnsentBytes &- unsent
    }

    /// A request gets in line. False: the line is full, and it isn't in it.
    mutating func enter(
        _ waiter: Waiter, ticket: UInt64, bytes: Int, deadline: Moment?, began: Moment = Moment(nanoseconds: 0)
    ) -> Bool {
        guard count < maximumWaiting else { return false }
        // Who calls draws a ticket first: a caller that was overtaken since gets its place back.
        let place = Place(waiter: waiter, ticket: ticket, bytes: bytes, deadline: deadline, began: began)
        places.insert(place, at: position(of: ticket))
        count += 1
        return true
    }

    /// A waiter whose turn has come.
    struct Admitted: Sendable {
        var waiter: Waiter
        /// The room that is kept for it.
        var bytes: Int
    }

    /// The first waiter, if there is room for it now; ask again until there is none.
    mutating func next(_ load: Load) -> Admitted? {
        dropGone()
        guard first < places.count, hasRoom(for: places[first].bytes, load) else { return nil }
        let bytes = places[first].bytes
        guard let waiter = take(at: first) else { return nil }
        kept.inFlight += 1
        kept.unsent += bytes
        return Admitted(waiter: waiter, bytes: bytes)
    }

    /// A waiter whose turn had come, with so many bytes, joins now, or has thought better of it.
    mutating func turnEnded(bytes: Int) {
        kept.inFlight -= 1
        kept.unsent -= bytes
    }

    /// Takes a waiter out of the line; `nil` if it isn't in it. Those behind it may have room then.
    mutating func remove(ticket: UInt64) -> Waiter? {
        let index = position(of: ticket)
        guard index < places.count, places[index].ticket == ticket else { return nil }
        return take(at: index)
    }

    /// A waiter whose deadline has passed, or whose connection has ended.
    struct Removed: Sendable {
        var waiter: Waiter
        var deadline: Moment?
        var began: Moment
    }

    /// Takes out a waiter whose deadline has passed; ask again until there is none.
    ///
    /// - Parameter index: where to search on; zero at first.
    mutating func expireOne(at now: Moment, from index: inout Int) -> Removed? {
        index = max(index, first)
        while index < places.count {
            if let deadline = places[index].deadline, deadline <= now, let waiter = take(at: index, keepsOrder: true) {
                return Removed(waiter: waiter, deadline: deadline, began: places[index].began)
            }
            index += 1
        }
        return nil
    }

    /// The earliest deadline of those who wait. O(*n*).
    var nextDeadline: Moment? {
        places[first...].lazy.filter { $0.waiter != nil }.compactMap(\.deadline).min()
    }

    /// Takes everybody out, in order, when the connection ends.
    mutating func removeAll() -> [Removed] {
        let all = places[first...].compactMap { place in
            place.waiter.map { Removed(waiter: $0, deadline: place.deadline, began: place.began) }
        }
        places = []
        first = 0
        count = 0
        return all
    }

    // MARK: Places

    private mutating func take(at index: Int, keepsOrder: Bool = false) -> Waiter? {
        guard let waiter = places[index].waiter else { return nil }
        places[index].waiter = nil
        count -= 1
        // Places of those who have gone are kept as long as they are fewer than the others: O(1) each.
        if !keepsOrder, places.count > 32, count < places.count / 2 {
            places = places[first...].filter { $0.waiter != nil }
            first = 0
        }
        return waiter
    }

    private mutating func dropGone() {
        while first < places.count, places[first].waiter == nil { first += 1 }
        if first == places.count {
            places.removeAll(keepingCapacity: places.count <= 1024)
            first = 0
        }
    }

    /// Where a ticket is or belongs.
    private func position(of ticket: UInt64) -> Int {
        if let last = places.last, last.ticket < ticket { return places.count }
        var (low, high) = (first, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].ticket < ticket { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
