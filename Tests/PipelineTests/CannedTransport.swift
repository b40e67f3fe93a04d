// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Transport

/// A server in memory, on an event loop: it answers every command with the same reply as soon as it was written, and
/// tells so at the end of the loop's turn. All of it happens on the loop's thread, in the same order each time.
final class CannedTransport: ReadinessTransport, LoopTurnObserver {
    private struct State {
        /// Commands that are answered with "+OK" before the canned reply has its turn: the handshake's.
        var greetings: Int
        /// What is still to be read.
        var pending: [UInt8] = []
        var position = 0
        var isArmed = false
        var isClosed = false
        var isTelling = false
        var writes = 0
        var reads = 0
        var handler: Handler?
    }

    private final class Handler: Sendable {
        let call: @Sendable (Readiness) -> Void

        init(_ call: @escaping @Sendable (Readiness) -> Void) { self.call = call }
    }

    let eventLoop: EventLoop?
    private let reply: [UInt8]
    private let state: Mutex<State>

    init(on loop: EventLoop, greetings: Int, reply: String) {
        eventLoop = loop
        self.reply = Array(reply.utf8)
        state = Mutex(State(greetings: greetings))
    }

    /// Calls of `tryWrite` and `tryRead`: with a socket, each is a system call.
    var calls: Calls { state.withLock { Calls(writes: $0.writes, reads: $0.reads) } }

    struct Calls: Equatable {
        var writes: Int
        var reads: Int

        static func - (left: Calls, right: Calls) -> Calls {
            Calls(writes: left.writes - right.writes, reads: left.reads - right.reads)
        }
    }

    func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
        let isClosed = state.withLock { state in
            state.writes += 1
            for index in bytes.indices where bytes[index] == UInt8(ascii: "*") {
                if state.greetings > 0 {
                    state.greetings -= 1
                    state.pending.append(contentsOf: "+OK\r\n".utf8)
                } else {
                    for byte in reply { state.pending.append(byte) }
                }
            }
            return state.isClosed
        }
        if isClosed { throw .closed }
        tellIfReady()
        return bytes.count
    }

    func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        let count = state.withLock { state in
            state.reads += 1
            let count = min(buffer.freeCapacity, state.pending.count - state.position)
            for _ in 0..<count {
                buffer.append(state.pending[state.position])
                state.position += 1
            }
            if state.position == state.pending.count {
                state.pending.removeAll(keepingCapacity: true)
                state.position = 0
            }
            return count
        }
        return count == 0 ? .wouldBlock : .bytes(count)
    }

    var canWaitInline: Bool { false }
    func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try tryRead(into: &buffer)
    }
    func finishWriting() throws(TransportError) {}

    func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
        state.withLock { $0.handler = Handler(handler) }
    }

    func arm(_ interest: Readiness) {
        state.withLock { $0.isArmed = true }
        tellIfReady()
    }

    private func tellIfReady() {
        let mustTell = state.withLock { state in
            guard state.isArmed, !state.pending.isEmpty, !state.isTelling else { return false }
            state.isTelling = true
            return true
        }
        guard mustTell, let eventLoop else { return }
        // A connection is opened by a task of the pool's; the counted calls come from the loop.
        if eventLoop.isCurrent {
            eventLoop.atEndOfTurn(self)
        } else {
            Task.detached(executorPreference: eventLoop) { self.loopTurnEnded() }
        }
    }

    func loopTurnEnded() {
        let handler = state.withLock { state in
            state.isTelling = false
            state.isArmed = false
            return state.handler
        }
        handler?.call(.readable)
    }

    func close() {
        let handler = state.withLock { state in
            state.isClosed = true
            return state.handler.take()
        }
        _ = handler  // freed here, outside of the lock
    }
}

/// Connects to one canned server.
struct CannedConnector: TransportConnector {
    let transport: CannedTransport

    func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport { transport }
}
