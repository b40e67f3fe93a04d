// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import Transport

/// What the two ends of an in-memory connection share.
final class InMemoryLink: Sendable {
    enum Side: Int {
        case first, second

        var other: Side { self == .first ? .second : .first }
    }

    private struct End {
        /// What the other end wrote.
        var inbound = ByteQueue()
        /// The other end writes no more.
        var isFinished = false
        var isReset = false
        var isClosed = false
        var armed: Readiness = []
        var handler: (@Sendable (Readiness) -> Void)?
        /// A handler call is scheduled or running; calls don't overlap.
        var isDelivering = false
    }

    private struct State {
        var ends = [End(), End()]

        subscript(_ side: Side) -> End {
            get { ends[side.rawValue] }
            _modify { yield &ends[side.rawValue] }
        }
    }

    let options: InMemoryTransport.Options
    private let state = Mutex(State())

    init(_ options: InMemoryTransport.Options) {
        precondition(
            options.capacity > 0 && options.maximumRead > 0 && options.maximumWrite > 0,
            "Bytes must be able to pass a transport.")
        self.options = options
    }

    func read(_ side: Side, into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        precondition(buffer.freeCapacity > 0, "A read needs a buffer with free capacity.")
        return try change { state throws(TransportError) in
            if state[side].isClosed { throw .closed }
            if state[side].isReset { throw .connectionReset(during: .read) }
            if !state[side].inbound.isEmpty {
                return .bytes(state[side].inbound.move(into: &buffer, atMost: options.maximumRead))
            }
            return state[side].isFinished ? .endOfStream : .wouldBlock
        }
    }

    func write(_ side: Side, _ bytes: Span<UInt8>) throws(TransportError) -> Int {
        try change { state throws(TransportError) in
            if state[side].isClosed { throw .closed }
            if state[side].isReset { throw .connectionReset(during: .write) }
            if state[side.other].isFinished { throw .writingFinished }
            if state[side.other].isClosed { throw .brokenPipe }
            let count = min(bytes.count, room(towards: side.other, in: state), options.maximumWrite)
            state[side.other].inbound.append(bytes, atMost: count)
            return count
        }
    }

    func setHandler(_ side: Side, _ handler: @escaping @Sendable (Readiness) -> Void) {
        state.withLock { if !$0[side].isClosed { $0[side].handler = handler } }
    }

    func arm(_ side: Side, _ interest: Readiness) {
        change { if !$0[side].isClosed { $0[side].armed.formUnion(interest) } }
    }

    func finishWriting(_ side: Side) throws(TransportError) {
        try change { state throws(TransportError) in
            if state[side].isClosed { throw .closed }
            if state[side].isReset { throw .connectionReset(during: .finish) }
            state[side.other].isFinished = true
        }
    }

    func close(_ side: Side) {
        let handler = change { state in
            state[side].isClosed = true
            state[side].armed = []
            state[side].inbound.removeAll()
            state[side.other].isFinished = true
            return state[side].handler.take()
        }
        _ = handler  // freed here, outside of the lock
    }

    func reset(_ side: Side) {
        change { state in
            state[side.other].isReset = !state[side].isClosed || state[side.other].isReset
            state[side.other].inbound.removeAll()
        }
        close(side)
    }

    func readableByteCount(_ side: Side) -> Int {
        state.withLock { $0[side].inbound.count }
    }

    func isClosed(_ side: Side) -> Bool {
        state.withLock { $0[side].isClosed }
    }

    // MARK: Readiness

    private func room(towards side: Side, in state: State) -> Int {
        max(0, options.capacity - state[side].inbound.count)
    }

    private func readiness(_ side: Side, in state: State) -> Readiness {
        var readiness: Readiness = []
        let end = state[side]
        if end.isReset || end.isFinished || !end.inbound.isEmpty { readiness.insert(.readable) }
        let isBroken = end.isReset || state[side.other].isClosed || state[side.other].isFinished
        if isBroken || room(towards: side.other, in: state) > 0 { readiness.insert(.writable) }
        return readiness
    }

    /// Changes the state, then schedules the handler calls that have become due.
    @discardableResult
    private func change<R, E>(_ body: (inout State) throws(E) -> R) throws(E) -> R {
        var due: [Side] = []
        defer { for side in due { options.scheduler.schedule { self.deliver(side) } } }
        return try state.withLock { state throws(E) in
            defer {
                for side in [Side.first, .second] where isDue(side, in: state) {
                    state[side].isDelivering = true
                    due.append(side)
                }
            }
            return try body(&state)
        }
    }

    private func isDue(_ side: Side, in state: State) -> Bool {
        let end = state[side]
        return !end.isDelivering && !end.isClosed && end.handler != nil
            && !end.armed.intersection(readiness(side, in: state)).isEmpty
    }

    private func deliver(_ side: Side) {
        let (handler, fired) = state.withLock { state in
            let fired = state[side].armed.intersection(readiness(side, in: state))
            state[side].armed.subtract(fired)
            return (state[side].handler, fired)
        }
        if !fired.isEmpty { handler?(fired) }
        // What was armed in the meantime may hold already.
        change { $0[side].isDelivering = false }
    }
}
