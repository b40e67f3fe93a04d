// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import Transport

/// Drives the two streams of a ``FaultInjectingTransport``. The transport below and the timers hold this, so that the
/// transport itself can be dropped.
///
/// All that touches the transport below happens under one lock; what calls somebody happens outside of it.
final class FaultInjection: Sendable {
    private struct Timer {
        var due: ContinuousClock.Instant
        var task: Task<Void, Never>
    }

    private struct State {
        var sending: FaultyStream
        var receiving: FaultyStream
        var sendingFailure: TransportError?
        var receivingFailure: TransportError?
        var sendingTimer: Timer?
        var receivingTimer: Timer?
        /// The transport below has nothing more to read.
        var isBaseAtEnd = false
        /// What the transport below will tell of.
        var baseArmed: Readiness = []
        /// The owner has ended its direction, and so has the transport below.
        var isFinished = false
        var isBaseFinished = false
        var isReset = false
        var isClosed = false
        var armed: Readiness = []
        var handler: (@Sendable (Readiness) -> Void)?
        /// A handler call is scheduled or running; calls don't overlap.
        var isDelivering = false
    }

    private let base: any ReadinessTransport
    private let options: FaultInjectingTransport.Options
    private let state: Mutex<State>

    init(_ base: any ReadinessTransport, _ plan: FaultPlan, _ options: FaultInjectingTransport.Options) {
        self.base = base
        self.options = options
        state = Mutex(
            State(
                sending: plan.makeStream(.sending, capacity: options.capacity),
                receiving: plan.makeStream(.receiving, capacity: options.capacity)))
    }

    func start() {
        base.setReadinessHandler { [self] readiness in change { state, _ in state.baseArmed.subtract(readiness) } }
        change { _, _ in }
    }

    // MARK: The owner's side

    func read(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        precondition(buffer.freeCapacity > 0, "A read needs a buffer with free capacity.")
        return try change { state, now throws(TransportError) in
            if state.isClosed { throw .closed }
            if !state.isReset { pull(&state, at: now) }
            switch state.receiving.step(at: now) {
            case _ where state.isReset: throw .connectionReset(during: .read)
            case .bytes: return .bytes(state.receiving.move(into: &buffer))
            case .wait, .nothing: return .wouldBlock
            case .reset: throw reset(&state, .read)
            case .finish:
                if let failure = state.receivingFailure { throw failure }
                return .endOfStream
            }
        }
    }

    func write(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
        try change { state, now throws(TransportError) in
            try checkSending(state)
            if state.isFinished { throw .writingFinished }
            // Behind a faulty end bytes need no room: they are lost.
            let count = state.sending.isFinished ? bytes.count : min(bytes.count, state.sending.room)
            state.sending.append(bytes.extracting(first: count), at: now)
            return count
        }
    }

    func finishWriting() throws(TransportError) {
        try change { state, now throws(TransportError) in
            try checkSending(state)
            state.isFinished = true
            state.sending.finish(at: now)
        }
    }

    private func checkSending(_ state: State) throws(TransportError) {
        if state.isClosed { throw .closed }
        if state.isReset { throw .connectionReset(during: .write) }
        if let failure = state.sendingFailure { throw failure }
    }

