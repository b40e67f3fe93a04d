// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A system's way of telling which of many descriptors are ready: what an ``EventLoop`` waits on.
///
/// One thread calls `wait`; the others may be called from any thread meanwhile. Watching is one-shot: a descriptor that
/// was reported is not reported again before the next `arm`, except where a queue is asked to keep it armed.
public protocol EventQueue: Sendable {
    /// Begins to watch a descriptor, with nothing armed.
    ///
    /// - Throws: `TransportError.system` with the operation `watch`.
    func add(_ descriptor: Int32, token: UInt64) throws(TransportError)

    /// Replaces what a watched descriptor is to be reported for. A level that holds already is reported too.
    func arm(_ descriptor: Int32, token: UInt64, for interest: Readiness)

    /// The same, but goes on reporting until the next `arm` or `keepArmed`: for who arms again after each report, to whom
    /// it saves a system call each time. Called by the thread that waits.
    ///
    /// The default is `arm`: a queue may report once all the same.
    ///
    /// - Returns: whether the queue goes on reporting.
    func keepArmed(_ descriptor: Int32, token: UInt64, for interest: Readiness) -> Bool

    /// Ends watching. Nothing may be done with the descriptor's number in this queue afterwards until it is added again.
    func remove(_ descriptor: Int32)

    /// Waits until something is ready or `wake` was called, and appends what is ready.
    ///
    /// An error or a hang-up is reported as both readable and writable. May return without events.
    func wait(into events: inout [ReadinessEvent])

    /// Appends what is ready now, without waiting: what a loop does that has tasks to run besides.
    ///
    /// The default is a `wait` that has been woken beforehand.
    func poll(into events: inout [ReadinessEvent])

    /// Makes the current or the next `wait` return.
    func wake()
}

extension EventQueue {
    /// Arms once.
    public func keepArmed(_ descriptor: Int32, token: UInt64, for interest: Readiness) -> Bool {
        arm(descriptor, token: token, for: interest)
        return false
    }

    /// Wakes the queue, then waits.
    public func poll(into events: inout [ReadinessEvent]) {
        wake()
        wait(into: &events)
    }
}

/// One report of an ``EventQueue``.
public struct ReadinessEvent: Hashable, Sendable {
    /// The number under which the descriptor was added.
    public var token: UInt64
    /// What it is ready for.
    public var readiness: Readiness

    /// Makes a report.
    public init(token: UInt64, readiness: Readiness) {
        self.token = token
        self.readiness = readiness
    }
}
