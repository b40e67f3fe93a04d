// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Commands
package import RESPCodec
internal import Synchronization
internal import Transport

/// What a call brings besides its bytes.
package struct CallOptions: Sendable {
    /// When the call began.
    var now: Moment
    /// When its caller stops waiting; `nil` waits as long as the connection lives.
    var deadline: Moment?
    /// Whether the caller's thread may wait for a moment: not the main thread.
    var mayWaitInline: Bool
    /// Whether silence is suspicious while it waits; not for a command that blocks on the server.
    package var expectsReplySoon = true
    /// Whether its batch is a transaction, of which nothing runs before its last byte has left.
    var isAtomic = false
    /// Whether its replies may be proven by a sentinel behind it; see `ConnectionSettings.integrity`.
    var mayBeProven = true
    /// The most bytes that its request may have on this connection; a larger one is refused with `RequestIsLarge`.
    var largestRequest = Int.max

    package init(now: ContinuousClock.Instant, deadline: ContinuousClock.Instant?, mayWaitInline: Bool) {
        self.now = Moment(now)
        self.deadline = deadline.map(Moment.init)
        self.mayWaitInline = mayWaitInline
    }

    init(now: Moment, deadline: Moment?, mayWaitInline: Bool) {
        self.now = now
        self.deadline = deadline
        self.mayWaitInline = mayWaitInline
    }

    /// Whether a caller with this isolation may have its thread held for a moment: not the main actor. A function of
    /// its own and not inlined, since Swift 6.3's optimiser crashes on the comparison inside an async function.
    @inline(never)
    static func mayWaitInline(on isolation: (any Actor)?) -> Bool {
        isolation.map { $0 !== MainActor.shared } ?? true
    }
}

extension RESPConnection {
    /// What came of the attempt to lead.
    enum Lead {
        /// The connection is busy, or leading doesn't pay.
        case notNow
        case reply(RESPFrame)
        /// All replies are in the collector.
        case batchDone
        /// Sent, but the reply is not here within the bound. The caller still holds the reader role.
        case late
    }

    // MARK: One command

    /// Sends what `encode` appends, which must be one command, and returns its reply; error replies are returned too.
    package func roundTrip(
        _ options: CallOptions, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let ticket = nextTicket()
        let lead = try lead(options, ticket: ticket, replies: 1, collector: nil, encode)
        if case .reply(let frame) = lead { return frame }
        var turn: YourTurn?
        while true {
            let cancellations = cancellations.load(ordering: .acquiring)
            do {
                return try await Suspension.wait { waiter in
                    if case .late = lead {
                        leaderBecomesWaiter(.caller(waiter), ticket: ticket, options)
                    } else {
                        submit(
                            options, ticket: ticket, replies: 1, turn, unlessCancelledSince: cancellations,
                            recipient: .caller(waiter), encode)
                    }
                } onCancel: {
                    cancel(ticket: ticket)
                }
            } catch let next as YourTurn {
                turn = next
            }
        }
    }

    // MARK: A batch

