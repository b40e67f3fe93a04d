// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// A connected stream socket: TCP, Unix, or one of a pair.
///
/// Nothing here allocates. The descriptor is closed once `close()` was called (or the transport dropped) and the last
/// reference to the transport has gone.
public final class SocketTransport: ReadinessTransport {
    let descriptor: Descriptor
    let registration: EventRegistration
    private let loop: EventLoop
    let isClosed = Atomic(false)
    let hasFinishedWriting = Atomic(false)
    /// The errno of what broke the connection; 0 while nothing has.
    let brokenBy = Atomic<Int32>(0)

    /// Takes ownership of a connected stream socket of any origin.
    ///
    /// The descriptor is closed if this throws.
    ///
    /// - Throws: `TransportError.system`, with the operation `configure` or `watch`.
    public convenience init(adopting descriptor: Int32, eventLoop: EventLoop = .shared) throws(TransportError) {
        let descriptor = Descriptor(owning: descriptor)
        try configureAdopted(descriptor)
        try self.init(descriptor, eventLoop: eventLoop)
    }

    init(_ descriptor: Descriptor, eventLoop: EventLoop) throws(TransportError) {
        self.descriptor = descriptor
        loop = eventLoop
        try prepare(descriptor)
        registration = try eventLoop.core.register(descriptor)
    }

    deinit {
        close()
    }

    /// The loop it was made on, which it keeps running.
    public var eventLoop: EventLoop? { loop }

    /// True: the calling thread can wait for the socket.
    public var canWaitInline: Bool { true }

    /// Sets what is called, on the event loop's thread, when an armed interest holds.
    public func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
        registration.setHandler(handler)
    }

    /// Arms an interest: one system call with epoll, none if it is armed already.
    public func arm(_ interest: Readiness) {
        registration.arm(interest)
    }

    /// Ends the sending direction: one `shutdown`. What the socket's buffer holds still leaves.
    public func finishWriting() throws(TransportError) {
        guard !isClosed.load(ordering: .relaxed) else { throw .closed }
        guard !hasFinishedWriting.exchange(true, ordering: .relaxed) else { return }
        let code = shutDown(descriptor, bothDirections: false)
        if code != 0 { throw failure(code, .finish) }
    }

    /// Shuts the socket down in both directions, which wakes whoever waits in it, and leaves the event loop.
    public func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        registration.close()
        shutDown(descriptor, bothDirections: true)
    }
}
