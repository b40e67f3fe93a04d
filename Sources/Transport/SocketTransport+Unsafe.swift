// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import _ToolkitShims

extension SocketTransport {
    /// Appends what has arrived: one `recv` of at most the buffer's free capacity.
    public func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try read(into: &buffer, waiting: false)
    }

    /// The same, waiting for about a millisecond at most: on Linux by the socket's receive timeout, rounded up to the
    /// system's tick, elsewhere in `poll`.
    public func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try read(into: &buffer, waiting: true)
    }

    private func read(into buffer: inout OutputSpan<UInt8>, waiting: Bool) throws(TransportError) -> ReadResult {
        guard !isClosed.load(ordering: .relaxed) else { throw .closed }
        precondition(buffer.freeCapacity > 0, "A read needs a buffer with free capacity.")
        let descriptor = descriptor.number
        let count = unsafe buffer.withUnsafeMutableBufferPointer { bytes, initialized in
            let free = UnsafeMutableRawBufferPointer(bytes.extracting(initialized...))
            let count =
                unsafe waiting
                ? toolkit_receive_waiting(descriptor, free.baseAddress, free.count)
                : toolkit_receive(descriptor, free.baseAddress, free.count)
            if count > 0 { initialized += count }
            return count
        }
        if count > 0 { return .bytes(count) }
        if count == 0 {
            // A local close looks like the end of the stream; it isn't the peer's.
            guard !isClosed.load(ordering: .relaxed) else { throw .closed }
            let broken = brokenBy.load(ordering: .relaxed)
            if broken != 0 { throw .system(errno: broken, operation: .read) }
            return .endOfStream
        }
        let code = Int32(truncatingIfNeeded: -count)
        if code == toolkit_would_block { return .wouldBlock }
        throw failure(code, .read)
    }

    /// Takes as many bytes as the socket's buffer has room for: one `send`.
    public func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
        guard !isClosed.load(ordering: .relaxed) else { throw .closed }
        if bytes.isEmpty { return 0 }
        let descriptor = descriptor.number
        let count = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe toolkit_send(descriptor, bytes.baseAddress, bytes.count)
        }
        return try taken(count)
    }

    /// The same of several pieces: one `sendmsg`.
    public func tryWrite(_ segments: borrowing ByteSegments) throws(TransportError) -> Int {
        guard !isClosed.load(ordering: .relaxed) else { throw .closed }
        if segments.isEmpty { return 0 }
        let descriptor = descriptor.number
        let count = unsafe segments.withUnsafePieces { unsafe toolkit_send_segments(descriptor, $0, $1) }
        return try taken(count)
    }

    private func taken(_ result: Int) throws(TransportError) -> Int {
        if result >= 0 { return result }
        let code = Int32(truncatingIfNeeded: -result)
        if code == toolkit_would_block { return 0 }
        // The system says the same of a stream that the peer has broken and of one that was ended here.
        if code == toolkit_broken_pipe, hasFinishedWriting.load(ordering: .relaxed) { throw .writingFinished }
        throw failure(code, .write)
    }

    /// The system tells once why a connection broke, to whoever asks first. Afterwards it says what a stream that ended
    /// in order would say, so the first answer is kept.
    func failure(_ code: Int32, _ operation: TransportError.Operation) -> TransportError {
        if isClosed.load(ordering: .relaxed) { return .closed }
        if code == toolkit_broken_pipe || operation == .finish {
            let known = brokenBy.load(ordering: .relaxed)
            return .system(errno: known == 0 ? code : known, operation: operation)
        }
        let known = brokenBy.compareExchange(expected: 0, desired: code, ordering: .relaxed).original
        return .system(errno: known == 0 ? code : known, operation: operation)
    }
}