    /// Sends what `encode` appends, which must be `replies` commands, in one piece, and returns their replies in order.
    package func roundTrips(
        _ options: CallOptions, replies: Int, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> [RESPFrame] {
        guard replies > 0 else { return [] }
        return try await roundTrips(options, replies: replies, into: ReplyCollector(expecting: replies), encode)
    }

    /// The same; replies that came before an error are in the collector.
    func roundTrips(
        _ options: CallOptions, replies: Int, into collector: ReplyCollector, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> [RESPFrame] {
        let ticket = nextTicket()
        let lead = try lead(options, ticket: ticket, replies: replies, collector: collector, encode)
        if case .batchDone = lead { return collector.takeFrames() }
        var turn: YourTurn?
        while true {
            let cancellations = cancellations.load(ordering: .acquiring)
            do {
                try await Suspension<Void, any Error>.wait { waiter in
                    collector.setWaiter(waiter)
                    if case .late = lead {
                        leaderBecomesWaiter(.batch(collector), ticket: ticket, options)
                    } else {
                        submit(
                            options, ticket: ticket, replies: replies, turn, unlessCancelledSince: cancellations,
                            recipient: .batch(collector), encode)
                    }
                } onCancel: {
                    cancel(ticket: ticket)
                }
                return collector.takeFrames()
            } catch let next as YourTurn {
                turn = next
            }
        }
    }

    // MARK: Subscription commands

    /// Sends (un)subscribe commands, whose confirmations come as pushes, and a PING behind them in the same write.
    ///
    /// - Returns: the error replies that came before the pong, in order. All confirmations have been pushed by then.
    package func sendSubscription(
        _ options: CallOptions, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> [ServerError] {
        let collector = ReplyCollector(expecting: 1)
        let ticket = nextTicket()
        let cancellations = cancellations.load(ordering: .acquiring)
        try await Suspension<Void, any Error>.wait { waiter in
            collector.setWaiter(waiter)
            submit(
                options, ticket: ticket, replies: 1, nil, isFence: true, unlessCancelledSince: cancellations,
                recipient: .batch(collector)
            ) { encoder in
                encode(&encoder)
                encoder.literal("*1\r\n$4\r\nPING\r\n")
            }
        } onCancel: {
            cancel(ticket: ticket)
        }
        return collector.takeFrames().compactMap { ServerError($0) }
    }

    // MARK: Parts

    /// Writes and waits on the caller's thread, if the connection is idle.
    private func lead(
        _ options: CallOptions, ticket: UInt64, replies: Int, collector: ReplyCollector?,
        _ encode: (inout CommandEncoder) -> Void
    ) throws -> Lead {
        try probeIfIdle(now: options.now)
        guard options.mayWaitInline, !EventLoop.isAnyCurrent else { return .notNow }
        if Task.isCancelled { throw CancellationError() }
        enum Role { case none, leader(isTimed: Bool), tooLarge }
        let role: Role = core.withLock { core in
            guard core.refusal == nil, core.line.isEmpty, core.roles.lead(inFlight: core.queue.count) else {
                return .none
            }
            let start = core.appended
            let bytes = append(to: &core, encode)
            if bytes > options.largestRequest {
                withdrawLast(bytes, from: &core)
                core.roles.leaderWithdrew()
                return .tooLarge
            }
            core.recorder.appended(bytes: bytes, at: options.now)
            let isProven = appendSentinel(to: &core, ticket, options)
            core.queue.append(
                .init(
                    ticket: ticket, remaining: isProven ? replies + 1 : replies,
                    isAtomic: options.isAtomic || replies == 1, isProven: isProven, bytes: start..<core.appended,
                    call: CallTimes(began: options.now, appended: core.recorder.clock)),
                for: collector.map(Recipient.batch) ?? .leader)
            return .leader(isTimed: core.roles.leaderWaits.isInDoubt || ticket % 8 == 0)
        }
        guard case .leader(var isTimed) = role else {
            if case .tooLarge = role { throw RequestIsLarge() }
            return .notNow
        }
        flush()
        // Timed is the wait for the first bytes: writing is none, nor is what a large reply takes from there on.
        let began = isTimed ? environment.moment : options.now
        while true {
            let turn = receive(leading: ticket, waiting: true)
            if turn.foundNothing { return .late }
            if isTimed {
                let wait = environment.moment.nanoseconds - began.nanoseconds
                core.withLock { $0.roles.leaderWaits.ended(after: wait) }
                isTimed = false
            }
            if let done = turn.leaderDone {
                if done.flush { flush() }
                if done.wakePump { wakePump() }
                if let reason = turn.ending { end(reason) }
                if let frame = turn.ledFrame { return .reply(frame) }
                return .batchDone
            }
            if let reason = turn.ending {
                end(reason)
                throw closedUnderLeader()
            }
        }
    }

    /// The leader's wait is over: it waits like everyone else, and the transport wakes the pump.
    private func leaderBecomesWaiter(_ recipient: Recipient, ticket: UInt64, _ options: CallOptions) {
        enum Outcome { case waiting(startTimer: Int?, startWatch: Moment?), cancelled, closed }
        let deadline = options.deadline
        let outcome: Outcome = core.withLock { core in
            core.roles.leaderLate()
            if core.closeReason != nil { return .closed }
            if Task.isCancelled {
                _ = core.queue.abandon(ticket: ticket, sent: core.taken)
                return .cancelled
            }
            core.queue.setRecipient(recipient, deadline: deadline, ticket: ticket)
            return .waiting(
                startTimer: deadline.flatMap { core.timer.add($0) ? core.timer.generation : nil },
                startWatch: expectReply(options, &core))
        }
        transport.arm(.readable)
        startDrivers()
        switch outcome {
        case .waiting(let generation, let look):
            if let generation, let deadline { startTimer(at: deadline, generation: generation) }
            if let look { startWatch(at: look) }
        case .cancelled: fail(recipient, CancellationError())
        case .closed: fail(recipient, closedUnderLeader())
        }
    }

    private func closedUnderLeader() -> ConnectionError {
        core.withLock { core in
            core.leaderError ?? .closed(core.closeReason ?? .closedByOwner, .outcomeUnknown, core.record)
        }
    }

    /// Appends a request to a busy connection, or has it wait for its turn, unless its task has been cancelled.
    private func submit(
        _ options: CallOptions, ticket: UInt64, replies: Int, _ turn: YourTurn?, isFence: Bool = false,
        unlessCancelledSince before: Int, recipient: Recipient, _ encode: (inout CommandEncoder) -> Void
    ) {
        enum Outcome {
            case queued(RoleStateMachine.AppendAction, startTimer: Int?, startWatch: Moment?)
            case inLine(startTimer: Int?)
            case refused(any Error, admitted: [Admitted])
        }
        let isOnLoop = isOnLoop
        let outcome: Outcome = core.withLock { core in
            if let reason = core.refusal {
                return .refused(ConnectionError.closed(reason, .notSent, core.record), admitted: [])
            }
            if let turn { core.line.turnEnded(bytes: turn.bytes) }
            if cancellations.load(ordering: .relaxed) != before, Task.isCancelled {
                return .refused(CancellationError(), admitted: core.admit())
            }
            let start = core.appended
            let bytes = append(to: &core, encode)
            if bytes > options.largestRequest {
                withdrawLast(bytes, from: &core)
                return .refused(RequestIsLarge(), admitted: core.admit())
            }
            let load = AdmissionLine<Recipient>.Load(inFlight: core.queue.count, unsent: start &- core.written)
            if turn == nil, !core.line.admits(bytes: bytes, load) {
                withdrawLast(bytes, from: &core)
                guard !isFence,
                    core.line.enter(
                        recipient, ticket: ticket, bytes: bytes, deadline: options.deadline, began: options.now)
                else {
                    return .refused(
                        ConnectionError.overloaded(waiting: core.line.count, unsentBytes: core.load.unsent),
                        admitted: [])
                }
                core.recorder.advance(to: options.now)
                core.recorder.note(.inLine)
                return .inLine(
                    startTimer: options.deadline.flatMap { core.timer.add($0) ? core.timer.generation : nil })
            }
            core.recorder.appended(bytes: bytes, at: options.now)
            let isProven = !isFence && appendSentinel(to: &core, ticket, options)
            core.queue.append(
                .init(
                    ticket: ticket, remaining: isProven ? replies + 1 : replies, isFence: isFence,
                    isAtomic: options.isAtomic || replies == 1, isProven: isProven, deadline: options.deadline,
                    bytes: start..<core.appended,
                    call: CallTimes(began: options.now, appended: core.recorder.clock)),
                for: recipient)
            let startTimer = options.deadline.flatMap { core.timer.add($0) ? core.timer.generation : nil }
            let action = isOnLoop ? core.roles.appendOnLoop() : core.roles.append(inFlight: core.queue.count)
            return .queued(action, startTimer: startTimer, startWatch: expectReply(options, &core))
        }
        switch outcome {
        case .inLine(let generation):
            if let generation, let deadline = options.deadline { startTimer(at: deadline, generation: generation) }
        case .refused(let error, let admitted):
            giveTurns(admitted)
            // Whoever found the end may not have told the pool yet, which would hand this connection out again.
            if mode == .commands, let reason = closeReason { onClose?(reason) }
            fail(recipient, error)
        case .queued(let action, let generation, let look):
            if !isOnLoop { startDrivers() }
            carryOut(action)
            if let generation, let deadline = options.deadline { startTimer(at: deadline, generation: generation) }
            if let look { startWatch(at: look) }
        }
    }

    /// Has written and read what was appended.
    func carryOut(_ action: RoleStateMachine.AppendAction) {
        switch action.flush {
        case .notNeeded: break
        case .now: flush()
        case .byFlusher: flusher.unpark()
        case .atEndOfTurn: eventLoop?.atEndOfTurn(self)
        }
        if action.wakePump { wakePump() }
        if action.arm { transport.arm(.readable) }
    }

    /// When to look whether the peer lives, if nobody knows yet.
    private func expectReply(_ options: CallOptions, _ core: inout Core) -> Moment? {
        if options.expectsReplySoon { return core.liveness.expect(received: core.received, at: options.now) }
        core.liveness.expectSilence()
        return nil
    }

    /// Returns how many bytes were appended.
    func append(to core: inout Core, _ encode: (inout CommandEncoder) -> Void) -> Int {
        let before = core.outgoing.count
        encode(&core.outgoing)
        let bytes = core.outgoing.count - before
        core.appended += bytes
        return bytes
    }

    /// Appends a sentinel behind a request, if it is to be proven. Says whether it is.
    @inline(__always)
    private func appendSentinel(to core: inout Core, _ ticket: UInt64, _ options: CallOptions) -> Bool {
        guard options.mayBeProven, core.integrity.proves(at: options.now) else { return false }
        let integrity = core.integrity
        _ = append(to: &core) { integrity.encode(sentinelOf: ticket, into: &$0) }
        return true
    }

    /// Takes back what was appended under this very lock.
    private func withdrawLast(_ bytes: Int, from core: inout Core) {
        core.outgoing.truncate(to: core.outgoing.count - bytes)
        core.appended -= bytes
    }

    /// Looks, without waiting, whether an idle connection has ended or has pushes to deliver.
    private func probeIfIdle(now: Moment) throws {
        let previous = lastUse.load(ordering: .relaxed)
        lastUse.store(now.nanoseconds, ordering: .relaxed)
        guard previous <= now.nanoseconds, now.nanoseconds - previous >= probeAfter else { return }
        guard core.withLock({ $0.roles.probe(inFlight: $0.queue.count) }) else { return }
        let turn = receive(leading: nil, waiting: false)
        let done = core.withLock { core in
            core.roles.writeFinished()
            return core.roles.leaderDone(inFlight: core.queue.count, hasBytes: !core.outgoing.isEmpty)
        }
        if done.flush { flush() }
        if done.wakePump { wakePump() }
        if let reason = turn.ending {
            end(reason)
            // Somebody else may have ended it before, for the reason that counts.
            throw closed(reason, .notSent)
        }
    }

    /// The caller's task was cancelled: it returns now, the connection goes on.
    private func cancel(ticket: UInt64) {
        // Before the lock is taken: a caller that takes it later sees it.
        cancellations.add(1, ordering: .relaxed)
        let wasInFlight = abandonOne {
            $0.queue.abandon(ticket: ticket, sent: $0.taken)
        } error: { _ in
            CancellationError()
        }
        if wasInFlight { return }
        removeFromLine { line in line.remove(ticket: ticket).map { ($0, CancellationError()) } }
    }

    /// Gives up one request, and takes its bytes back if none of them has left. Says whether there was one.
    @discardableResult
    func abandonOne(
        _ choose: (inout Core) -> RequestQueue<Recipient>.Abandoned?,
        error: (RequestQueue<Recipient>.Abandoned) -> any Error
    ) -> Bool {
        let (abandoned, hasRetired, admitted) = core.withLock { core in
            let abandoned = choose(&core)
            if let abandoned, abandoned.isWithdrawn {
                let first = abandoned.bytes.lowerBound - core.taken
                core.appended -= abandoned.bytes.count
                core.outgoing.remove(first..<(first + abandoned.bytes.count))
            }
            if abandoned != nil { core.recorder.note(.abandoned) }
            return (abandoned, core.hasRetired, core.admit())
        }
        giveTurns(admitted)
        if hasRetired { end(.retired) }
        guard let abandoned else { return false }
        if let recipient = abandoned.recipient { fail(recipient, error(abandoned)) }
        return true
    }
}
