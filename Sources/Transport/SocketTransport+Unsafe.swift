// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import _ToolkitShims

extension SocketTransport {
    /// Appends what has arrived: one `recv` of at most the buffer's free capacity.
    public func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        guard !isClosed.load(ordering: .relaxed) else { throw .closed }
        precondition(buffer.freeCapacity > 0, "A read needs a buffer with free capacity.")
        let descriptor = descriptor.number
        let count = unsafe buffer.withUnsafeMutableBufferPointer { bytes, initialized in
            let free = UnsafeMutableRawBufferPointer(bytes.extracting(initialized...))
            let count = unsafe toolkit_receive(descriptor, free.baseAddress, free.count)
            if count > 0 { initialized += count }
            return count
        }
        if count > 0 { return .bytes(count) }
        if count == 0 {
            // A local close looks like the end of the stream; it isn't the peer's.
            guard !isClosed.load(ordering: .relaxed) else { throw .closed }
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
        if count >= 0 { return count }
        let code = Int32(truncatingIfNeeded: -count)
        if code == toolkit_would_block { return 0 }
        throw failure(code, .write)
    }

    /// Waits in `ppoll` (elsewhere `poll`, which counts milliseconds) for at most `bound`.
    public func waitUntilReadable(atMost bound: Duration) -> Bool {
        guard !isClosed.load(ordering: .relaxed) else { return true }
        let (seconds, attoseconds) = bound.components
        let nanoseconds = min(max(seconds, 0), 3600) * 1_000_000_000 + max(attoseconds, 0) / 1_000_000_000
        return toolkit_wait_readable(descriptor.number, nanoseconds) == 1
    }

    private func failure(_ code: Int32, _ operation: TransportError.Operation) -> TransportError {
        isClosed.load(ordering: .relaxed) ? .closed : .system(errno: code, operation: operation)
    }
}
