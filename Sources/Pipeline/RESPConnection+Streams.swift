// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Synchronization
internal import Transport

/// Somebody who moves a large value and waits until the transport goes on.
struct StreamWaiter: Sendable {
    var suspension: Suspension<Void, any Error>
    /// When it stops waiting.
    var deadline: Moment?
}

/// A connection in one hand: the holder of a stream reads and writes by itself, at its own pace, so that a slow one
/// slows the peer down and nothing is kept in between. Nobody else's requests wait here: streams have a connection of
/// their own.
extension RESPConnection {
    /// Payloads above as many bytes come in pieces.
    static var pieceThreshold: Int { 32 << 10 }

    /// Takes both roles; false if somebody uses the connection, or it has ended.
    func beginStream() -> Bool {
        core.withLock { $0.closeReason == nil && $0.roles.beginStream(inFlight: $0.queue.count) }
    }

    /// Gives both roles back. What was appended meanwhile is sent now.
    func endStream() {
        let (done, hasRetired) = core.withLock { core in
            let done = core.roles.endStream(inFlight: core.queue.count, hasBytes: !core.outgoing.isEmpty)
            core.recorder.heard()
            return (done, core.hasRetired)
        }
        if done.flush { flush() }
        if done.wakePump { wakePump() }
        if hasRetired { end(.retired) }
    }

    /// Whether bytes are here that no stream has asked for.
    var hasUnreadBytes: Bool { receiving.withLock { $0.decoder.bufferedBytes > 0 } }

    // MARK: Reading

    /// What is there to read.
    enum Arrival {
        case part(RESPPart)
        /// Nothing yet.
        case nothing
        case ended(CloseReason)
    }

    /// The next part, without waiting. Pushes go their own way.
    func arrival() -> Arrival {
        receiving.withLock { receiver in
            while true {
                do throws(RESPDecodingError) {
                    if let part = try nextPart(&receiver) { return .part(part) }
                } catch {
                    return .ended(.malformedReply(error))
                }
                do throws(TransportError) {
                    let result = try receiver.decoder.receive { (buffer) throws(TransportError) -> ReadResult in
                        try transport.tryRead(into: &buffer)
                    }
                    switch result {
                    case .bytes: break
                    case .wouldBlock: return .nothing
                    case .endOfStream: return .ended(.endOfStream)
                    }
                } catch {
                    return .ended(.transport(error))
                }
            }
        }
    }

    private func nextPart(_ receiver: inout Receiver) throws(RESPDecodingError) -> RESPPart? {
        while let part = try receiver.decoder.nextPart(streamingAbove: Self.pieceThreshold) {
            guard case .frame(let frame) = part, receiver.mode.isPush(frame) else { return part }
            route(frame)
        }
        return nil
    }

    /// Waits for the next part.
    ///
    /// - Parameter timeout: how long the peer may send nothing, in nanoseconds.
    func nextPart(timeout: Int64?) async throws -> RESPPart {
        while true {
            switch arrival() {
            case .part(let part): return part
            case .nothing: try await waitUntilReady(.readable, timeout: timeout)
            case .ended(let reason):
                end(reason)
                throw closed(reason, .outcomeUnknown)
            }
        }
    }

    // MARK: Waiting

    /// Suspends until the transport is ready, the connection ends, or nothing has happened for `timeout` nanoseconds.
    func waitUntilReady(_ interest: Readiness, timeout: Int64?) async throws {
        let deadline = timeout.map { environment.moment + $0 }
        try await withTaskCancellationHandler {
            try await Suspension<Void, any Error>.wait { suspension in
                let (refusal, timer): ((any Error)?, Int?) = core.withLock { core in
                    if let reason = core.closeReason {
                        return (ConnectionError.closed(reason, .outcomeUnknown, core.record), nil)
                    }
                    if Task.isCancelled { return (CancellationError(), nil) }
                    core.streamWaiter = StreamWaiter(suspension: suspension, deadline: deadline)
                    return (nil, deadline.flatMap { core.timer.add($0) ? core.timer.generation : nil })
                }
                if let refusal { return suspension.resume(.failure(refusal)) }
                transport.arm(interest)
                if let timer, let deadline { startTimer(at: deadline, generation: timer) }
            }
        } onCancel: {
            wakeStream(.failure(CancellationError()))
        }
    }

    /// Wakes the holder of a stream; with a moment, only if its deadline has passed. False: nobody waits.
    @discardableResult
    func wakeStream(_ result: Result<Void, any Error>, at now: Moment? = nil) -> Bool {
        let waiter = core.withLock { core -> StreamWaiter? in
            if let now {
                guard let deadline = core.streamWaiter?.deadline, deadline <= now else { return nil }
            }
            return core.streamWaiter.take()
        }
        waiter?.suspension.resume(result)
        return waiter != nil
    }
}
