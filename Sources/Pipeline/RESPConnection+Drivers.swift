// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Synchronization
internal import Transport

/// The holders of the two roles: see `RoleStateMachine` for who becomes one, and when.
extension RESPConnection {
    // MARK: Writing

    /// Writes until nothing is left or the transport is full. For the holder of the writer role.
    func flush() {
        let failure: TransportError? = sending.withLock { buffer in
            while true {
                if buffer.isEmpty {
                    let hasMore = core.withLock { core in
                        if core.outgoing.isEmpty {
                            core.roles.writeFinished()
                            return false
                        }
                        swap(&core.outgoing, &buffer)
                        return true
                    }
                    guard hasMore else { return nil }
                }
                let count: Int
                do throws(TransportError) { count = try write(buffer) } catch { return error }
                if count == buffer.count { buffer.removeAll() } else { buffer.removeFirst(count) }
                let isBlocked = !buffer.isEmpty && count == 0
                let admitted = core.withLock { core in
                    core.written += count
                    if isBlocked {
                        core.roles.writeBlocked()
                        core.recorder.note(.blocked)
                    }
                    return core.admit()
                }
                giveTurns(admitted)
                if isBlocked {
                    transport.arm(.writable)
                    return nil
                }
            }
        }
        if let failure {
            // What was written is known again; nobody writes any more.
            core.withLock { $0.roles.writeBlocked() }
            end(.transport(failure))
        }
    }

    /// Hands over what the transport takes, in one call: large payloads from where they are.
    private func write(_ bytes: borrowing CommandEncoder) throws(TransportError) -> Int {
        if bytes.isOneSegment { return try transport.tryWrite(bytes.span) }
        var segments = ByteSegments()
        var place = CommandEncoder.SegmentPlace()
        while segments.count < ByteSegments.capacity, let segment = bytes.segment(at: &place) {
            _ = segments.append(segment)
        }
        return try transport.tryWrite(segments)
    }

    /// Runs behind everything that is ready to run, so that one write carries what all of it appended.
    private func runFlusher() {
        let mayFlush = core.withLock { core in
            core.roles.beginPromisedFlush(hasBytes: !core.outgoing.isEmpty)
        }
        if mayFlush { flush() }
    }

    // MARK: Reading

    /// What one read brought.
    struct Turn {
        /// The reply of the leader's own command.
        var ledFrame: RESPFrame?
        /// Set when the leader's own request is answered; it has given its role away.
        var leaderDone: RoleStateMachine.LeaderDone?
        var delivered: RoleStateMachine.Delivered?
        /// Read on the loop: ask for the end of its turn.
        var mustEndLoopTurn = false
        /// Nothing was there to read.
        var foundNothing = false
        /// How many were read.
        var bytes = 0
        var pushes = 0
        /// How many of the frames have been dealt with.
        var matched = 0
        /// Callers for whom the replies have made room.
        var admitted: [Admitted] = []
        /// The connection must end for this reason, after everything before it has been delivered.
        var ending: CloseReason?
    }

    /// Reads once and hands out what came. For the holder of the reader role: a leader names its ticket. With
    /// `waiting`, the thread is held for a moment if nothing is there.
    ///
    /// Pushes are handed out before the replies that came with them.
    func receive(leading ticket: UInt64?, waiting: Bool, onLoop: Bool = false) -> Turn {
        receiving.withLock { receiver in
            var turn = Turn()
            do throws(TransportError) {
                let result = try receiver.decoder.receive { (buffer) throws(TransportError) -> ReadResult in
                    waiting ? try transport.readWaiting(into: &buffer) : try transport.tryRead(into: &buffer)
                }
                switch result {
                case .bytes(let count): turn.bytes = count
                case .wouldBlock:
                    turn.foundNothing = true
                    return turn
                case .endOfStream: turn.ending = .endOfStream
                }
            } catch {
                turn.ending = .transport(error)
            }
            if turn.ending == nil { decode(&receiver, &turn) }
            match(&receiver, &turn, leading: ticket, onLoop: onLoop)
            deliver(&receiver, &turn)
            return turn
        }
    }

