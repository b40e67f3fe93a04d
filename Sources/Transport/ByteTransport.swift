// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A byte stream in its simplest form: what to implement to carry connections over something of your own, such as a
/// tunnel, a multiplexer, a message queue or a recording.
///
/// A conforming type has four methods: it reads, writes, ends its sending direction, and closes. It keeps no buffers for
/// its caller's sake and needs no tasks of its own.
///
/// ```swift
/// final class Tunnel: ByteTransport {
///     func read(into buffer: inout OutputSpan<UInt8>) async throws { … }
///     func write(_ bytes: Span<UInt8>) async throws { … }
///     func finishWriting() async throws { … }
///     func close() { … }
/// }
/// let transport = ByteTransportAdapter(Tunnel())  // for a TransportConnector to return
/// ```
///
/// ``ByteTransportAdapter`` turns it into the ``ReadinessTransport`` that connections are driven by, and calls it as
/// follows. So may everybody else:
///
/// - There is at most one read and at most one write (or `finishWriting`) under way, the two in different tasks at the
///   same time: neither may wait for the other.
/// - `close()` may come at any time, from any thread, and more than once. It comes at the end in any case.
/// - A call ends soon after its task was cancelled, by throwing. A read that is cancelled takes nothing, or takes what
///   is then lost with the connection: the adapter cancels only what it is about to close.
/// - After a call has thrown, other than by cancellation, no further call of its direction is made but `close()`.
/// - The order of bytes is kept, and nothing is lost between two calls that return.
///
/// Back-pressure comes by itself: whoever has no room waits inside `write`, and is called no more until it returns; bytes
/// that nobody asks for stay where they are until the next `read`.
///
/// `ByteTransportConformance` of the module ToolkitTesting checks all of this.
public protocol ByteTransport: Sendable {
    /// Waits for bytes and appends them to the buffer: at least one, at most as many as its `freeCapacity`. Appending
    /// nothing and returning says that the stream has ended; so do all later reads.
    ///
    /// The buffer always has room. Bytes that it has no room for are kept for the next read. It may hold bytes
    /// already, which stay.
    ///
    /// - Throws: why the stream broke. A `TransportError` reaches the connection's users as it is, any other error as
    ///   the text of a `TransportError.custom`.
    func read(into buffer: inout OutputSpan<UInt8>) async throws

    /// Writes all of the bytes. Returning means that the transport has taken them over, not that they have arrived;
    /// waiting is how a transport without room slows its caller down.
    ///
    /// The span is the caller's: what is to be kept longer than the call must be copied. It is never empty when the
    /// adapter calls; with an empty one there is nothing to do.
    ///
    /// - Throws: why the stream broke, as ``read(into:)`` does. Part of the bytes may have left then, so nothing more can
    ///   be written.
    func write(_ bytes: Span<UInt8>) async throws

    /// Writes several pieces of memory, in their order, as one write.
    ///
    /// The default writes one piece after the other by the form above. Implement it where the medium takes several at
    /// once, or where each write becomes a message of its own.
    ///
    /// - Throws: as the other form.
    func write(_ segments: borrowing ByteSegments) async throws

    /// Ends the sending direction: the peer reads everything that was written, then the end of the stream. Reading goes
    /// on until the peer ends its direction too. Nothing is written afterwards.
    ///
    /// A medium that can't end one direction alone does nothing here: `close()` follows sooner or later.
    ///
    /// - Throws: why the stream broke.
    func finishWriting() async throws

    /// Ends both directions now, lets waiting calls end by throwing (or, a read, as at the end of the stream) and frees
    /// what the transport holds. Must not wait. Every call after the first does nothing.
    ///
    /// Calls that come later throw; `TransportError.closed` is the error for it.
    func close()
}

extension ByteTransport {
    /// Writes one piece after the other.
    public func write(_ segments: borrowing ByteSegments) async throws {
        for index in 0..<segments.count { try await write(segments[index]) }
    }
}
