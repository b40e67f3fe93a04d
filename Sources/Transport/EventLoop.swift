// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// One thread that waits for many sockets and calls their readiness handlers, and runs the tasks that prefer it.
///
/// A process needs one, ``shared``; more only spread the work over more threads. The thread ends when the loop, all its
/// transports and all tasks that prefer it have gone.
///
/// A loop is a `TaskExecutor`. A task that runs on the loop of its connection's sockets pays for no change of thread:
/// its replies are read by the thread that it runs on, and what all tasks of a turn send leaves in one write.
///
///     try await withTaskExecutorPreference(EventLoop.shared) {
///         let value = try await client.get("k")       // read, decoded and gone on with on the loop's thread
///     }
///
/// A whole service can run so, or one hot loop. What such a task computes, it computes on the thread that all sockets of
/// the loop wait for: work that takes long belongs elsewhere, and blocking calls do. A service that shares its process
/// with others takes a loop of its own, which its connector must know too (`SocketConnector(eventLoop:)`).
public final class EventLoop: Sendable {
    /// The loop used where none is given. It lives as long as the process.
    public static let shared = EventLoop()

    let core: EventLoopCore

    /// Starts a loop on the platform's best queue: epoll on Linux, poll elsewhere.
    ///
    /// If the system refuses the queue or the thread, opening a transport on this loop throws the reason, and tasks that
    /// prefer it run where tasks run that prefer nothing.
    public convenience init() {
        let queue: any EventQueue
        do throws(TransportError) {
            queue = try makePlatformEventQueue()
        } catch {
            self.init(unavailable: error)
            return
        }
        self.init(queue: queue)
    }

    /// A loop without a thread.
    init(unavailable reason: TransportError) {
        core = EventLoopCore(queue: UnavailableEventQueue(reason: reason))
        core.fail(reason)
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
        let identity = LoopIdentity(self)
        do throws(TransportError) {
            try startThread(named: name) { [core] in core.run(as: identity) }
        } catch {
            core.fail(error)
        }
    }

    /// Whether the caller runs on this loop's thread. Costs a nanosecond.
    public var isCurrent: Bool { core.isCurrent }

    /// Whether the caller runs on some loop's thread, which nothing may hold up.
    package static var isAnyCurrent: Bool { EventLoopCore.isAnyCurrent }

    /// Has `observer` called once at the end of the present turn, when everything that was ready has run.
    ///
    /// Only on the loop's own thread. Whoever is called may ask for the next turn's end, which comes at once.
    package func atEndOfTurn(_ observer: any LoopTurnObserver) { core.atEndOfTurn(observer) }

    deinit {
        core.stop()
    }
}

/// Who wants to know that a turn of an ``EventLoop`` ends.
package protocol LoopTurnObserver: AnyObject, Sendable {
    /// Everything that was ready has run; the loop is about to look for events again.
    func loopTurnEnded()
}

extension EventLoop: TaskExecutor {
    /// Runs a piece of a task on the loop's thread, in the order in which they come, priorities aside.
    ///
    /// A turn calls the handlers of what is ready, then runs jobs until none is left or 1024 have run,
    /// so that neither sockets nor tasks wait for ever. From another thread, a job that finds the loop asleep wakes it
    /// with one system call; later ones, and those from the loop's own thread, cost none. Nothing is allocated once the
    /// loop has its working size.
    public func enqueue(_ job: consuming ExecutorJob) {
        core.enqueue(UnownedJob(job), as: LoopIdentity(self))
    }
}
