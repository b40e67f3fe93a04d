// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A system's way of telling which of many descriptors are ready: what an ``EventLoop`` waits on.
///
/// One thread calls `wait`; the others may be called from any thread meanwhile. Watching is one-shot: a descriptor that
/// was reported is not reported again before the next `arm`.
public protocol EventQueue: Sendable {
    /// Begins to watch a descriptor, with nothing armed.
    ///
    /// - Throws: `TransportError.system` with the operation `watch`.
    func add(_ descriptor: Int32, token: UInt64) throws(TransportError)

    /// Replaces what a watched descriptor is to be reported for. A level that holds already is reported too.
    func arm(_ descriptor: Int32, token: UInt64, for interest: Readiness)

    /// Ends watching. Nothing may be done with the descriptor's number in this queue afterwards until it is added again.
    func remove(_ descriptor: Int32)

    /// Waits until something is ready or `wake` was called, and appends what is ready.
    ///
    /// An error or a hang-up is reported as both readable and writable. May return without events.
    func wait(into events: inout [ReadinessEvent])

    /// Makes the current or the next `wait` return.
    func wake()
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
