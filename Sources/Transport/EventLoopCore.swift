// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import _ToolkitShims

/// What the loop's thread holds, so that the loop itself can go.
final class EventLoopCore: Sendable {
    private struct State {
        var registrations: [UInt64: EventRegistration] = [:]
        var lastToken: UInt64 = 0
        var isStopped = false
        var failure: TransportError?
    }

    private static let lastNumber = Atomic<UInt64>(0)

    let queue: any EventQueue
    /// What the loop's thread is marked with.
    private let number = EventLoopCore.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
    private let state = Mutex(State())
    private let inbox = Mutex(LoopInbox<UnownedJob>())
    /// Touched by the loop's thread alone; the lock is for the compiler.
    private let observers = Mutex<[any LoopTurnObserver]>([])

    init(queue: any EventQueue) {
        self.queue = queue
    }

    var isCurrent: Bool { toolkit_thread_mark() == number }

    static var isAnyCurrent: Bool { toolkit_thread_mark() != 0 }

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

    /// There is no thread. Called before anybody else knows the loop.
    func fail(_ error: TransportError) {
        state.withLock { $0.failure = error }
        _ = inbox.withLock { $0.close() }
    }

    // MARK: Jobs

    func enqueue(_ job: UnownedJob, as identity: LoopIdentity) {
        switch inbox.withLock({ $0.append(job) }) {
        case .queued: break
        case .wake: queue.wake()
        // A loop without a thread: the task must go on all the same.
        case .refused: Task.detached { identity.run(job) }
        }
    }

    func atEndOfTurn(_ observer: any LoopTurnObserver) {
        precondition(isCurrent, "The end of a turn is asked for on the loop's own thread.")
        observers.withLock { $0.append(observer) }
    }

    // MARK: The thread

    func run(as identity: LoopIdentity) {
        toolkit_thread_set_mark(number)
        var events: [ReadinessEvent] = []
        var jobs: [UnownedJob] = []
        var ending: [any LoopTurnObserver] = []
        while true {
            runJobs(&jobs, as: identity)
            endTurn(&ending)
            let mayWait = observers.withLock { $0.isEmpty } && inbox.withLock { $0.mayFallAsleep() }
            // Nothing is lost: whoever is still there to enqueue a job keeps the loop alive.
            if mayWait, state.withLock({ $0.isStopped }), inbox.withLock({ $0.close() }) { return }
            if mayWait {
                queue.wait(into: &events)
                inbox.withLock { $0.wokeUp() }
            } else {
                queue.poll(into: &events)
            }
            for event in events {
                let registration = state.withLock { $0.registrations[event.token] }
                registration?.fire(event.readiness)
            }
            events.removeAll(keepingCapacity: true)
        }
    }

    /// Runs what waits and what comes of it, up to a limit.
    private func runJobs(_ jobs: inout [UnownedJob], as identity: LoopIdentity) {
        var count = 0
        while count < LoopInbox<UnownedJob>.turnLimit {
            inbox.withLock { $0.takeAll(into: &jobs) }
            if jobs.isEmpty { return }
            for job in jobs { identity.run(job) }
            count += jobs.count
            jobs.removeAll(keepingCapacity: true)
        }
    }

    private func endTurn(_ ending: inout [any LoopTurnObserver]) {
        observers.withLock { swap(&ending, &$0) }
        for observer in ending { observer.loopTurnEnded() }
        ending.removeAll(keepingCapacity: true)
    }
}
