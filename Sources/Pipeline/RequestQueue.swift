// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The requests of one connection that wait for replies, oldest first.
///
/// RESP has no request numbers: the *n*th reply belongs to the *n*th command (https://valkey.io/topics/protocol,
/// "Request-Response model"). So an abandoned request stays in line as a tombstone until its replies have passed.
/// Pure: recipients are opaque values, time is an argument.
package struct RequestQueue<Recipient: Sendable>: Sendable {
    /// One request: one command, or a batch that is answered as one.
    struct Entry: Sendable {
        /// Who gets the replies; `nil` is a tombstone.
        var recipient: Recipient?
        /// Names the entry for cancellation.
        var ticket: UInt64
        /// Replies still owed.
        var remaining: Int
        /// A fence takes error replies until another reply comes: the replies of subscription commands are pushes,
        /// only their errors are replies.
        var isFence = false
        /// When its caller stops waiting.
        var deadline: Moment?
        /// Where its bytes start and end, counted from the connection's first byte.
        var bytes: Range<Int>
        /// The highest ticket up to and including this entry's; see `position(of:)`.
        fileprivate(set) var highestTicket: UInt64 = 0

        init(
            recipient: Recipient?, ticket: UInt64, remaining: Int, isFence: Bool = false, deadline: Moment? = nil,
            bytes: Range<Int>
        ) {
            self.recipient = recipient
            self.ticket = ticket
            self.remaining = remaining
            self.isFence = isFence
            self.deadline = deadline
            self.bytes = bytes
        }
    }

    /// What one run of replies means.
    struct Answer {
        /// Who gets them; `nil` drops them.
        var recipient: Recipient?
        /// How many of the replies at hand are theirs.
        var count: Int
        /// Whether the request is done.
        var isComplete: Bool
        var ticket: UInt64
    }

    private var slots: [Entry?] = Array(repeating: nil, count: 16)
    private var head = 0
    private(set) package var count = 0
    /// The highest ticket ever appended.
    private var highestTicket: UInt64 = 0
    /// How many entries at most stand between one and the place where its ticket is looked for first.
    private var reach = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    private func slot(_ offset: Int) -> Int { (head &+ offset) & (slots.count &- 1) }

    mutating func append(_ entry: Entry) {
        var entry = entry
        if entry.ticket > highestTicket {
            highestTicket = entry.ticket
        } else {
            reach = max(reach, count - firstPosition(atOrAbove: entry.ticket))
        }
        entry.highestTicket = highestTicket
        if count == slots.count { grow() }
        slots[slot(count)] = entry
        count &+= 1
    }

    private mutating func grow() {
        var larger: [Entry?] = []
        larger.reserveCapacity(slots.count * 2)
        for offset in 0..<count { larger.append(slots[slot(offset)]) }
        larger.append(contentsOf: repeatElement(nil, count: slots.count * 2 - count))
        slots = larger
        head = 0
    }

    /// Gives up to `available` replies to the oldest request, or `nil` when nobody waits.
    ///
    /// `isError` is asked of replies by index, and only for fences.
    mutating func answer(available: Int, isError: (Int) -> Bool) -> Answer? {
        guard count > 0, var entry = slots[head] else { return nil }
        if entry.isFence {
            var taken = 0
            while taken < available {
                taken += 1
                if !isError(taken - 1) {
                    removeFirst()
                    return Answer(recipient: entry.recipient, count: taken, isComplete: true, ticket: entry.ticket)
                }
            }
            return Answer(recipient: entry.recipient, count: taken, isComplete: false, ticket: entry.ticket)
        }
        if entry.remaining <= available {
            removeFirst()
            return Answer(
                recipient: entry.recipient, count: entry.remaining, isComplete: true, ticket: entry.ticket)
        }
        entry.remaining -= available
        slots[head] = entry
        return Answer(recipient: entry.recipient, count: available, isComplete: false, ticket: entry.ticket)
    }

    private mutating func removeFirst() {
        slots[head] = nil
        head = slot(1)
        count &-= 1
        if count == 0 { reach = 0 }
    }

    /// Sets who gets the replies of a request that is still in line, and until when it waits.
    mutating func setRecipient(_ recipient: Recipient, deadline: Moment?, ticket: UInt64) {
        guard let position = position(of: ticket) else { return }
        slots[slot(position)]?.recipient = recipient
        slots[slot(position)]?.deadline = deadline
    }

    /// The outcome of giving a request up.
    struct Abandoned {
        var recipient: Recipient?
        /// Where its bytes are.
        var bytes: Range<Int>
        /// Whether it has left the line. Otherwise it stays as a tombstone and its replies will be dropped.
        var isWithdrawn: Bool
    }

    /// Gives a request up. One of which no byte has left (`sent` bytes have, in all) leaves the line, and the requests
    /// behind it move up by as many bytes; another one becomes a tombstone. `nil` when it has been answered already.
    mutating func abandon(ticket: UInt64, sent: Int) -> Abandoned? {
        guard let position = position(of: ticket), let entry = slots[slot(position)], entry.recipient != nil else {
            return nil
        }
        return abandon(at: position, entry, sent: sent)
    }

    private mutating func abandon(at position: Int, _ entry: Entry, sent: Int) -> Abandoned {
        guard entry.bytes.lowerBound >= sent else {
            slots[slot(position)]?.recipient = nil
            return Abandoned(recipient: entry.recipient, bytes: entry.bytes, isWithdrawn: false)
        }
        let length = entry.bytes.count
        for offset in position..<(count - 1) {
            var next = slots[slot(offset + 1)]
            if let bytes = next?.bytes {
                next?.bytes = (bytes.lowerBound - length)..<(bytes.upperBound - length)
            }
            slots[slot(offset)] = next
        }
        slots[slot(count - 1)] = nil
        count -= 1
        return Abandoned(recipient: entry.recipient, bytes: entry.bytes, isWithdrawn: true)
    }

    /// Gives up the next request whose deadline has passed, or returns `nil` when there is none.
    ///
    /// - Parameter offset: where to search on; zero at first. A whole sweep is O(*n*), unless requests are withdrawn.
    mutating func expireOne(at now: Moment, sent: Int, from offset: inout Int) -> Abandoned? {
        while offset < count {
            if let entry = slots[slot(offset)], entry.recipient != nil, let deadline = entry.deadline, deadline <= now {
                return abandon(at: offset, entry, sent: sent)
            }
            offset += 1
        }
        return nil
    }

    /// The earliest deadline of those who still wait. O(*n*).
    var nextDeadline: Moment? {
        var earliest: Moment?
        for offset in 0..<count {
            guard let entry = slots[slot(offset)], entry.recipient != nil, let deadline = entry.deadline else {
                continue
            }
            earliest = earliest.map { min($0, deadline) } ?? deadline
        }
        return earliest
    }

    /// Takes everything out, oldest first, when the connection ends. With `sent` bytes gone, a request whose last byte
    /// did not leave can't have run; of a batch (`remaining` above one) the part that left may have.
    mutating func removeAll(sent: Int) -> [(recipient: Recipient, certainty: ExecutionCertainty)] {
        var all: [(recipient: Recipient, certainty: ExecutionCertainty)] = []
        for offset in 0..<count {
            guard let entry = slots[slot(offset)], let recipient = entry.recipient else { continue }
            all.append((recipient, Self.certainty(of: entry, sent: sent)))
        }
        slots = Array(repeating: nil, count: 16)
        head = 0
        count = 0
        return all
    }

    private static func certainty(of entry: Entry, sent: Int) -> ExecutionCertainty {
        let decisive = entry.remaining > 1 ? entry.bytes.lowerBound + 1 : entry.bytes.upperBound
        return sent >= decisive ? .outcomeUnknown : .notSent
    }

    /// Where the request with a ticket is; `nil` if it isn't in line.
    ///
    /// Tickets are drawn before the connection's lock is taken, so they are only nearly in order. The highest ticket so
    /// far is in order, though, and an entry is never before the first place where that reaches its own ticket, nor
    /// further than `reach` behind it.
    ///
    /// - Complexity: O(log *n*), plus how far callers overtook each other since the line was last empty.
    private func position(of ticket: UInt64) -> Int? {
        let first = firstPosition(atOrAbove: ticket)
        for offset in first..<min(first &+ reach &+ 1, count) where slots[slot(offset)]?.ticket == ticket {
            return offset
        }
        return nil
    }

    /// The first place, or `count`, where the highest ticket so far is no lower than `ticket`.
    private func firstPosition(atOrAbove ticket: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low &+ high) >> 1
            if (slots[slot(middle)]?.highestTicket ?? 0) < ticket { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
