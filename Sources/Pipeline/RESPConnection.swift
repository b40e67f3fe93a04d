// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Synchronization
internal import Transport

/// One connection on which any number of tasks send commands at the same time.
///
/// Commands that wait together leave in one write, and replies are matched in order (automatic pipelining). Cancelling
/// a waiting call ends that call alone. Open one with ``open(_:environment:mode:onPush:onClose:)``; a dropped
/// connection closes itself.
///
/// - Complexity: a call costs O(its bytes); it allocates nothing besides the reply's value when the connection is idle.
public final class RESPConnection: Sendable {
    /// Everything that callers and the holders of the two roles share. See `RoleStateMachine`.
    struct Core: ~Copyable, Sendable {
        var roles: RoleStateMachine
        var queue = RequestQueue<Recipient>()
        /// Who waits for room in what follows.
        var line: AdmissionLine<Recipient>
        /// What callers appended and nobody has taken to write yet.
        var outgoing = RESPConnection.makeEncoder()
        /// Bytes ever appended to `outgoing`.
        var appended = 0
        /// Bytes ever handed to the transport.
        var written = 0
        var closeReason: CloseReason?
        /// No call is taken any more; when the last one has its reply, the connection ends.
        var isRetiring = false
        var timer = DeadlineTimer()
        var timerTask: Task<Void, Never>?
        var liveness: LivenessStateMachine
        var livenessTask: Task<Void, Never>?
        /// Reads that were a sign of life.
        var received = 0
        var driversStarted = false
        /// The pump was woken because bytes are there, so it need not wait for them.
        var pumpMayRead = false
        /// The holder of a stream, while it waits for the transport.
        var streamWaiter: StreamWaiter?
        /// What the leader's own caller gets the connection has ended under it.
        var leaderError: ConnectionError?
        var recorder: FlightRecorder
        var integrity: IntegrityStateMachine
        /// What had happened when the connection ended.
        var record: FlightRecord?
        /// Its handshake is done.
        var isReady = false

        /// Bytes that can't be withdrawn any more.
        var taken: Int { appended - outgoing.count }
        /// Why no call is taken.
        var refusal: CloseReason? { closeReason ?? (isRetiring ? .retired : nil) }
        var hasRetired: Bool { isRetiring && queue.isEmpty && roles.reader != .stream }
        /// Bytes that may have left. While somebody writes, the transport may have taken more than it has said so far:
        /// a command of which that is true may run, and must not be sent again.
        var mayHaveLeft: Int { roles.writer == .flushing ? taken : written }
        var load: AdmissionLine<Recipient>.Load { .init(inFlight: queue.count, unsent: appended &- written) }
    }

    /// What the holder of the reader role works with.
    struct Receiver: ~Copyable {
        var decoder: RESPDecoder
        var mode: ConnectionMode
        /// Scratch space, kept to reuse its storage.
        var frames: [RESPFrame] = []
        var deliveries: [Delivery] = []
    }

    /// Who gets replies.
    enum Recipient: Sendable {
        /// The caller that holds the leader's role; it takes the reply with its own hands.
        case leader
        case caller(Suspension<RESPFrame, any Error>)
        case batch(ReplyCollector)
    }

    /// Replies on their way to a recipient.
    struct Delivery {
        var recipient: Recipient?
        var frames: Range<Int>
        var isComplete: Bool
    }

    let transport: any ReadinessTransport
    /// Where it leads; `nil` for a transport that came from elsewhere.
    let endpoint: Endpoint?
    /// Whose thread calls the transport's handler.
    let eventLoop: EventLoop?
    let settings: ConnectionSettings
    /// What it was opened for.
    let mode: ConnectionMode
    /// Of the settings, in nanoseconds.
    let probeAfter: Int64
    let environment: ClientEnvironment
    let core: Mutex<Core>
    /// What is being written; locked by the holder of the writer role. Locked before `core`, never after.
    let sending = Mutex(RESPConnection.makeEncoder())
    /// Locked by the holder of the reader role. Locked before `core`, never after.
    let receiving: Mutex<Receiver>
    let tickets = Atomic<UInt64>(0)
    /// How many calls' tasks have been cancelled while they waited. A caller that finds it unchanged since before it could
    /// hear of its own need not ask whether it is cancelled, which counts a reference to its task.
    let cancellations = Atomic<Int>(0)
    /// When the last call began, in nanoseconds, to find an idle connection worth probing.
    let lastUse = Atomic<Int64>(.max)
    let pump = Parker()
    let flusher = Parker()
    let onPush: (@Sendable (RESPFrame) -> Void)?
    let onClose: (@Sendable (CloseReason) -> Void)?
    let observation: Observation?