    /// Splits the bytes into frames; pushes go their own way at once.
    private func decode(_ receiver: inout Receiver, _ turn: inout Turn) {
        do throws(RESPDecodingError) {
            while let frame = try receiver.decoder.next() {
                if receiver.mode.isPush(frame) {
                    turn.pushes += 1
                    route(frame)
                } else {
                    receiver.frames.append(frame)
                }
            }
        } catch {
            turn.ending = .malformedReply(error)
        }
    }

    /// Finds the recipients of the replies, and decides under the same lock who reads next.
    private func match(
        _ receiver: inout Receiver, _ turn: inout Turn, leading ticket: UInt64?, onLoop: Bool
    ) {
        var next = 0
        let count = receiver.frames.count
        core.withLock { core in
            var resumed = 0
            var leaderIsDone = false
            var dropped = 0
            while next < count {
                // A batch gets its replies all at once, without a copy, unless there won't be more.
                let owed = core.queue.owedToFirst
                let proof = core.queue.ticketToProve
                if let proof, !core.isInStep(receiver.frames[next...], owed: owed, proof) {
                    turn.ending = turn.ending ?? .outOfStep
                    break
                }
                if owed > count - next, turn.ending == nil || proof != nil { break }
                let first = next
                guard
                    let answer = core.queue.answer(
                        available: count - next, isError: { receiver.frames[first + $0].isError })
                else {
                    turn.ending = turn.ending ?? .unsolicitedReply("\(receiver.frames[next].kind)")
                    break
                }
                next += answer.count
                if answer.recipient == nil { dropped += answer.count }
                receiver.deliveries.append(
                    Delivery(
                        recipient: answer.recipient, frames: first..<(proof == nil ? next : next - 1),
                        isComplete: answer.isComplete))
                guard answer.isComplete else { continue }
                resumed += 1
                if answer.ticket == ticket { leaderIsDone = true }
            }
            if turn.bytes > 0 { core.recorder.received(bytes: turn.bytes, replies: next) }
            if turn.pushes > 0 { core.recorder.note(.pushes, count: turn.pushes) }
            // Part of a reply is a sign of life, and so is a push. Replies that all come too late are not while more are owed: where
            // one got lost, every later one answers the call before.
            if dropped < count || count == 0 || core.queue.isEmpty { core.received &+= 1 }
            turn.matched = next
            turn.admitted = core.admit()
            resumed += turn.admitted.count
            if core.hasRetired { turn.ending = turn.ending ?? .retired }
            if leaderIsDone {
                turn.leaderDone = core.roles.leaderDone(
                    inFlight: core.queue.count, hasBytes: !core.outgoing.isEmpty)
            } else if onLoop {
                turn.mustEndLoopTurn = core.roles.loopDelivered()
            } else if ticket == nil {
                turn.delivered = core.roles.pumpDelivered(inFlight: core.queue.count, resumed: resumed)
            }
        }
    }

    private func deliver(_ receiver: inout Receiver, _ turn: inout Turn) {
        for delivery in receiver.deliveries {
            switch delivery.recipient {
            case nil: break  // abandoned: the reply is dropped
            case .leader: turn.ledFrame = receiver.frames[delivery.frames.lowerBound]
            case .caller(let waiter): waiter.resume(.success(receiver.frames[delivery.frames.lowerBound]))
            case .batch(let collector):
                collector.append(&receiver.frames, delivery.frames, isComplete: delivery.isComplete)
            }
        }
        giveTurns(turn.admitted)
        receiver.deliveries.removeAll(keepingCapacity: true)
        if turn.matched >= receiver.frames.count {
            receiver.frames.removeAll(keepingCapacity: true)
        } else {
            receiver.frames.removeFirst(turn.matched)
        }
    }

    /// Reads and resumes until nothing is in flight or nothing comes. Runs in the pump's task with the reader role.
    private func runPump() async {
        var mayRead = core.withLock { core in
            defer { core.pumpMayRead = false }
            return core.pumpMayRead
        }
        var turns = 0
        // Of a large reply there is often more by the time that a part has been looked at.
        var isMidReply = false
        while true {
            // A pump that was woken by its transport knows that there is something.
            let waits = mayRead ? nil : inlineWait(isSample: turns % 8 == 0)
            if !mayRead && waits == nil && !isMidReply { return park() }
            mayRead = false
            isMidReply = false
            turns &+= 1
            let turn = receive(leading: nil, waiting: waits != nil)
            if let reason = turn.ending { return end(reason) }
            if turn.foundNothing {
                if waits != nil { core.withLock { $0.roles.pumpWaits.endedLate() } }
                return park()
            }
            if case .timed(let start)? = waits {
                let wait = environment.moment.nanoseconds - start.nanoseconds
                core.withLock { $0.roles.pumpWaits.ended(after: wait) }
            }
            if turn.delivered == .idle { return }
            if turn.delivered == .readOn {
                isMidReply = true
                if turns % 8 == 0 { await Task.yield() }
                continue
            }
            await Task.yield()
            let turnEnd = core.withLock { core in
                core.roles.turnEnded(inFlight: core.queue.count, hasBytes: !core.outgoing.isEmpty)
            }
            if turnEnd.flush { flush() }
            guard turnEnd.keepReading else { return }
        }
    }

