// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Drives any ``ByteTransport`` as a ``ReadinessTransport``.
///
/// Three tasks of the adapter read ahead, write behind and call the readiness handler, on the given executor. What they
/// hold is bounded in both directions. They end with ``close()``, which also closes the byte transport; dropping the
/// adapter does the same.
public final class ByteTransportAdapter: ReadinessTransport {
    private let core: AdapterCore
    private let tasks: [Task<Void, Never>]

    /// Takes over a byte transport and starts reading from it.
    ///
    /// - Parameters:
    ///   - transport: belongs to the adapter from now on.
    ///   - readAhead: bytes received at most before somebody reads them.
    ///   - writeBehind: bytes that writes may be ahead of the transport; as many again may be on their way.
    ///   - executor: where the tasks run; `nil` for the default.
    public init(
        _ transport: any ByteTransport, readAhead: Int = 64 * 1024, writeBehind: Int = 64 * 1024,
        executor: (any TaskExecutor)? = nil
    ) {
        precondition(readAhead > 0 && writeBehind > 0, "An adapter needs room for at least one byte each way.")
        let core = AdapterCore(transport, readAhead: readAhead, writeBehind: writeBehind)
        self.core = core
        tasks = [
            Task(executorPreference: executor) { await core.readAhead() },
            Task(executorPreference: executor) { await core.writeBehind() },
            Task(executorPreference: executor) { await core.notify() },
        ]
    }

    deinit {
        close()
    }

    /// Appends bytes that were read ahead.
    public func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try core.tryRead(into: &buffer)
    }

    /// Takes bytes to be written behind. What the transport says of them is told by a later call.
    public func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
        try core.tryWrite(bytes)
    }

    /// Ends the sending direction once everything taken before has been written.
    public func finishWriting() throws(TransportError) {
        try core.finishWriting()
    }

    /// False: the tasks may need the calling thread.
    public var canWaitInline: Bool { false }

    /// Doesn't wait.
    public func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try tryRead(into: &buffer)
    }

    /// Sets what is called, by a task of the adapter, when an armed interest holds.
    public func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
        core.setHandler(handler)
    }

    /// Arms an interest: wakes the notifying task if it holds already.
    public func arm(_ interest: Readiness) {
        core.arm(interest)
    }

    /// Ends both directions, cancels the tasks and closes the byte transport. Bytes not yet written are dropped.
    public func close() {
        core.close()
        for task in tasks { task.cancel() }
    }
}

/// What the adapter's tasks hold, so that the adapter itself can go.
final class AdapterCore: Sendable {
    private struct State {
        var inbound = ByteQueue()
        var outbound = ByteQueue()
        /// The transport has no more to read.
        var isAtEnd = false
        /// Nothing more is to be written.
        var isFinished = false
        var isClosed = false
        var failure: TransportError?
        var armed: Readiness = []
        var handler: (@Sendable (Readiness) -> Void)?

        func checkWriting() throws(TransportError) {
            if isClosed { throw .closed }
            if let failure { throw failure }
            if isFinished { throw .writingFinished }
        }
    }

    let transport: any ByteTransport
    private let readLimit: Int
    private let writeLimit: Int
    private let state = Mutex(State())
    private let hasRoom = Signal()
    private let hasOutput = Signal()
    private let hasNews = Signal()

    init(_ transport: any ByteTransport, readAhead: Int, writeBehind: Int) {
        self.transport = transport
        readLimit = readAhead
        writeLimit = writeBehind
    }

    // MARK: The adapter's side

    func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        precondition(buffer.freeCapacity > 0, "A read needs a buffer with free capacity.")
        let result = try state.withLock { state throws(TransportError) in
            if state.isClosed { throw .closed }
            if !state.inbound.isEmpty { return ReadResult.bytes(state.inbound.move(into: &buffer)) }
            if let failure = state.failure { throw failure }
            return state.isAtEnd ? .endOfStream : .wouldBlock
        }
        if case .bytes = result { hasRoom.raise() }
        return result
    }

    func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
        let count = try state.withLock { state throws(TransportError) in
            try state.checkWriting()
            let count = min(bytes.count, writeLimit - state.outbound.count)
            state.outbound.append(bytes, atMost: count)
            return count
        }
        if count > 0 { hasOutput.raise() }
        return count
    }

    func finishWriting() throws(TransportError) {
        try state.withLock { state throws(TransportError) in
            if state.isFinished, !state.isClosed { return }
            try state.checkWriting()
            state.isFinished = true
        }
        hasOutput.raise()
    }

    func setHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
        state.withLock { if !$0.isClosed { $0.handler = handler } }
    }

    func arm(_ interest: Readiness) {
        change { $0.armed.formUnion(interest) }
    }

    func close() {
        let handler = state.withLock { state -> (@Sendable (Readiness) -> Void)? in
            state.isClosed = true
            state.inbound.removeAll()
            state.outbound.removeAll()
            return state.handler.take()
        }
        _ = handler  // freed here, outside of the lock
        for signal in [hasRoom, hasOutput, hasNews] { signal.raise() }
        transport.close()
    }

    // MARK: The tasks

    func readAhead() async {
        while true {
            guard let room = state.withLock({ $0.isClosed ? nil : readLimit - $0.inbound.count }) else { return }
            if room == 0 {
                await hasRoom.wait()
                continue
            }
            do {
                let bytes = try await transport.read(atMost: min(room, 16 * 1024))
                change { state in
                    if bytes.isEmpty { state.isAtEnd = true } else { state.inbound.append(bytes.span) }
                }
                if bytes.isEmpty { return }
            } catch {
                return fail(error, .read)
            }
        }
    }

    func writeBehind() async {
        while true {
            let (bytes, isLast, isClosed) = state.withLock { ($0.outbound.takeAll(), $0.isFinished, $0.isClosed) }
            if isClosed { return }
            if bytes.isEmpty, !isLast {
                await hasOutput.wait()
                continue
            }
            change { _ in }
            do {
                if !bytes.isEmpty { try await transport.write(bytes.span) }
                if isLast { return try await transport.finishWriting() }
            } catch {
                return fail(error, .write)
            }
        }
    }

    func notify() async {
        while true {
            let (handler, fired, isClosed) = state.withLock { state in
                let fired = state.armed.intersection(readiness(of: state))
                state.armed.subtract(fired)
                // Held only to be called: whoever closes may rely on it that what the handler holds is gone.
                return (fired.isEmpty ? nil : state.handler, fired, state.isClosed)
            }
            if isClosed { return }
            if fired.isEmpty { await hasNews.wait() } else { handler?(fired) }
        }
    }

    private func fail(_ error: any Error, _ operation: TransportError.Operation) {
        let failure = error as? TransportError ?? .custom("\(operation.rawValue) failed: \(error)")
        change { $0.failure = $0.failure ?? failure }
    }

    private func change(_ body: (inout State) -> Void) {
        let isDue = state.withLock { state in
            body(&state)
            return !state.armed.intersection(readiness(of: state)).isEmpty
        }
        if isDue { hasNews.raise() }
    }

    private func readiness(of state: State) -> Readiness {
        var readiness: Readiness = []
        let isBroken = state.failure != nil
        if isBroken || state.isAtEnd || !state.inbound.isEmpty { readiness.insert(.readable) }
        if isBroken || state.isFinished || state.outbound.count < writeLimit { readiness.insert(.writable) }
        return readiness
    }
}
