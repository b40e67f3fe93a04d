// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

/// One direction of a connection on which things go wrong: bytes go in as they were written and come out as they arrive.
///
/// A value without I/O, clock or task. A driver appends what the sender has written, asks for the next ``Step`` and does
/// it: ``FaultInjectingTransport`` inside one process, or a proxy between two.
///
/// ```swift
/// stream.append(received.span, at: now)
/// while case .bytes = stream.step(at: now) {
///     if try stream.takeBytes({ bytes in try peer.tryWrite(bytes) }) == 0 { break }
/// }
/// ```
public struct FaultyStream: Sendable {
    /// Instants of whatever clock the driver keeps.
    public typealias Instant = ContinuousClock.Instant

    /// What is to be done now.
    public enum Step: Hashable, Sendable {
        /// So many bytes arrive, as one piece: take them, or the first of them.
        case bytes(Int)
        /// Nothing arrives before this instant.
        case wait(until: Instant)
        /// Nothing arrives until something is appended, or the faults are changed.
        case nothing
        /// The direction ends here, for its receiver.
        case finish
        /// The connection is reset, for both sides.
        case reset
    }

    /// Bytes up to a position in what arrives, and when they do: nil until the faults are changed.
    private struct Release {
        var end: Int
        var due: Instant?
    }

    /// How long something lasts.
    private enum Period {
        case until(Instant)
        case untilChanged

        func lasts(at now: Instant) -> Bool {
            if case .until(let end) = self { now < end } else { true }
        }
    }

    private let capacity: Int
    private let seed: UInt64
    private var schedule: FaultSchedule
    private var pacing: FaultPacing
    private var queue = ByteQueue()
    private var releases: ArraySlice<Release> = []
    // Positions in what arrives: everything that was put there, what may be taken, what was taken.
    private var written = 0
    private var released = 0
    private var taken = 0
    private var end: Step?
    private var pieceLeft: Int?
    // What the next bytes are in for.
    private var mask: UInt8 = 0
    private var dropsLeft = 0
    private var copiesLeft = 0
    private var copies: [UInt8] = []
    private var stall: Period?
    private var hole: Period?
    /// When bytes of the present call could arrive, once that was drawn.
    private var arrival: Instant?

    /// What was done so far.
    public private(set) var log = FaultLog()

    /// Makes a stream.
    ///
    /// - Parameters:
    ///   - faults: what goes wrong, in this order where several things do at one byte.
    ///   - seed: what is left to chance follows from it.
    ///   - capacity: bytes that it holds at most before its sender has to wait, at least 1.
    public init(_ faults: [Fault], seed: UInt64, capacity: Int = 64 * 1024) {
        self.capacity = max(1, capacity)
        self.seed = seed
        schedule = FaultSchedule(faults, seed: seed)
        pacing = FaultPacing(faults, seed: seed)
    }

    /// Bytes that may be appended now; 0 while too many wait.
    public var room: Int { max(0, capacity - queue.count) }

    /// Bytes that were appended so far: where the next fault's event will stand.
    public var offset: Int { schedule.offset }

    /// Whether the direction has ended: for its sender, for what comes is lost, and for its receiver once all was taken.
    public var isFinished: Bool { end != nil }

    // MARK: The sender's side

    /// Appends bytes that the sender has written: ``room`` at most, or the stream holds more than it should.
    ///
    /// - Complexity: O(bytes × faults).
    public mutating func append(_ bytes: Span<UInt8>, at now: Instant) {
        var passed = 0
        arrival = nil
        while end == nil {
            let start = schedule.offset
            switch schedule.next(of: bytes.count - passed) {
            case .pass(0): return
            case .pass(let count):
                pass(bytes.extracting(passed..<passed + count), from: start, at: now)
                passed += count
            case .fault(let fault, let effect):
                happen(fault, effect, at: now)
            }
        }
    }

    /// Ends the direction as the sender has, behind what it has written.
    public mutating func finish(at now: Instant) {
        append(Span(), at: now)
        if end == nil { finish(by: .finish, arriving: drawArrival(schedule.offset, at: now), at: now) }
    }

    /// Changes what goes wrong from here on. What was held back arrives at once; an end stays.
    public mutating func setFaults(_ faults: [Fault], at now: Instant) {
        arriveAgain(at: now)
        schedule = FaultSchedule(faults, seed: seed, offset: schedule.offset)
        pacing = FaultPacing(faults, seed: seed)
        (stall, hole, pieceLeft, mask, dropsLeft) = (nil, nil, nil, 0, 0)
        released = written
        releases = []
        append(Span(), at: now)
    }

    // MARK: The receiver's side

    /// What is to be done now.
    public mutating func step(at now: Instant) -> Step {
        append(Span(), at: now)
        while let first = releases.first, let due = first.due, due <= now {
            released = first.end
            releases.removeFirst()
        }
        if released > taken {
            if pieceLeft == nil { pieceLeft = pacing.drawPieceSize() }
            return .bytes(min(released - taken, pieceLeft ?? .max))
        }
        if let first = releases.first { return first.due.map { .wait(until: $0) } ?? .nothing }
        return end ?? .nothing
    }

