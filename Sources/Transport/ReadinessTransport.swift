// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A byte stream that never waits: the core that connections are driven by.
///
/// Reads and writes do what can be done now and say so. Who wants more *arms* an interest and is told once, from
/// another context, when it holds. Implement ``ByteTransport`` instead where speed is not the point:
/// ``ByteTransportAdapter`` makes this of it.
///
/// At most one thread may read and one may write at a time; reading and writing may overlap. `arm` and `close` may be
/// called from any thread at any time.
public protocol ReadinessTransport: AnyObject, Sendable {
    /// Appends what has arrived, up to the buffer's free capacity, to a buffer that must have some.
    ///
    /// - Throws: `TransportError.closed` after `close()`; otherwise why the stream broke, again at each call.
    func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult

    /// Takes as many of the bytes as there is room for.
    ///
    /// - Returns: bytes taken from the front; 0 if a write would have to wait (or `bytes` is empty).
    /// - Throws: `TransportError.closed` after `close()`; otherwise why the stream broke, again at each call.
    func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int

    /// Takes as many bytes as there is room for of several pieces of memory, in their order.
    ///
    /// A transport without a way of its own has the default, which writes one piece after the other.
    ///
    /// - Returns: bytes taken from the front, counted over all pieces; 0 if a write would have to wait (or there are no
    ///   bytes). Go on with ``ByteSegments/dropping(first:)``.
    /// - Throws: as the other form. Bytes taken before an error are returned; the error comes with the next call.
    func tryWrite(_ segments: borrowing ByteSegments) throws(TransportError) -> Int

    /// Ends the sending direction: the peer reads everything taken before, then the end of the stream, and may go on
    /// sending. Reading is not affected. Never waits; may be called again, to no effect.
    ///
    /// Called by whoever may write. Later writes throw `TransportError.writingFinished`.
    ///
    /// - Throws: `TransportError.closed` after `close()`; otherwise why the stream broke, as far as that is known.
    func finishWriting() throws(TransportError)

    /// The loop whose thread calls the readiness handler; `nil` if that is not one thread, or not a loop's.
    ///
    /// A connection reads and resumes right inside the handler for callers who run on this loop, and for a lone one
    /// whose reply is too far away to wait for. A transport around another one says what that one says.
    var eventLoop: EventLoop? { get }

    /// Whether ``readWaiting(into:)`` is able to wait. It stays as it is.
    var canWaitInline: Bool { get }

    /// Reads as ``tryRead(into:)`` does, but blocks the calling thread for a moment if nothing is there.
    ///
    /// Meant for replies that are expected within tens of microseconds: a leader saves two changes of thread by it.
    /// The bound is the transport's own, a few milliseconds at most, since clocks that bound a wait more finely cost
    /// more than the wait.
    ///
    /// - Returns: as `tryRead`; `wouldBlock` when nothing came, at once where ``canWaitInline`` is false.
    /// - Throws: as `tryRead`. `close()` ends the wait.
    func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult

    /// Sets what is called when an armed interest holds. Call it once, before the first `arm`.
    ///
    /// The transport keeps the handler, with all it captures, until `close()`. Calls never overlap each other. The
    /// handler runs on a thread that others wait for: it hands over and returns.
    func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void)

    /// Asks for one call of the handler once one of these interests holds.
    ///
    /// Adds to what is armed already. A level that holds already calls the handler too, soon: never inside
    /// this call. The call disarms what it reports and nothing else. After `close()` this does nothing.
    func arm(_ interest: Readiness)

    /// Ends both directions at once and drops the handler. May be called several times.
    ///
    /// No handler call begins afterwards, but for one that its thread had already set out to make. The peer sees the
    /// end of the stream after the bytes already taken (an adapter drops what it still holds).
    /// System resources go as soon as no thread is inside a call and nobody holds the transport.
    func close()
}

extension ReadinessTransport {
    /// None.
    public var eventLoop: EventLoop? { nil }

    /// Writes one piece after the other until one is not taken whole.
    public func tryWrite(_ segments: borrowing ByteSegments) throws(TransportError) -> Int {
        var taken = 0
        for index in 0..<segments.count {
            let piece = segments[index]
            let count: Int
            do throws(TransportError) {
                count = try tryWrite(piece)
            } catch {
                // What was taken must be told; errors last, and the next call throws this one again.
                if taken > 0 { return taken }
                throw error
            }
            taken += count
            if count < piece.count { break }
        }
        return taken
    }
}
