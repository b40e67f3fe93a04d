// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Synchronization
internal import Transport

/// Callers who run on the event loop of their connection's transport: see `EventLoop`, and `RoleStateMachine` for who
/// reads and writes for them.
///
/// Nobody leads there, since nothing may hold the loop's thread, and nobody pumps: replies are read in the transport's
/// readiness handler, their callers go on in the same turn of the loop, and what these append leaves at its end in one
/// write. No thread is changed and nothing is allocated.
extension RESPConnection: LoopTurnObserver {
    /// Whether the caller runs on the transport's event loop. Ordinary callers pay one look at a thread's own memory.
    var isOnLoop: Bool { eventLoop?.isCurrent ?? false }

    /// The transport's handler has the reader's role: it reads once.
    func readOnLoop() {
        let turn = receive(leading: nil, waiting: false, onLoop: true)
        if turn.mustEndLoopTurn { eventLoop?.atEndOfTurn(self) }
        if turn.foundNothing { park() }
        if let reason = turn.ending { end(reason) }
    }

    /// Flushes what callers on the loop have appended in this turn, and waits for more replies.
    package func loopTurnEnded() {
        let turnEnd = core.withLock { core in
            core.roles.loopTurnEnded(inFlight: core.queue.count, hasBytes: !core.outgoing.isEmpty)
        }
        if turnEnd.flush { flush() }
        if turnEnd.keepReading { park() }
    }
}
