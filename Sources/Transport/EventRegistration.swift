// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// One descriptor on an event loop: what is armed, and whom to call.
///
/// The lock orders changes of `armed` with the queue's calls that tell the system of them, and is never held while the
/// handler runs.
final class EventRegistration: Sendable {
    private struct State {
        var armed: Readiness = []
        /// What the queue goes on reporting, armed or not: see `arm`.
        var kept: Readiness = []
        var isOpen = true
        var handler: Handler?
    }

    /// A closure that is handed out of the lock by itself costs two allocations: it changes its calling convention.
    private final class Handler: Sendable {
        let call: @Sendable (Readiness) -> Void

        init(_ call: @escaping @Sendable (Readiness) -> Void) {
            self.call = call
        }
    }

    let token: UInt64
    private let descriptor: Descriptor
    private let core: EventLoopCore
    private let state = Mutex(State())

    init(token: UInt64, descriptor: Descriptor, core: EventLoopCore) {
        self.token = token
        self.descriptor = descriptor
        self.core = core
    }

    func setHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
        let handler = Handler(handler)
        let former = state.withLock { state in
            let former = state.handler
            if state.isOpen { state.handler = handler }
            return former
        }
        _ = former  // freed here, outside of the lock
    }

    func arm(_ interest: Readiness) {
        state.withLock { state in
            let wanted = state.armed.union(interest)
            // A report under way counts for what is armed already: it comes after this call.
            guard state.isOpen, wanted != state.armed else { return }
            state.armed = wanted
            // Who arms on the loop's thread reads there, and arms again before the next bytes come: the queue needs to
            // be told once.
            if state.kept == wanted { return }
            if wanted == .readable, core.isCurrent {
                let stays = core.queue.keepArmed(descriptor.number, token: token, for: wanted)
                state.kept = stays ? wanted : []
            } else {
                state.kept = []
                core.queue.arm(descriptor.number, token: token, for: wanted)
            }
        }
    }

    /// Called by the loop's thread alone. The system has disarmed the whole descriptor when it reported one interest,
    /// unless it is kept armed; then a report that nobody waits for ends that.
    func fire(_ readiness: Readiness) {
        let (handler, fired) = state.withLock { state in
            let fired = state.armed.intersection(readiness)
            state.armed.subtract(fired)
            let isWanted = state.kept.isEmpty ? !state.armed.isEmpty : fired.isEmpty
            if state.isOpen, isWanted {
                state.kept = []
                core.queue.arm(descriptor.number, token: token, for: state.armed)
            }
            return (state.handler, fired)
        }
        if !fired.isEmpty { handler?.call(fired) }
    }

    func close() {
        let handler = state.withLock { state -> Handler? in
            guard state.isOpen else { return nil }
            state.isOpen = false
            state.armed = []
            state.kept = []
            core.queue.remove(descriptor.number)
            return state.handler.take()
        }
        core.forget(token)
        _ = handler  // freed here, outside of the lock
    }
}
