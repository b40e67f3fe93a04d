// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Hands out the two roles of a connection: who reads and who writes.
///
/// No thread belongs to a connection. When it is idle, a caller *leads*: it writes and reads by itself, without a
/// change of thread. When it is busy, callers only append; a *pump* reads, resumes a batch of callers, lets them append
/// their next commands, and then flushes all of these in one write. Callers who run on the transport's event loop need
/// neither: the transport's handler reads for them, and the end of the loop's turn flushes. A lone caller whose reply is
/// too far away to be waited for is served by the handler too. Pure: callers hold the connection's lock, do as
/// the returned action says after they have released it, and touch nothing of a role that they have given away.
package struct RoleStateMachine: Equatable, Sendable {
    /// Who may take bytes from the transport.
    enum Reader: Equatable, Sendable {
        /// Nobody. Goes to `leader`, `pump`, `stream`, `parked`, `closed`.
        case nobody
        /// The caller of the only request. Goes to `nobody`, `pump`, `parked`, `closed`.
        case leader
        /// The pump, or in its place the transport's handler on the loop. Goes to `nobody`, `parked`, `closed`.
        case pump
        /// The transport calls when bytes arrive. Goes to `pump`, `closed`.
        case parked
        /// Whoever moves a large value piece by piece, with the writer's role too. Goes to `nobody`, `pump`, `closed`.
        case stream
        /// Terminal.
        case closed
    }

    /// Who may give bytes to the transport.
    enum Writer: Equatable, Sendable {
        /// Nobody. Goes to `flushing`.
        case nobody
        /// Somebody writes until nothing is left. Goes to `nobody`, `blocked`.
        case flushing
        /// The transport calls when it takes bytes again. Goes to `flushing`.
        case blocked
    }

    private(set) var reader = Reader.nobody
    private(set) var writer = Writer.nobody
    /// Somebody has promised to flush soon, so that appenders need not.
    private(set) var flushPromised = false
    /// The last call came from the transport's event loop, so that its handler reads, and no pump.
    private var isServedByLoop = false
    private var loopTurn = LoopTurn.nothing
    /// Subscriptions and MONITOR: bytes may come at any time, so there is always a reader.
    let alwaysListens: Bool
    /// Whether the leader may hold its caller's thread until its reply comes.
    var leaderWaits: InlineWaitGauge
    /// Whether the pump may hold its thread between replies. It does so all the while that the connection is busy, and
    /// a change of thread serves several callers there: it must be shorter to pay.
    var pumpWaits: InlineWaitGauge

    /// Takes up to how many nanoseconds a leader may wait; zero where no thread can be held.
    package init(alwaysListens: Bool = false, inlineWait: Int64 = 1_000) {
        self.alwaysListens = alwaysListens
        leaderWaits = InlineWaitGauge(limit: inlineWait)
        pumpWaits = InlineWaitGauge(limit: inlineWait / 2)
    }

    /// What the end of the loop's turn is waited for with.
    private enum LoopTurn: Equatable, Sendable {
        /// Nothing. Goes to `flush`, `reading`.
        case nothing
        /// Callers on the loop have appended. Goes to `nothing`, `reading`.
        case flush
        /// The handler holds the reader's role until then. Goes to `nothing`.
        case reading
    }

    // MARK: Callers

    /// Asks for both roles, for a caller that finds the connection idle.
    mutating func lead(inFlight: Int) -> Bool {
        guard isIdle(inFlight: inFlight), leaderWaits.mayWait() else { return false }
        reader = .leader
        writer = .flushing
        isServedByLoop = false
        return true
    }

    /// The same for a caller that only looks at the connection: it waits for nothing, so it may also where waiting
    /// doesn't pay.
    mutating func probe(inFlight: Int) -> Bool {
        guard isIdle(inFlight: inFlight) else { return false }
        reader = .leader
        writer = .flushing
        return true
    }

    private func isIdle(inFlight: Int) -> Bool {
        reader == .nobody && writer == .nobody && inFlight == 0 && !flushPromised
    }

    /// The leader's request went elsewhere, before anything was written: the connection is idle again.
    mutating func leaderWithdrew() {
        guard reader == .leader else { return }
        reader = .nobody
        writer = .nobody
    }

    enum Flush: Equatable { case notNeeded, now, byFlusher, atEndOfTurn }
    struct AppendAction: Equatable {
        /// Who writes the appended bytes: somebody else already, this caller, the flusher behind the run queue, or the
        /// end of the loop's turn.
        var flush: Flush
        var wakePump: Bool
        /// Arm the transport, whose handler will read.
        var arm = false
    }

    /// A request was appended; `inFlight` counts it.
    mutating func append(inFlight: Int) -> AppendAction {
        isServedByLoop = false
        var action = AppendAction(flush: .notNeeded, wakePump: false)
        if reader == .nobody {
            // The pump only comes where it may wait for the reply; elsewhere the transport waits.
            if pumpWaits.pays {
                reader = .pump
                action.wakePump = true
            } else {
                reader = .parked
                action.arm = true
            }
        }
        guard writer == .nobody, !flushPromised else { return action }
        if inFlight > 1 {
            flushPromised = true
            action.flush = .byFlusher
        } else {
            writer = .flushing
            action.flush = .now
        }
        return action
    }

    /// A request was appended by a caller who runs on the transport's event loop: nobody blocks, nobody is woken.
    mutating func appendOnLoop() -> AppendAction {
        isServedByLoop = true
        var action = AppendAction(flush: .notNeeded, wakePump: false)
        if reader == .nobody {
            reader = .parked
            action.arm = true
        }
        guard writer == .nobody, !flushPromised else { return action }
        flushPromised = true
        // If the handler has read in this turn, its end does both, even where a flusher has kept the promise meanwhile.
        if loopTurn == .nothing {
            action.flush = .atEndOfTurn
            loopTurn = .flush
        }
        return action
    }

    // MARK: Writing

    /// The promised flush is due. True: the caller has the writer role now.
    mutating func beginPromisedFlush(hasBytes: Bool) -> Bool {
        flushPromised = false
        return beginFlush(hasBytes: hasBytes)
    }

    private mutating func beginFlush(hasBytes: Bool) -> Bool {
        guard hasBytes, writer == .nobody else { return false }
        writer = .flushing
        return true
    }

    /// The writer has nothing left to write.
    mutating func writeFinished() { writer = .nobody }

    /// The transport takes no more bytes; the writer arms it and leaves.
    mutating func writeBlocked() { writer = .blocked }

    /// The transport takes bytes again. True: the caller has the writer role now.
    mutating func becameWritable() -> Bool {
        guard writer == .blocked else { return false }
        writer = .flushing
        return true
    }

    // MARK: The leader

    struct LeaderDone: Equatable {
        var flush = false
        var wakePump = false
    }

    /// The leader has its reply and leaves.
    mutating func leaderDone(inFlight: Int, hasBytes: Bool) -> LeaderDone {
        guard reader == .leader else { return LeaderDone() }
        let mustStay = inFlight > 0 || alwaysListens
        reader = mustStay ? .pump : .nobody
        return LeaderDone(flush: !flushPromised && beginFlush(hasBytes: hasBytes), wakePump: mustStay)
    }

    /// The leader's wait is over without a reply: the transport is armed, the leader becomes a waiter.
    mutating func leaderLate() {
        guard reader == .leader else { return }
        leaderWaits.endedLate()
        reader = .parked
    }

    // MARK: Streams

    /// Asks for both roles for as long as a value streams, on a connection that nobody uses. Whoever appends
    /// meanwhile has its bytes sent behind the stream.
    mutating func beginStream(inFlight: Int) -> Bool {
        guard isIdle(inFlight: inFlight) else { return false }
        reader = .stream
        writer = .flushing
        return true
    }

    /// The stream is over, and all of it was read and written.
    mutating func endStream(inFlight: Int, hasBytes: Bool) -> LeaderDone {
        guard reader == .stream else { return LeaderDone() }
        writer = .nobody
        reader = inFlight > 0 ? .pump : .nobody
        return LeaderDone(flush: !flushPromised && beginFlush(hasBytes: hasBytes), wakePump: inFlight > 0)
    }

    // MARK: The pump

    enum Delivered: Equatable {
        /// The connection is idle again: nobody reads, the next caller may lead.
        case idle
        /// Resume the callers, yield, then `turnEnded`.
        case flushAfterYield
        /// A part of a reply: nobody goes on, so there is nothing to flush. Read again.
        case readOn
    }

    /// Replies were matched; `resumed` callers go on and `inFlight` requests remain.
    mutating func pumpDelivered(inFlight: Int, resumed: Int) -> Delivered {
        guard reader == .pump else { return .idle }
        if inFlight == 0, resumed <= 1, !alwaysListens {
            reader = .nobody
            return .idle
        }
        if resumed == 0, inFlight > 0, !alwaysListens { return .readOn }
        flushPromised = true
        return .flushAfterYield
    }

    struct TurnEnd: Equatable {
        var flush: Bool
        var keepReading: Bool
    }

    /// Everyone who was resumed has had the chance to append.
    mutating func turnEnded(inFlight: Int, hasBytes: Bool) -> TurnEnd {
        flushPromised = false
        guard reader == .pump else { return TurnEnd(flush: false, keepReading: false) }
        let flush = beginFlush(hasBytes: hasBytes)
        if inFlight == 0, !alwaysListens {
            reader = .nobody
            return TurnEnd(flush: flush, keepReading: false)
        }
        return TurnEnd(flush: flush, keepReading: true)
    }

    /// Whether the pump may wait. Callers on the loop are served there, so that the next bytes are its handler's.
    mutating func pumpMayWaitInline(inFlight: Int) -> Bool { inFlight > 0 && !isServedByLoop && pumpWaits.mayWait() }

    // MARK: The transport's event loop

    /// The handler has read, and resumed callers on the loop. True: have `loopTurnEnded` called at the end of the turn.
    mutating func loopDelivered() -> Bool {
        guard reader == .pump else { return false }
        flushPromised = true
        defer { loopTurn = .reading }
        return loopTurn == .nothing
    }

    /// Everything that was ready on the loop has run. To keep reading is to park and arm here.
    mutating func loopTurnEnded(inFlight: Int, hasBytes: Bool) -> TurnEnd {
        defer { loopTurn = .nothing }
        switch loopTurn {
        case .nothing: return TurnEnd(flush: false, keepReading: false)
        case .flush: return TurnEnd(flush: beginPromisedFlush(hasBytes: hasBytes), keepReading: false)
        case .reading: return turnEnded(inFlight: inFlight, hasBytes: hasBytes)
        }
    }

    // MARK: Parking

    /// Nothing to read: the pump arms the transport and sleeps.
    mutating func parkPump() {
        guard reader == .pump else { return }
        reader = .parked
    }

    /// Who reads when bytes have arrived.
    enum Awakened: Equatable { case nobody, pump, handler }

    /// Bytes arrived at the armed transport, whose handler says whether it runs on the event loop. It may read there
    /// for callers on the loop, and for a lone caller: then a pump would be one more change of thread.
    mutating func becameReadable(inFlight: Int, onLoop: Bool) -> Awakened {
        guard reader == .parked else { return .nobody }
        reader = .pump
        return onLoop && (isServedByLoop || inFlight == 1) ? .handler : .pump
    }

    /// A connection that always listens starts so. True: arm the transport.
    mutating func listen() -> Bool {
        guard alwaysListens, reader == .nobody else { return false }
        reader = .parked
        return true
    }

    mutating func close() {
        reader = .closed
        flushPromised = false
    }
}
