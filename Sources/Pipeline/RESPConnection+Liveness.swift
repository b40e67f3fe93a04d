// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// The driver of `LivenessStateMachine`: a task that sleeps, and holds the connection only while it looks.
extension RESPConnection {
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
            // One from before a silence that was expected may sleep still.
            core.livenessTask?.cancel()
            core.livenessTask = task
        }
    }

    /// Looks whether the peer lives. Returns when to look again.
    private func look() -> Moment? {
        let now = Moment(environment.now())
        let action = core.withLock { core in
            // What waits behind a value that is being streamed is owed no reply yet.
            if core.roles.reader == .stream { core.received &+= 1 }
            return core.liveness.look(received: core.received, inFlight: core.queue.count, at: now)
        }
        switch action {
        case .stop: return nil
        case .look(let next): return next
        case .giveUp:
            end(.silent(for: settings.silenceLimit ?? .zero))
            return nil
        }
    }
}