    /// Moves bytes of the present piece to the end of a buffer, as many as it has room for.
    ///
    /// - Returns: bytes moved; 0 unless ``step(at:)`` has said that some arrive.
    public mutating func move(into buffer: inout OutputSpan<UInt8>) -> Int {
        let count = queue.move(into: &buffer, atMost: pieceCount)
        take(count)
        return count
    }

    /// Lends the bytes of the present piece to a closure, which says how many of the first of them it has taken.
    ///
    /// - Returns: what the closure says.
    public mutating func takeBytes<Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        let count = min(pieceCount, try queue.withBytes(atMost: pieceCount, body))
        queue.removeFirst(count)
        take(count)
        return count
    }

    private var pieceCount: Int { min(released - taken, pieceLeft ?? .max) }

    private mutating func take(_ count: Int) {
        taken += count
        if let left = pieceLeft { pieceLeft = left > count ? left - count : nil }
    }
}

// MARK: What happens to bytes

extension FaultyStream {
    private mutating func happen(_ fault: Fault, _ effect: FaultEvent.Effect, at now: Instant) {
        // In a black hole nothing else can happen to the bytes.
        if let hole, hole.lasts(at: now), effect != .reset, effect != .finished { return }
        log.append(FaultEvent(at: schedule.offset, effect))
        switch effect {
        case .delayed: break
        case .corrupted(let mask): self.mask ^= mask
        case .dropped(let count): dropsLeft = max(dropsLeft, count)
        case .duplicated(let count): copiesLeft = max(copiesLeft, count)
        case .inserted:
            if case .insert(_, let bytes) = fault { arrive(bytes.span, at: now) }
        case .reset: finish(by: .reset, arriving: now, at: now)
        case .finished: finish(by: .finish, arriving: now, at: now)
        case .stalled(let time): stall = period(time, from: now)
        case .blackHole(let time): hole = period(time, from: now)
        }
    }

    /// Bytes that no fault begins at.
    private mutating func pass(_ bytes: Span<UInt8>, from start: Int, at now: Instant) {
        var passed = 0
        while passed < bytes.count {
            let left = bytes.count - passed
            if let hole, hole.lasts(at: now) {
                mask = 0
                return
            }
            if dropsLeft > 0 {
                let dropped = min(dropsLeft, left)
                (dropsLeft, mask, passed) = (dropsLeft - dropped, 0, passed + dropped)
            } else if mask != 0 {
                let byte: [UInt8] = [bytes[passed] ^ mask]
                (mask, passed) = (0, passed + 1)
                copy(byte.span, from: start, at: now)
            } else {
                let count = copiesLeft > 0 ? min(copiesLeft, left) : left
                copy(bytes.extracting(passed..<passed + count), from: start, at: now)
                passed += count
            }
        }
    }

    /// Bytes that arrive, and once more if they are to.
    private mutating func copy(_ bytes: Span<UInt8>, from start: Int, at now: Instant) {
        arrive(bytes, from: start, at: now)
        guard copiesLeft > 0 else { return }
        for index in bytes.indices { copies.append(bytes[index]) }
        copiesLeft -= bytes.count
        if copiesLeft == 0 { arriveAgain(at: now) }
    }

    private mutating func arriveAgain(at now: Instant) {
        let bytes = copies
        (copies, copiesLeft) = ([], 0)
        if !bytes.isEmpty { arrive(bytes.span, at: now) }
    }

    private mutating func arrive(_ bytes: Span<UInt8>, from start: Int? = nil, at now: Instant) {
        var passed = 0
        let arrival = arrival ?? drawArrival(start ?? schedule.offset, at: now)
        while passed < bytes.count {
            let count = min(bytes.count - passed, pacing.burst)
            queue.append(bytes.extracting(passed..<passed + count))
            written += count
            passed += count
            release(pacing.due(for: count, arriving: arrival))
        }
    }

    private mutating func drawArrival(_ start: Int, at now: Instant) -> Instant {
        let delay = pacing.drawDelay()
        if delay > .zero { log.append(FaultEvent(at: start, .delayed(delay))) }
        arrival = now + delay
        return now + delay
    }

    private mutating func finish(by end: Step, arriving instant: Instant, at now: Instant) {
        arriveAgain(at: now)
        self.end = end
        var due = pacing.due(for: 0, arriving: instant)
        if end == .finish, let hole, hole.lasts(at: now) {
            guard case .until(let over) = hole else { return release(nil) }
            due = max(due, over)
        }
        release(due)
    }

    /// What was written up to here is released at an instant, unless a stall keeps it longer.
    private mutating func release(_ instant: Instant?) {
        var due = instant
        switch stall {
        case .untilChanged: due = nil
        case .until(let end): due = due.map { max($0, end) }
        case nil: break
        }
        if let last = releases.last, last.due == due {
            releases[releases.endIndex - 1].end = written
        } else {
            releases.append(Release(end: written, due: due))
        }
    }

    private func period(_ time: Duration?, from now: Instant) -> Period {
        time.map { .until(now + $0.bounded) } ?? .untilChanged
    }
}