    /// Drives `transport` without a handshake.
    init(
        transport: any ReadinessTransport, to endpoint: Endpoint? = nil, settings: ConnectionSettings,
        environment: ClientEnvironment,
        mode: ConnectionMode, onPush: (@Sendable (RESPFrame) -> Void)?,
        onClose: (@Sendable (CloseReason) -> Void)?, observation: Observation? = nil
    ) {
        self.observation = observation
        self.transport = transport
        self.endpoint = endpoint
        eventLoop = transport.eventLoop
        self.settings = settings
        self.mode = mode
        probeAfter = settings.probeAfter.wholeNanoseconds
        self.environment = environment
        self.onPush = onPush
        self.onClose = onClose
        let line = AdmissionLine<Recipient>(
            maximumInFlight: settings.maximumInFlight, maximumUnsentBytes: settings.maximumUnsentBytes,
            maximumWaiting: settings.maximumWaiting)
        core = Mutex(
            Core(
                roles: RoleStateMachine(
                    alwaysListens: mode != .commands,
                    inlineWait: transport.canWaitInline ? settings.inlineWait.wholeNanoseconds : 0),
                line: line,
                liveness: LivenessStateMachine(
                    limit: settings.silenceLimit?.wholeNanoseconds, keepalive: settings.keepalive?.wholeNanoseconds),
                recorder: FlightRecorder(capacity: settings.flightRecorderEvents, at: environment.moment),
                integrity: IntegrityStateMachine(
                    settings.integrity, secret: UInt64(environment.random(0...1) * 0x1p53))))
        receiving = Mutex(Receiver(decoder: RESPDecoder(limits: settings.limits), mode: mode))
        transport.setReadinessHandler { [weak self] readiness in self?.transportIsReady(readiness) }
    }

    deinit {
        pump.close()
        flusher.close()
        core.withLock { core in
            core.timerTask?.cancel()
            core.livenessTask?.cancel()
        }
        transport.close()
    }

    /// Ends the connection: everyone who waits gets ``ConnectionError/closed(_:_:)``. Calling it again does nothing.
    public func close() { end(.closedByOwner) }

    /// Takes no more calls, and ends when those under way have their replies: at once, if there are none.
    package func retire() {
        let hasRetired = core.withLock { core in
            core.isRetiring = true
            return core.hasRetired
        }
        if hasRetired { end(.retired) }
    }

    /// Why the connection ended; `nil` while it lives.
    public var closeReason: CloseReason? { core.withLock { $0.closeReason } }

    /// How many requests wait for their replies, abandoned ones included.
    package var inFlight: Int { core.withLock { $0.queue.count } }

    // MARK: Ending

    func end(_ reason: CloseReason) {
        let now = environment.moment
        typealias Lost = [(recipient: Recipient, error: ConnectionError)]
        let (lost, stream, finished): (Lost?, StreamWaiter?, FlightRecord?) = core.withLock { core in
            guard core.closeReason == nil else { return (nil, nil, nil) }
            core.closeReason = reason
            let record = core.flightRecord(at: now)
            core.record = record
            core.roles.close()
            core.timerTask?.cancel()
            core.timerTask = nil
            core.livenessTask?.cancel()
            core.livenessTask = nil
            var lost: Lost = core.queue.removeAll(sent: core.mayHaveLeft).map { request in
                let call = FlightRecord.Call(request.call, request.certainty, at: now)
                return (request.recipient, .closed(reason, request.certainty, record.of(call)))
            }
            if case .leader? = lost.first?.recipient { core.leaderError = lost[0].error }
            for waiter in core.line.removeAll() {
                let call = FlightRecord.Call(inLineSince: waiter.began, at: now)
                lost.append((waiter.waiter, .closed(reason, .notSent, record.of(call))))
            }
            return (lost, core.streamWaiter.take(), core.isReady ? record : nil)
        }
        guard let lost else { return }
        pump.close()
        flusher.close()
        transport.close()
        if let observation, let finished { observation.tell(.closed(reason, finished)) }
        // The owner first: a caller that tries again must not be given this connection once more.
        onClose?(reason)
        stream?.suspension.resume(.success(()))  // it finds out by itself
        for (recipient, error) in lost { fail(recipient, error) }
    }

    /// The error of whoever finds out by itself that the connection has ended: for the reason that counts, or for `reason`
    /// if it lives.
    func closed(_ reason: CloseReason, _ certainty: ExecutionCertainty) -> ConnectionError {
        core.withLock { .closed($0.closeReason ?? reason, certainty, $0.record) }
    }

    func fail(_ recipient: Recipient, _ error: any Error) {
        switch recipient {
        case .leader: break  // it holds the reader's role and finds out by itself
        case .caller(let waiter): waiter.resume(.failure(error))
        case .batch(let collector): collector.fail(error)
        }
    }

    /// An encoder for the connection's bytes. Large payloads stay where they are and leave in vectored writes.
    private static func makeEncoder() -> CommandEncoder { CommandEncoder(sharingPayloadsAbove: 16 << 10) }

    func nextTicket() -> UInt64 { tickets.wrappingAdd(1, ordering: .relaxed).newValue }
}
