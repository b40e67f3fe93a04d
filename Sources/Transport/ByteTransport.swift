// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A byte stream in its simplest form: what to implement to carry connections over something of your own.
///
/// Reading and writing go on at the same time, in two tasks; there is never more than one read and one write under way.
/// ``ByteTransportAdapter`` turns a byte transport into the ``ReadinessTransport`` that connections are driven by.
public protocol ByteTransport: Sendable {
    /// Waits for bytes and appends at least one of them to the buffer, at most up to its free capacity; appends nothing
    /// at the end of the stream.
    ///
    /// Should end soon after the task was cancelled or the transport closed.
    ///
    /// - Throws: why the stream broke. A `TransportError` is passed on as it is, others as text.
    func read(into buffer: inout OutputSpan<UInt8>) async throws

    /// Writes all of the bytes; returning means that the transport has taken them over.
    ///
    /// - Throws: why the stream broke.
    func write(_ bytes: Span<UInt8>) async throws

    /// Writes several pieces of memory, in their order, as one write.
    ///
    /// The default writes one piece after the other by the form above. Implement it where the medium takes several at
    /// once, or where each write becomes a message of its own.
    ///
    /// - Throws: why the stream broke.
    func write(_ segments: borrowing ByteSegments) async throws

    /// Ends the sending direction: the peer reads the end of the stream after what was written.
    ///
    /// - Throws: why the stream broke.
    func finishWriting() async throws

    /// Ends both directions and lets waiting calls end. May be called several times, from any thread.
    func close()
}

extension ByteTransport {
    /// Writes one piece after the other.
    public func write(_ segments: borrowing ByteSegments) async throws {
        for index in 0..<segments.count { try await write(segments[index]) }
    }
}
