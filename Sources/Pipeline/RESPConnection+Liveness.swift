// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Synchronization

/// The driver of `LivenessStateMachine`: a task that sleeps, and holds the connection only while it looks.
extension RESPConnection {
    /// Has the connection pinged from now on when it has been silent for `ConnectionSettings.keepalive`.
    func keepAlive() {
        let now = environment.moment
        let first = core.withLock { $0.liveness.keepAlive(received: $0.received, at: now) }
        if let first { startWatch(at: first) }
    }

    func startWatch(at first: Moment) {
        let task = Task.detached { [sleep = environment.sleep, weak self] in
            var next = first
            while (try? await sleep(next.instant)) != nil {
                guard let later = self?.look() else { return }
                next = later
            }
        }
        core.withLock { core in
            guard core.closeReason == nil else { return task.cancel() }
            // One that looks less often, or from before a silence that was expected, may sleep still.
            core.livenessTask?.cancel()
            core.livenessTask = task
        }
    }

    /// Looks whether the peer lives. Returns when to look again.
    private func look() -> Moment? {
        let now = environment.moment
        let (action, sending) = core.withLock { core in
            // What waits behind a value that is being streamed is owed no reply yet.
            if core.roles.reader == .stream { core.received &+= 1 }
            core.recorder.advance(to: now)
            let action = core.liveness.look(received: core.received, inFlight: core.queue.count, at: now)
            guard case .ping = action, core.refusal == nil, core.roles.reader != .stream else {
                return (action, RoleStateMachine.AppendAction?.none)
            }
            return (action, appendPing(to: &core))
        }
        if let sending { carryOut(sending) }
        switch action {
        case .stop: return nil
        case .look(let next), .ping(let next): return next
        case .giveUp:
            end(.silent(for: settings.silenceLimit ?? .zero))
            return nil
        }
    }

    /// A request whose reply is dropped, as that of a caller who has gone: any reply is a sign of life.
    private func appendPing(to core: inout Core) -> RoleStateMachine.AppendAction {
        let start = core.appended
        _ = append(to: &core) { $0.literal("*1\r\n$4\r\nPING\r\n") }
        core.recorder.note(.keepalive)
        core.queue.append(.init(ticket: nextTicket(), remaining: 1, bytes: start..<core.appended), for: nil)
        return core.roles.append(inFlight: core.queue.count)
    }
}