    func setHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
        state.withLock { if !$0.isClosed { $0.handler = handler } }
    }

    func arm(_ interest: Readiness) {
        change { state, _ in if !state.isClosed { state.armed.formUnion(interest) } }
    }

    /// - Returns: whether it was open.
    func close() -> Bool {
        let (wasOpen, handler) = state.withLock { state in
            let wasOpen = !state.isClosed
            state.isClosed = true
            state.armed = []
            dropTimers(&state)
            return (wasOpen, state.handler.take())
        }
        _ = handler  // freed here, outside of the lock
        base.close()
        return wasOpen
    }

    // MARK: The test's side

    func setFaults(_ faults: [Fault], _ direction: FaultDirection?) {
        change { state, now in
            if direction != .receiving { state.sending.setFaults(faults, at: now) }
            if direction != .sending { state.receiving.setFaults(faults, at: now) }
        }
    }

    func log(of direction: FaultDirection) -> FaultLog {
        state.withLock { direction == .sending ? $0.sending.log : $0.receiving.log }
    }

    // MARK: Between the streams and the transport below

    /// Changes the state, then does all that has become due by it.
    @discardableResult
    private func change<R, E>(
        _ body: (inout State, ContinuousClock.Instant) throws(E) -> R
    ) throws(E) -> R {
        let now = options.now()
        var isDue = false
        var isBroken = false
        defer {
            if isBroken { base.resetOrClose() }
            if isDue { options.scheduler.schedule { self.deliver() } }
        }
        return try state.withLock { state throws(E) in
            let wasReset = state.isReset
            defer {
                settle(&state, at: now)
                isBroken = state.isReset && !wasReset
                isDue = takeDelivery(&state, at: now)
            }
            return try body(&state, now)
        }
    }

    private func settle(_ state: inout State, at now: ContinuousClock.Instant) {
        guard !state.isClosed, !state.isReset else { return dropTimers(&state) }
        var due = push(&state, at: now)
        if state.sendingTimer?.due != due { setTimer(\.sendingTimer, due, &state) }

        due = nil
        if state.armed.contains(.readable), !state.isReset {
            pull(&state, at: now)
            switch state.receiving.step(at: now) {
            case .wait(let instant): due = instant
            case .reset: _ = reset(&state, .read)
            case .bytes, .nothing, .finish: break
            }
            if !state.isBaseAtEnd, state.receiving.room > 0 { armBase(.readable, &state) }
        }
        if state.receivingTimer?.due != due { setTimer(\.receivingTimer, due, &state) }
    }

    /// Sends what is due.
    ///
    /// - Returns: when more is.
    private func push(_ state: inout State, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        while state.sendingFailure == nil {
            switch state.sending.step(at: now) {
            case .bytes:
                do throws(TransportError) {
                    let count = try state.sending.takeBytes { bytes throws(TransportError) in try base.tryWrite(bytes) }
                    if count > 0 { continue }
                    armBase(.writable, &state)
                } catch {
                    state.sendingFailure = error
                }
                return nil
            case .wait(let instant): return instant
            case .nothing: return nil
            case .finish:
                if !state.isBaseFinished {
                    state.isBaseFinished = true
                    // A broken connection is the next read's to notice.
                    try? base.finishWriting()
                }
                return nil
            case .reset:
                _ = reset(&state, .write)
                return nil
            }
        }
        return nil
    }

    /// Takes what the transport below has, as far as there is room.
    private func pull(_ state: inout State, at now: ContinuousClock.Instant) {
        // In a black hole there always is; whoever comes next goes on.
        var left = options.capacity
        while left > 0, !state.isBaseAtEnd, state.receiving.room > 0 {
            var result = ReadResult.wouldBlock
            do throws(TransportError) {
                let bytes = try [UInt8](capacity: min(left, state.receiving.room, 16 * 1024)) {
                    buffer throws(TransportError) in
                    result = try base.tryRead(into: &buffer)
                }
                left -= bytes.count
                state.receiving.append(bytes.span, at: now)
            } catch {
                state.receivingFailure = error
                result = .endOfStream
            }
            if result == .wouldBlock { return }
            if result == .endOfStream {
                state.isBaseAtEnd = true
                state.receiving.finish(at: now)
            }
        }
    }

    private func reset(_ state: inout State, _ operation: TransportError.Operation) -> TransportError {
        state.isReset = true
        return .connectionReset(during: operation)
    }

    private func armBase(_ interest: Readiness, _ state: inout State) {
        guard !state.baseArmed.contains(interest) else { return }
        state.baseArmed.insert(interest)
        base.arm(interest)
    }

    // MARK: Timers

    private func setTimer(
        _ timer: WritableKeyPath<State, Timer?>, _ due: ContinuousClock.Instant?, _ state: inout State
    ) {
        state[keyPath: timer]?.task.cancel()
        state[keyPath: timer] = due.map { due in
            Timer(
                due: due,
                task: Task.detached { [weak self, sleep = options.sleep] in
                    guard (try? await sleep(due)) != nil else { return }
                    self?.timerEnded(due)
                })
        }
    }

    private func timerEnded(_ due: ContinuousClock.Instant) {
        change { state, _ in
            if state.sendingTimer?.due == due { state.sendingTimer = nil }
            if state.receivingTimer?.due == due { state.receivingTimer = nil }
        }
    }

    private func dropTimers(_ state: inout State) {
        setTimer(\.sendingTimer, nil, &state)
        setTimer(\.receivingTimer, nil, &state)
    }

    // MARK: Readiness

    private func readiness(_ state: inout State, at now: ContinuousClock.Instant) -> Readiness {
        var readiness: Readiness = []
        switch state.receiving.step(at: now) {
        case .bytes, .finish, .reset: readiness.insert(.readable)
        case .wait, .nothing: if state.isReset { readiness.insert(.readable) }
        }
        let isEnded = state.isReset || state.sendingFailure != nil || state.sending.isFinished
        if isEnded || state.sending.room > 0 { readiness.insert(.writable) }
        return readiness
    }

    private func takeDelivery(_ state: inout State, at now: ContinuousClock.Instant) -> Bool {
        guard !state.isDelivering, !state.isClosed, state.handler != nil, !state.armed.isEmpty,
            !state.armed.intersection(readiness(&state, at: now)).isEmpty
        else { return false }
        state.isDelivering = true
        return true
    }

    private func deliver() {
        let now = options.now()
        let (handler, fired) = state.withLock { state in
            let fired = state.armed.intersection(readiness(&state, at: now))
            state.armed.subtract(fired)
            return (state.handler, fired)
        }
        if !fired.isEmpty { handler?(fired) }
        // What was armed in the meantime may hold already.
        change { state, _ in state.isDelivering = false }
    }
}

extension ReadinessTransport {
    /// Breaks the connection so that its peer meets a reset, where that can be told from an end.
    func resetOrClose() {
        switch self {
        case let transport as InMemoryTransport: transport.reset()
        case let transport as SocketTransport: transport.reset()
        default: close()
        }
    }
}
