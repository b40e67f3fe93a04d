// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The requests of one connection that wait for replies, oldest first.
///
/// RESP has no request numbers: the *n*th reply belongs to the *n*th command (https://valkey.io/topics/protocol,
/// "Request-Response model"). So an abandoned request stays in line as a tombstone until its replies have passed.
/// Pure: recipients are opaque values, time is an argument.
package struct RequestQueue<Recipient: Sendable>: Sendable {
    /// One request: one command, or a batch that is answered as one. Plain numbers, which cost nothing to copy; who gets
    /// the replies is kept beside it.
    struct Request: Sendable {
        /// Names the request for cancellation.
        var ticket: UInt64 = 0
        /// The highest ticket up to and including this one's; see `position(of:)`.
        fileprivate(set) var highestTicket: UInt64 = 0
        /// Replies still owed.
        var remaining = 0
        /// A fence takes error replies until another reply comes: the replies of subscription commands are pushes,
        /// only their errors are replies.
        var isFence = false
        /// Nothing of it runs before its last byte is there: one command, or a transaction.
        var isAtomic = false
        /// Whether the last of its replies is its sentinel's; see `IntegrityStateMachine`.
        var isProven = false
        /// When its caller stops waiting.
        var deadline: Moment?
        /// Where its bytes start and end, counted from the connection's first byte.
        var bytes = 0..<0
        /// For errors.
        var call = CallTimes()

        fileprivate init() {}

        init(
            ticket: UInt64, remaining: Int, isFence: Bool = false, isAtomic: Bool = false, isProven: Bool = false,
            deadline: Moment? = nil, bytes: Range<Int>, call: CallTimes = CallTimes()
        ) {
            self.ticket = ticket
            self.remaining = remaining
            self.isFence = isFence
            self.isAtomic = isAtomic || remaining == 1
            self.isProven = isProven
            self.deadline = deadline
            self.bytes = bytes
            self.call = call
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

    // Two rings side by side, whose size is a power of two.
    private var requests: [Request] = Array(repeating: Request(), count: 16)
    /// Who gets their replies; `nil` is a tombstone.
    private var recipients: [Recipient?] = Array(repeating: nil, count: 16)
    private var head = 0
    private(set) package var count = 0
    /// The highest ticket ever appended.
    private var highestTicket: UInt64 = 0
    /// How many entries at most stand between one and the place where its ticket is looked for first.
    private var reach = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    private func slot(_ offset: Int) -> Int { (head &+ offset) & (requests.count &- 1) }

    /// Appends a request whose replies go to `recipient`, or are dropped.
    mutating func append(_ request: Request, for recipient: Recipient?) {
        if request.ticket > highestTicket {
            highestTicket = request.ticket
        } else {
            reach = max(reach, count - firstPosition(atOrAbove: request.ticket))
        }
        if count == requests.count { grow() }
        let place = slot(count)
        requests[place] = request
        requests[place].highestTicket = highestTicket
        recipients[place] = recipient
        count &+= 1
    }

    private mutating func grow() {
        let places = (0..<count).map { slot($0) }
        requests = places.map { requests[$0] } + Array(repeating: Request(), count: count)
        recipients = places.map { recipients[$0] } + Array(repeating: nil, count: count)
        head = 0
    }

    /// How many replies the oldest request needs to be done, if somebody waits for them; otherwise none in particular.
    var owedToFirst: Int {
        guard count > 0, recipients[head] != nil || requests[head].isProven, !requests[head].isFence else { return 0 }
        return requests[head].remaining
    }

    /// The ticket of the oldest request, if the last of its replies is its sentinel's.
    var ticketToProve: UInt64? { count > 0 && requests[head].isProven ? requests[head].ticket : nil }

    /// Gives up to `available` replies to the oldest request, or `nil` when nobody waits.
    ///
    /// `isError` is asked of replies by index, and only for fences.
    mutating func answer(available: Int, isError: (Int) -> Bool) -> Answer? {
        guard count > 0 else { return nil }
        let ticket = requests[head].ticket
        if requests[head].isFence {
            var taken = 0
            while taken < available {
                taken += 1
                if !isError(taken - 1) {
                    return Answer(recipient: removeFirst(), count: taken, isComplete: true, ticket: ticket)
                }
            }
            return Answer(recipient: recipients[head], count: taken, isComplete: false, ticket: ticket)
        }
        let remaining = requests[head].remaining
        if remaining <= available {
            return Answer(recipient: removeFirst(), count: remaining, isComplete: true, ticket: ticket)
        }
        requests[head].remaining = remaining - available
        return Answer(recipient: recipients[head], count: available, isComplete: false, ticket: ticket)
    }

    private mutating func removeFirst() -> Recipient? {
        let recipient = recipients[head].take()
        head = slot(1)
        count &-= 1
        if count == 0 { reach = 0 }
        return recipient
    }

    /// Sets who gets the replies of a request that is still in line, and until when it waits.
    mutating func setRecipient(_ recipient: Recipient, deadline: Moment?, ticket: UInt64) {
        guard let position = position(of: ticket) else { return }
        recipients[slot(position)] = recipient
        requests[slot(position)].deadline = deadline
    }

    /// The outcome of giving a request up.
    struct Abandoned {
        var recipient: Recipient?
        /// Where its bytes are.
        var bytes: Range<Int>
        /// Whether it has left the line. Otherwise it stays as a tombstone and its replies will be dropped.
        var isWithdrawn: Bool
        var deadline: Moment?
        var call: CallTimes
    }

    /// Gives a request up. One of which no byte has left (`sent` bytes have, in all) leaves the line, and the requests
    /// behind it move up by as many bytes; another one becomes a tombstone. `nil` when it has been answered already.
    mutating func abandon(ticket: UInt64, sent: Int) -> Abandoned? {
        guard let position = position(of: ticket), recipients[slot(position)] != nil else { return nil }
        return abandon(at: position, sent: sent)
    }

    private mutating func abandon(at position: Int, sent: Int) -> Abandoned {
        let (bytes, deadline) = (requests[slot(position)].bytes, requests[slot(position)].deadline)
        let call = requests[slot(position)].call
        let recipient = recipients[slot(position)].take()
        guard bytes.lowerBound >= sent else {
            return Abandoned(recipient: recipient, bytes: bytes, isWithdrawn: false, deadline: deadline, call: call)
        }
        for offset in position..<(count - 1) {
            let (place, next) = (slot(offset), slot(offset + 1))
            requests[place] = requests[next]
            let moved = requests[next].bytes
            requests[place].bytes = (moved.lowerBound - bytes.count)..<(moved.upperBound - bytes.count)
            recipients[place] = recipients[next]
        }
        recipients[slot(count - 1)] = nil
        count -= 1
        return Abandoned(recipient: recipient, bytes: bytes, isWithdrawn: true, deadline: deadline, call: call)
    }

    /// Gives up the next request whose deadline has passed, or returns `nil` when there is none.
    ///
    /// - Parameter offset: where to search on; zero at first. A whole sweep is O(*n*), unless requests are withdrawn.
    mutating func expireOne(at now: Moment, sent: Int, from offset: inout Int) -> Abandoned? {
        while offset < count {
            let place = slot(offset)
            if recipients[place] != nil, let deadline = requests[place].deadline, deadline <= now {
                return abandon(at: offset, sent: sent)
            }
            offset += 1
        }
        return nil
    }

    /// The earliest deadline of those who still wait. O(*n*).
    var nextDeadline: Moment? {
        var earliest: Moment?
        for offset in 0..<count {
            let place = slot(offset)
            guard recipients[place] != nil, let deadline = requests[place].deadline else { continue }
            earliest = earliest.map { min($0, deadline) } ?? deadline
        }
        return earliest
    }

    /// A request whose connection has ended.
    struct Lost {
        var recipient: Recipient
        var certainty: ExecutionCertainty
        var call: CallTimes
    }

    /// Takes everything out, oldest first, when the connection ends. With `sent` bytes gone, a request whose last byte
    /// did not leave can't have run; of a batch that is not atomic the part that left may have.
    mutating func removeAll(sent: Int) -> [Lost] {
        var all: [Lost] = []
        for offset in 0..<count {
            let place = slot(offset)
            guard let recipient = recipients[place] else { continue }
            all.append(
                Lost(
                    recipient: recipient, certainty: Self.certainty(of: requests[place], sent: sent),
                    call: requests[place].call))
        }
        requests = Array(repeating: Request(), count: 16)
        recipients = Array(repeating: nil, count: 16)
        head = 0
        count = 0
        return all
    }

    private static func certainty(of request: Request, sent: Int) -> ExecutionCertainty {
        let end = request.bytes.upperBound - (request.isProven ? IntegrityStateMachine.length : 0)
        let decisive = request.isAtomic ? end : request.bytes.lowerBound + 1
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
        for offset in first..<min(first &+ reach &+ 1, count) where requests[slot(offset)].ticket == ticket {
            return offset
        }
        return nil
    }

    /// The first place, or `count`, where the highest ticket so far is no lower than `ticket`.
    private func firstPosition(atOrAbove ticket: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low &+ high) >> 1
            if requests[slot(middle)].highestTicket < ticket { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
