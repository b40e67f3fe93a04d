// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
public import Transport

/// One end of a connection that exists in memory alone.
///
/// It behaves like a socket: bounded buffers, partial reads and writes, readiness that is told once, an end of the
/// stream, resets. Nothing in it depends on time; what is readable follows from the calls made so far.
public final class InMemoryTransport: ReadinessTransport {
    /// How a pair behaves.
    public struct Options: Sendable {
        /// Bytes that each direction holds before writes would block.
        public var capacity = 64 * 1024
        /// Bytes that one read gives at most: 1 splits every reply at every byte.
        public var maximumRead = Int.max
        /// Bytes that one write takes at most.
        public var maximumWrite = Int.max
        /// What `canWaitInline` says. If true, a waiting read answers at once, like any other.
        public var canWaitInline = false
        /// Where readiness handlers run.
        public var scheduler = InMemoryScheduler.tasks

        /// The loop on which handlers run, if ``run(on:)`` was called.
        public private(set) var eventLoop: EventLoop?

        /// Has handlers run on an event loop, as those of sockets do.
        public mutating func run(on loop: EventLoop) {
            eventLoop = loop
            scheduler = InMemoryScheduler { work in
                Task.detached(executorPreference: loop) { work() }
            }
        }

        /// Makes the options with the defaults named at each.
        public init() {}
    }

    private let link: InMemoryLink
    private let side: InMemoryLink.Side

    /// Makes two connected ends.
    public static func pair(_ options: Options = Options()) -> (InMemoryTransport, InMemoryTransport) {
        let link = InMemoryLink(options)
        return (InMemoryTransport(link, .first), InMemoryTransport(link, .second))
    }

    private init(_ link: InMemoryLink, _ side: InMemoryLink.Side) {
        self.link = link
        self.side = side
    }

    deinit {
        close()
    }

    /// Appends bytes that the other end has written.
    public func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try link.read(side, into: &buffer)
    }

    /// Takes bytes for the other end.
    public func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
        try link.write(side, bytes)
    }

    /// What the options say; none by default.
    public var eventLoop: EventLoop? { link.options.eventLoop }

    /// What the options say; false by default.
    public var canWaitInline: Bool { link.options.canWaitInline }

    /// Never waits: reads what is there.
    public func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try tryRead(into: &buffer)
    }

    /// Sets what the scheduler is to call when an armed interest holds.
    public func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
        link.setHandler(side, handler)
    }

    /// Arms an interest.
    public func arm(_ interest: Readiness) {
        link.arm(side, interest)
    }

    /// Ends both directions. The other end reads what was written, then the end of the stream; its writes break.
    public func close() {
        link.close(side)
    }

    /// Ends the sending direction alone.
    public func finishWriting() throws(TransportError) {
        try link.finishWriting(side)
    }

    /// Breaks the connection as a reset does: this end is closed, bytes under way are lost, and the other end's reads
    /// and writes throw `ECONNRESET`.
    public func reset() {
        link.reset(side)
    }

    /// Bytes that the other end wrote and that were not read here yet.
    public var readableByteCount: Int { link.readableByteCount(side) }

    /// Whether ``close()`` or ``reset()`` was called on this end.
    public var isClosed: Bool { link.isClosed(side) }
}
