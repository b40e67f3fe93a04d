// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

extension SocketTransport {
    /// Closes so that the peer of a TCP connection meets a reset (`ECONNRESET`) instead of the end of the stream.
    ///
    /// What was written and has not left yet is dropped, and what the peer has not read may be. For servers that give
    /// a connection up, and for tests. A Unix socket has no resets: its peer sees the end of the stream.
    public func reset() {
        guard !isClosed.load(ordering: .acquiring) else { return }
        resetConnection(descriptor)
        close()
    }
}