    private enum InlineWait {
        case timed(Moment), untimed
    }

    /// Whether the pump may hold its thread until the next replies come, and whether to time it.
    private func inlineWait(isSample: Bool) -> InlineWait? {
        let isInDoubt: Bool? = core.withLock { core in
            core.roles.pumpMayWaitInline(inFlight: core.queue.count) ? core.roles.pumpWaits.isInDoubt : nil
        }
        guard let isInDoubt else { return nil }
        return isInDoubt || isSample ? .timed(environment.moment) : .untimed
    }

    func park() {
        core.withLock { $0.roles.parkPump() }
        transport.arm(.readable)
    }

    func wakePump() {
        startDrivers()
        pump.unpark()
    }

    /// Starts to listen on a connection where bytes may come unasked.
    func listen() {
        if core.withLock({ $0.roles.listen() }) { transport.arm(.readable) }
    }

    func transportIsReady(_ readiness: Readiness) {
        if wakeStream(.success(())) { return }
        if readiness.contains(.readable) {
            let isOnLoop = isOnLoop
            let reader = core.withLock { core in
                let reader = core.roles.becameReadable(inFlight: core.queue.count, onLoop: isOnLoop)
                if reader == .pump { core.pumpMayRead = true }
                return reader
            }
            switch reader {
            case .nobody: break
            case .pump: wakePump()
            case .handler: readOnLoop()
            }
        }
        if readiness.contains(.writable), core.withLock({ $0.roles.becameWritable() }) { flush() }
    }

    // MARK: Tasks

    /// The two tasks of a connection, made when it is first busy. They hold it only while they work, and end with it.
    func startDrivers() {
        let mustStart = core.withLock { core in
            guard !core.driversStarted, core.closeReason == nil else { return false }
            core.driversStarted = true
            return true
        }
        guard mustStart else { return }
        Task.detached { [pump, weak self] in
            while await pump.park() { await self?.runPump() }
        }
        Task.detached { [flusher, weak self] in
            while await flusher.park() { self?.runFlusher() }
        }
    }

    // MARK: Deadlines

    func startTimer(at deadline: Moment, generation: Int) {
        let task = Task.detached { [sleep = environment.sleep, weak self] in
            guard (try? await sleep(deadline.instant)) != nil else { return }
            self?.timerFired(generation: generation)
        }
        core.withLock { core in
            guard core.closeReason == nil, core.timer.generation == generation else { return task.cancel() }
            core.timerTask?.cancel()
            core.timerTask = task
        }
    }

    private func timerFired(generation: Int) {
        guard core.withLock({ $0.timer.fired(generation: generation) }) else { return }
        let now = environment.moment
        let record = flightRecord(at: now)
        var offset = 0
        while abandonOne(
            { $0.queue.expireOne(at: now, sent: $0.taken, from: &offset) }, error: { record.timedOut($0, at: now) })
        {}
        offset = 0
        while removeFromLine({ line in
            line.expireOne(at: now, from: &offset).map { ($0.waiter, record.timedOut($0, at: now)) }
        }) {}
        wakeStream(.failure(ConnectionError.timedOut(.outcomeUnknown, record)), at: now)
        let next: (Moment, Int)? = core.withLock { core in
            let deadlines = [core.queue.nextDeadline, core.line.nextDeadline, core.streamWaiter?.deadline]
            guard let deadline = deadlines.compactMap(\.self).min(), core.timer.add(deadline) else { return nil }
            return (deadline, core.timer.generation)
        }
        if let (deadline, generation) = next { startTimer(at: deadline, generation: generation) }
    }
}
