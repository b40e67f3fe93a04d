// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// One thread that waits for many sockets and calls their readiness handlers.
///
/// A process needs one, ``shared``; more only spread the handlers over more threads. The thread ends when the loop and
/// all its transports have gone.
public final class EventLoop: Sendable {
    /// The loop used where none is given. It lives as long as the process.
    public static let shared = EventLoop()

    let core: EventLoopCore

    /// Starts a loop on the platform's best queue: epoll on Linux, poll elsewhere.
    ///
    /// If the system refuses the queue or the thread, opening a transport on this loop throws the reason.
    public init() {
        do throws(TransportError) {
            core = EventLoopCore(queue: try makePlatformEventQueue())
            start(named: "toolkit-events")
        } catch {
            core = EventLoopCore(queue: UnavailableEventQueue(reason: error))
        }
    }

    /// Starts a loop on a queue that no other loop uses.
    ///
    /// - Parameters:
    ///   - queue: what tells of readiness.
    ///   - name: of the thread, for debuggers; Linux shows 15 bytes of it.
    public init(queue: any EventQueue, name: String = "toolkit-events") {
        core = EventLoopCore(queue: queue)
        start(named: name)
    }

    private func start(named name: String) {
        do throws(TransportError) {
            try startThread(named: name) { [core] in core.run() }
        } catch {
            core.fail(error)
        }
    }

    deinit {
        core.stop()
    }
}

/// What the loop's thread holds, so that the loop itself can go.
final class EventLoopCore: Sendable {
    private struct State {
        var registrations: [UInt64: EventRegistration] = [:]
        var lastToken: UInt64 = 0
        var isStopped = false
        var failure: TransportError?
    }

    let queue: any EventQueue
    private let state = Mutex(State())

    init(queue: any EventQueue) {
        self.queue = queue
    }

    /// Begins to watch a descriptor. The loop holds the registration until it is closed.
    func register(_ descriptor: Descriptor) throws(TransportError) -> EventRegistration {
        let registration = try state.withLock { state throws(TransportError) in
            if let failure = state.failure { throw failure }
            state.lastToken += 1
            let registration = EventRegistration(token: state.lastToken, descriptor: descriptor, core: self)
            state.registrations[registration.token] = registration
            return registration
        }
        do throws(TransportError) {
            try queue.add(descriptor.number, token: registration.token)
        } catch {
            forget(registration.token)
            throw error
        }
        return registration
    }

    func forget(_ token: UInt64) {
        // The registration may be freed by this, so not under the lock.
        _ = state.withLock { $0.registrations.removeValue(forKey: token) }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        queue.wake()
    }

    func fail(_ error: TransportError) {
        state.withLock { $0.failure = error }
    }

    func run() {
        var events: [ReadinessEvent] = []
        while !state.withLock({ $0.isStopped }) {
            events.removeAll(keepingCapacity: true)
            queue.wait(into: &events)
            for event in events {
                let registration = state.withLock { $0.registrations[event.token] }
                registration?.fire(event.readiness)
            }
        }
    }
}
